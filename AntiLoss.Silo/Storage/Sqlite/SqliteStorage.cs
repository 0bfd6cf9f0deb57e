using AntiLoss.Grains.Storage;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>The open data folder of this process: its lock, its one writer and its readers.</summary>
internal sealed class SqliteStorage : IErasure, IDisposable
{
    private const int PieceBytes = 256 * 1024;
    private const int PiecePages = PieceBytes / 4096;
    private const int LeastKeptPages = 1024;
    private const int MostTries = 300;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    private readonly DataFolder _folder;

    private SqliteStorage(DataFolder folder, SqliteFile file, SqliteSession session, StorageHealth health, StorageInstruments instruments, ILogger logger)
    {
        (_folder, File) = (folder, file);
        Readers = new SqliteReaders(file);
        Writer = new SqliteWriter(file, session, Readers, health, instruments, logger);
    }

    public SqliteFile File { get; }

    public SqliteWriter Writer { get; }

    public SqliteReaders Readers { get; }

    /// <summary>Where the sealed keys lie.</summary>
    public string Keys => _folder.Keys;

    /// <summary>Takes the folder's lock, opens its database or makes one, and compares what it was made for.</summary>
    /// <exception cref="StorageRefusedException">The server must not start on this folder; the message says why.</exception>
    public static SqliteStorage Open(StorageOptions options, StorageManifest manifest, StorageHealth health, StorageInstruments instruments, ILogger logger)
    {
        var folder = DataFolder.Hold(options.Folder);
        try
        {
            if (!System.IO.File.Exists(folder.Database) && System.IO.File.Exists(folder.Keys))
                throw new StorageRefusedException($"{folder.Database} is gone, but the keys beside it are there. Put it back, or restore a backup into an empty data folder.");
            var file = new SqliteFile(folder.Database, options.CheckMegabytes * 1024L * 1024);
            var session = file.OpenFirst();
            try
            {
                manifest.WriteOrCompare(session, folder.Database);
            }
            catch (SqliteFailure failure)
            {
                session.Dispose();
                throw new StorageRefusedException(failure.Sentence(folder.Database), failure);
            }
            catch
            {
                session.Dispose();
                throw;
            }
            return new SqliteStorage(folder, file, session, health, instruments, logger);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Writes down which master keys credentials may be made from; before the first one is made.</summary>
    public void RememberKeys(IEnumerable<byte> numbers) => Writer.WriteAsync(100, session =>
    {
        StorageManifest.WriteKeys(session, numbers);
        return true;
    }, isOneStatement: true).GetAwaiter().GetResult();

    /// <summary>
    /// Gives the pages of deleted rows back to the disk, piece by piece; other writes go between. An eighth of the file
    /// may stay free: the log needs such pages again at once, and they hold zeros.
    /// </summary>
    public async Task GiveBackAsync(CancellationToken cancellationToken = default)
    {
        while (await Writer.WriteAsync(PieceBytes, GiveBackPages))
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Gives pages back, then erases part by part what is left of deleted rows in the others and in the write-ahead log;
    /// other writes go between.
    /// </summary>
    public async Task EraseAsync(CancellationToken cancellationToken = default)
    {
        await GiveBackAsync(cancellationToken);
        var tries = 0;
        for (var (part, isMore) = (0, true); isMore;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (await Writer.EraseAsync(part))
            {
                case Erased.Nothing when ++tries == MostTries:
                    throw new StorageUnavailableException("Readers stood in the way of erasing what was deleted.");
                case Erased.Nothing:
                    await Task.Delay(BetweenTries, cancellationToken);
                    break;
                case Erased.Part:
                    (part, tries) = (part + 1, 0);
                    break;
                default:
                    isMore = false;
                    break;
            }
        }
    }

    private static bool GiveBackPages(SqliteSession session)
    {
        var kept = Math.Max(LeastKeptPages, session.Number("PRAGMA page_count") / 8);
        var free = session.Number("PRAGMA freelist_count") - kept;
        if (free <= 0)
            return false;
        session.RunOnce($"PRAGMA incremental_vacuum({Math.Min(free, PiecePages)})");
        return free > PiecePages;
    }

    /// <summary>Writes what waits, closes the file and lets the folder go.</summary>
    public void Dispose()
    {
        Readers.Dispose();
        Writer.Dispose();
        _folder.Dispose();
    }
}
