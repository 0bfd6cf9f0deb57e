using System.Buffers.Binary;
using AntiLoss.Grains.Storage;
using AntiLoss.Silo.Keys;
using static SQLitePCL.raw;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>
/// The database as a file: how it is opened, checked, and found to be the one that was opened. A file that is refused
/// is left exactly as it was.
/// </summary>
/// <param name="path">Its full path.</param>
/// <param name="checkUpTo">Files up to so many bytes are read whole when they are opened.</param>
internal sealed class SqliteFile(string path, long checkUpTo)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private bool _isSuspect;

    public string Path { get; } = path;

    /// <summary>What makes an older file a newer one; tests have their own.</summary>
    internal IReadOnlyList<string> Steps { get; init; } = SqliteSchema.Steps;

    /// <summary>Opens the file, or makes it, and carries it forward to this program's version.</summary>
    /// <exception cref="StorageRefusedException">It is damaged, newer, not ours, or cannot be written.</exception>
    public SqliteSession OpenFirst()
    {
        try
        {
            CheckHead();
            var isNew = !File.Exists(Path);
            // What SQLite makes beside this file gets its rights: nobody else reads any of them.
            if (isNew)
                PrivateFile.Write(Path, []);
            var session = SqliteSession.OpenToWrite(Path, Patience);
            try
            {
                if (!isNew)
                    CheckUntouched(session, thoroughly: true);
                Prepare(session);
                SqliteSchema.Migrate(session, Steps);
                return session;
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch (SqliteFailure failure)
        {
            throw new StorageRefusedException(failure.Sentence(Path), failure);
        }
        catch (StorageUnavailableException unavailable)
        {
            throw new StorageRefusedException(unavailable.Message, unavailable);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageRefusedException($"{Path} cannot be made: {error.Message}", error);
        }
    }

    /// <summary>Opens the file after it failed; never makes a new one in its place.</summary>
    /// <exception cref="StorageUnavailableException">The cause has not gone away.</exception>
    public SqliteSession OpenAgain()
    {
        if (!File.Exists(Path))
            throw new StorageUnavailableException($"{Path} is gone: put it back, with its -wal file, and the server goes on by itself; or stop it and restore a backup.");
        try
        {
            var session = SqliteSession.OpenToWrite(Path, Patience);
            try
            {
                CheckUntouched(session, _isSuspect);
                Prepare(session);
                _isSuspect = false;
                return session;
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch (SqliteFailure failure)
        {
            throw failure.ToUnavailable(Path);
        }
        catch (StorageRefusedException refused)
        {
            throw new StorageUnavailableException(refused.Message, refused);
        }
    }

    /// <summary>Opens the file for reading.</summary>
    public SqliteSession OpenToRead()
    {
        var session = SqliteSession.OpenToRead(Path, Patience);
        session.RunOnce("PRAGMA query_only = ON");
        return session;
    }

    /// <summary>
    /// Throws if what was just written went into a file that has lost its name: it would be gone with this process.
    /// </summary>
    public void CheckInPlace(SqliteSession session)
    {
        if (session.FileHasMoved || !File.Exists(Path + "-wal"))
            throw new StorageUnavailableException($"{Path} or its -wal file was deleted, moved or replaced while the server was running: put it back, and the server goes on by itself; or stop it and restore a backup.");
    }

    /// <summary>Remembers that an error may have left something wrong behind, unless its cause says that it did not.</summary>
    public void Suspect(Exception error) =>
        _isSuspect |= error is not SqliteFailure failure || (failure.Code & 0xFF) is not (SQLITE_FULL or SQLITE_BUSY or SQLITE_READONLY or SQLITE_CANTOPEN);

    /// <summary>
    /// Reads the version from the file's first bytes: SQLite itself would already write beside a file of a newer
    /// program. Only before anything is open: closing a file ends the locks that SQLite holds on it.
    /// </summary>
    private void CheckHead()
    {
        if (!File.Exists(Path) || new FileInfo(Path).Length == 0)
            return;
        Span<byte> head = stackalloc byte[100];
        using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || !head.StartsWith("SQLite format 3\0"u8))
            throw new StorageRefusedException($"{Path} is damaged, or no database at all. It was left as it is; restore a backup into an empty data folder.");
        RefuseNewer(BinaryPrimitives.ReadInt32BigEndian(head[60..]));
    }

    private void RefuseNewer(long version)
    {
        if (version > Steps.Count)
            throw new StorageRefusedException($"{Path} was written by a newer AntiLoss (schema {version}; this one knows up to {Steps.Count}). It was left as it is; run the newer version.");
    }

    private void CheckUntouched(SqliteSession session, bool thoroughly)
    {
        session.LeaveUntouched(true);
        RefuseNewer(session.Number("PRAGMA user_version"));
        var owner = session.Number("PRAGMA application_id");
        if (owner != SqliteSchema.ApplicationId && session.Number("SELECT count(*) FROM sqlite_schema") > 0)
            throw new StorageRefusedException($"{Path} is a database of another program. It was left as it is.");
        if (thoroughly && new FileInfo(Path).Length <= checkUpTo && session.Texts("PRAGMA quick_check(1)") is not ["ok"] and var findings)
            throw new StorageRefusedException($"{Path} is damaged ({findings[0].ReplaceLineEndings(" ")}). It was left as it is; restore a backup into an empty data folder.");
        session.LeaveUntouched(false);
        if (session.IsReadOnly)
            throw new SqliteFailure(SQLITE_READONLY, "read-only");
    }

    /// <summary>
    /// What holds for this connection, and for the file from its first page on: deleted rows are overwritten, and
    /// their pages can be given back, so that a deleted position is nowhere in the file.
    /// </summary>
    private static void Prepare(SqliteSession session)
    {
        session.RunOnce("PRAGMA auto_vacuum = INCREMENTAL");
        if (session.Texts("PRAGMA journal_mode = WAL") is not ["wal"])
            throw new SqliteFailure(SQLITE_CANTOPEN, "it cannot be used with a write-ahead log here; is the folder on a network drive?");
        session.RunOnce("PRAGMA synchronous = FULL");
        session.RunOnce("PRAGMA secure_delete = ON");
        session.RunOnce("PRAGMA wal_autocheckpoint = 4000");
        session.RunOnce("PRAGMA journal_size_limit = 67108864");
        session.RunOnce("PRAGMA cache_size = -65536");
        session.RunOnce("PRAGMA temp_store = MEMORY");
    }
}
