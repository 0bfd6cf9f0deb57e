using System.Globalization;
using System.Security.Cryptography;
using AntiLoss.Silo.Keys;
using AntiLoss.Silo.Storage.Sqlite;

namespace AntiLoss.Silo.Storage;

/// <summary>
/// A consistent copy of the data folder, database and sealed keys, in another folder; and the way back. The passphrase
/// is never in it: a backup that is stolen opens nothing, and one without its passphrase is worth as little.
/// </summary>
public sealed class DataBackup
{
    private readonly SqliteStorage _storage;
    private readonly TimeProvider _time;

    internal DataBackup(SqliteStorage storage, TimeProvider time) => (_storage, _time) = (storage, time);

    /// <summary>Makes a backup of the running server's data; writes go on meanwhile.</summary>
    /// <param name="folder">An empty folder, or one that is made.</param>
    /// <exception cref="StorageRefusedException">The folder is not empty or cannot be written; the message says which.</exception>
    public Task<BackupManifest> CreateAsync(string folder, CancellationToken cancellationToken = default) =>
        Task.Run(() => Copy(_storage.File.Path, _storage.Keys, folder, _time), cancellationToken);

    /// <summary>Makes a backup without a server, and holds the data folder's lock meanwhile.</summary>
    /// <exception cref="StorageRefusedException">A server holds the data folder: ask that one; or as <see cref="CreateAsync"/>.</exception>
    public static Task<BackupManifest> CreateOfflineAsync(StorageOptions options, string folder, TimeProvider time, CancellationToken cancellationToken = default) =>
        Task.Run(() =>
        {
            using var held = DataFolder.Hold(options.Folder);
            if (!File.Exists(held.Database))
                throw new StorageRefusedException($"There is no database in {held.Path}.");
            return Copy(held.Database, held.Keys, folder, time);
        }, cancellationToken);

    /// <summary>
    /// Puts a backup into an empty data folder. The answer names the passphrase that the keys need:
    /// <see cref="BackupManifest.PassphraseFile"/>.
    /// </summary>
    /// <exception cref="StorageRefusedException">The data folder is not empty, or the backup is not whole.</exception>
    public static Task<BackupManifest> RestoreAsync(string folder, StorageOptions options, CancellationToken cancellationToken = default) =>
        Task.Run(() => Restore(folder, options), cancellationToken);

    private static BackupManifest Copy(string database, string keys, string folder, TimeProvider time)
    {
        RequireEmpty(folder, "back up into");
        var copy = DataFolder.DatabaseIn(folder);
        var sealedKeys = DataFolder.KeysIn(folder);
        try
        {
            PrivateFile.MakeFolder(folder);
            // Read as of one moment, beside the writer; free pages and what they may hold are not copied.
            using (var session = SqliteSession.OpenToRead(database, TimeSpan.FromSeconds(5)))
            using (var vacuum = session.Use("VACUUM INTO ?1"))
                vacuum.Bind(1, copy).Run();
            PrivateFile.Flush(copy);
            // After the database: keys are only ever added, so these open whatever it names.
            PrivateFile.Write(sealedKeys, File.ReadAllBytes(keys));
            var manifest = Describe(copy, sealedKeys, time);
            PrivateFile.Write(Path.Combine(folder, BackupManifest.FileName), manifest.ToJson());
            return manifest;
        }
        catch (SqliteFailure failure)
        {
            throw new StorageRefusedException($"The backup into {folder} failed: {failure.Sentence(copy)}", failure);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageRefusedException($"The backup into {folder} failed: {error.Message}", error);
        }
    }

    private static BackupManifest Describe(string database, string keys, TimeProvider time)
    {
        using var session = SqliteSession.OpenToRead(database, TimeSpan.Zero);
        return new BackupManifest(
            time.GetUtcNow(),
            (int)session.Number("PRAGMA user_version"),
            StorageManifest.Read(session, "service-id") ?? "",
            int.Parse(StorageManifest.Read(session, "shards") ?? "0", CultureInfo.InvariantCulture),
            SealedKeyFile.Read(keys).Passphrase.File,
            Digest(database),
            Digest(keys));
    }

    private static BackupManifest Restore(string folder, StorageOptions options)
    {
        var manifest = BackupManifest.Read(folder);
        RequireEmpty(options.Folder, "restore into");
        using var held = DataFolder.Hold(options.Folder);
        try
        {
            CopyWhole(DataFolder.KeysIn(folder), held.Keys, manifest.KeysSha256);
            CopyWhole(DataFolder.DatabaseIn(folder), held.Database, manifest.DatabaseSha256);
            return manifest;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageRefusedException($"The backup {folder} could not be restored: {error.Message}", error);
        }
    }

    /// <summary>The copy gets its name only once it is whole: a start on half a database would be worse than none.</summary>
    private static void CopyWhole(string source, string target, string digest)
    {
        var partial = target + ".partial";
        File.Copy(source, partial);
        if (Digest(partial) != digest)
        {
            File.Delete(partial);
            throw new StorageRefusedException($"{source} is not what was backed up: its digest is another one.");
        }
        PrivateFile.Flush(partial);
        File.Move(partial, target);
        PrivateFile.Flush(target);
    }

    private static void RequireEmpty(string folder, string purpose)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new StorageRefusedException($"{Path.GetFullPath(folder)} is not empty: choose an empty folder to {purpose}.");
    }

    private static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
