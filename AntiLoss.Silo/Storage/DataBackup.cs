using System.Globalization;
using System.Security.Cryptography;
using AntiLoss.Silo.Keys;
using AntiLoss.Silo.Storage.Sqlite;

namespace AntiLoss.Silo.Storage;

/// <summary>
/// A consistent copy of the data folder, database and sealed keys, in another folder; and the way back. The passphrase
/// is never in it: a backup that is stolen opens nothing, and one without its passphrase is worth as little.
/// </summary>
public static class DataBackup
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Makes a backup, whether or not a server runs: it reads as of one moment beside the server's writer, which goes on.
    /// Without a server it holds the data folder, so that none starts on a restore that is under way.
    /// </summary>
    /// <param name="target">An empty folder, or one that is made.</param>
    /// <exception cref="StorageRefusedException">The message says why; what was begun in <paramref name="target"/> is gone again.</exception>
    public static BackupManifest Create(StorageOptions options, string target, TimeProvider time)
    {
        DataFolder.RequireDatabase(options.Folder);
        using var held = DataFolder.HoldIfFree(options.Folder);
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw new StorageRefusedException($"{Path.GetFullPath(target)} is not empty: choose an empty folder for the backup.");
        var isNew = !Directory.Exists(target);
        try
        {
            PrivateFile.MakeFolder(target);
            return Copy(options.Folder, target, time);
        }
        catch (Exception error)
        {
            Discard(target, isNew);
            if (error is SqliteFailure failure)
                throw new StorageRefusedException(failure.Sentence(DataFolder.DatabaseIn(options.Folder)), failure);
            if (error is IOException or UnauthorizedAccessException)
                throw new StorageRefusedException($"The backup cannot be written to {Path.GetFullPath(target)}: {error.Message}", error);
            throw;
        }
    }

    /// <summary>Puts a backup into a data folder that no server uses.</summary>
    /// <param name="replace">Whether data that is there may be moved aside; without it such a folder is refused.</param>
    /// <exception cref="StorageRefusedException">The message says why; the data that is there was not touched.</exception>
    public static RestoredBackup Restore(string source, StorageOptions options, bool replace, TimeProvider time)
    {
        var manifest = BackupManifest.Read(source);
        if (manifest.Schema > SqliteSchema.Version)
            throw new StorageRefusedException($"The backup {source} was made by a newer AntiLoss (schema {manifest.Schema}; this one knows up to {SqliteSchema.Version}): run the newer version.");
        using var held = DataFolder.Hold(options.Folder);
        if (!replace && held.Contents is [var there, ..])
            throw new StorageRefusedException($"{there} is there already: choose another data folder, or add --replace to move what is there aside.");
        try
        {
            var keys = CopyWhole(DataFolder.KeysIn(source), held.Keys, manifest.KeysSha256);
            var database = CopyWhole(DataFolder.DatabaseIn(source), held.Database, manifest.DatabaseSha256);
            _ = SealedKeyFile.Read(keys);
            var aside = MoveAside(held, time);
            // The old keys went first, and the database comes last: a start in between finds one without the other, and
            // refuses both.
            File.Move(keys, held.Keys);
            File.Move(database, held.Database);
            PrivateFile.Flush(held.Database);
            return new RestoredBackup(manifest, aside);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageRefusedException($"The backup {source} cannot be restored into {held.Path}: {error.Message}", error);
        }
        finally
        {
            File.Delete(PartialOf(held.Keys));
            File.Delete(PartialOf(held.Database));
        }
    }

    private static BackupManifest Copy(string source, string target, TimeProvider time)
    {
        var copy = DataFolder.DatabaseIn(target);
        var sealedKeys = DataFolder.KeysIn(target);
        // SQLite fills an empty file that is there, and leaves its rights as they are.
        PrivateFile.Write(copy, []);
        // Free pages, and what they may hold, are not copied.
        using (var session = SqliteSession.OpenToRead(DataFolder.DatabaseIn(source), _patience))
        using (var vacuum = session.Use("VACUUM INTO ?1"))
            vacuum.Bind(1, copy).Run();
        PrivateFile.Flush(copy);
        // After the database: keys are only ever added, so these open whatever it names.
        PrivateFile.Write(sealedKeys, File.ReadAllBytes(DataFolder.KeysIn(source)));
        var manifest = Describe(copy, sealedKeys, time);
        PrivateFile.Write(Path.Combine(target, BackupManifest.FileName), manifest.ToJson());
        return manifest;
    }

    private static BackupManifest Describe(string database, string keys, TimeProvider time)
    {
        using var session = SqliteSession.OpenToRead(database, TimeSpan.Zero);
        // Damage that the copy inherited has to be known now, not on the day when the backup is needed.
        if (session.Texts("PRAGMA quick_check(1)") is not ["ok"] and var findings)
            throw new StorageRefusedException($"The database is damaged ({findings[0].ReplaceLineEndings(" ")}), and so would be its backup. Earlier backups are better.");
        return new BackupManifest(
            time.GetUtcNow(),
            (int)session.Number("PRAGMA user_version"),
            StorageManifest.Read(session, "service-id") ?? "",
            int.Parse(StorageManifest.Read(session, "shards") ?? "0", CultureInfo.InvariantCulture),
            SealedKeyFile.Read(keys).Passphrase.File,
            Digest(database),
            Digest(keys));
    }

    /// <summary>Copies a file beside its place and compares it: a start on half a database would be worse than none.</summary>
    private static string CopyWhole(string source, string place, string digest)
    {
        var partial = PartialOf(place);
        File.Copy(source, partial, overwrite: true);
        if (Digest(partial) != digest)
            throw new StorageRefusedException($"{source} is not what was backed up: its digest is another one.");
        PrivateFile.Flush(partial);
        return partial;
    }

    private static string PartialOf(string place) => place + ".partial";

    private static string? MoveAside(DataFolder held, TimeProvider time)
    {
        if (held.Contents is not { Count: > 0 } contents)
            return null;
        var aside = Path.Combine(held.Path, $"replaced-{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}");
        PrivateFile.MakeFolder(aside);
        foreach (var entry in contents)
            Directory.Move(entry, Path.Combine(aside, Path.GetFileName(entry)));
        return aside;
    }

    private static void Discard(string target, bool isNew)
    {
        try
        {
            if (isNew)
                Directory.Delete(target, recursive: true);
            else
                foreach (var file in Directory.EnumerateFiles(target))
                    File.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Without its manifest it is no backup, whatever stays behind; the first error is the one to tell.
        }
    }

    private static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}

/// <summary>A restore that was done.</summary>
/// <param name="Manifest">What was restored.</param>
/// <param name="Aside">Where the data went that was there before; null if there was none.</param>
public sealed record RestoredBackup(BackupManifest Manifest, string? Aside);
