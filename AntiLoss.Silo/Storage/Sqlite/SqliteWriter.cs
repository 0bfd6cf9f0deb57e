using System.Diagnostics;
using AntiLoss.Grains.Storage;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>
/// The one thread that writes. What waits shares a transaction, and whoever waits is told once it is durable. After an
/// error of the file the connection is closed and the file opened and checked again before the next write: what a
/// failed commit left behind is unknown, and is never acknowledged by a second try on the same connection.
/// </summary>
internal sealed partial class SqliteWriter : IDisposable
{
    private static readonly TimeSpan BetweenOpenings = TimeSpan.FromMilliseconds(200);

    private readonly SqliteFile _file;
    private readonly SqliteReaders _readers;
    private readonly StorageHealth _health;
    private readonly StorageInstruments _instruments;
    private readonly ILogger _logger;
    private readonly WriteQueue _queue = new();
    private readonly Thread _thread;
    private SqliteSession? _session;
    private StorageUnavailableException? _trouble;
    private long _triedAt;

    /// <param name="session">The open file; the writer closes it.</param>
    public SqliteWriter(SqliteFile file, SqliteSession session, SqliteReaders readers, StorageHealth health, StorageInstruments instruments, ILogger logger)
    {
        (_file, _session, _readers, _health, _instruments, _logger) = (file, session, readers, health, instruments, logger);
        _thread = new Thread(WriteUntilClosed) { Name = "AntiLoss storage writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Tests stand here, on the writer's thread, before each step of a transaction.</summary>
    internal Action<WriteStep>? BeforeStep { get; set; }

    /// <summary>Applies a write in the next transaction that has room; completes when it is durable.</summary>
    /// <param name="size">About how many bytes it writes.</param>
    /// <param name="isOneStatement">See <see cref="PendingWrite.IsOneStatement"/>.</param>
    public Task<TAnswer> WriteAsync<TAnswer>(int size, Func<SqliteSession, TAnswer> apply, bool isOneStatement = false)
    {
        var write = new PendingWrite<TAnswer>(apply) { Size = size, IsOneStatement = isOneStatement };
        Add(write, isLog: false);
        return write.Done;
    }

    /// <summary>Queues a block of the log: before everything that is not one, after every block that was queued before.</summary>
    public void AddToLog(PendingWrite write) => Add(write, isLog: true);

    /// <summary>Erases what was deleted from the write-ahead log and from one part of the file.</summary>
    public Task<Erased> EraseAsync(int part)
    {
        var write = new OutsideTransaction(session => session.Erase(_file.Path, part)) { Size = 1 };
        Add(write, isLog: false);
        return write.Done;
    }

    /// <summary>Writes what waits, then stops and closes the file.</summary>
    public void Dispose()
    {
        _queue.Close();
        _thread.Join();
    }

    private void Add(PendingWrite write, bool isLog)
    {
        _instruments.OnQueued();
        if (_queue.TryAdd(write, isLog))
            return;
        _instruments.OnFailed(1, wereWaiting: true);
        write.Fail(new StorageUnavailableException("The server is stopping and takes no more writes."));
        write.Complete();
    }

    private void WriteUntilClosed()
    {
        var expected = 1;
        while (_queue.Take(expected) is { Count: > 0 } batch)
        {
            expected = batch.Count;
            WriteTogether(batch);
            ThreadPool.UnsafeQueueUserWorkItem(new FinishedBatch(batch), preferLocal: false);
        }
        _session?.Dispose();
    }

    private void WriteTogether(List<PendingWrite> batch)
    {
        var since = Stopwatch.GetTimestamp();
        try
        {
            _session ??= Reopen();
            var session = _session;
            Before(WriteStep.Begin);
            session.Run("BEGIN IMMEDIATE");
            foreach (var write in batch)
            {
                if (write is not OutsideTransaction)
                    ApplyAlone(session, write);
            }
            Before(WriteStep.Commit);
            session.Run("COMMIT");
            Before(WriteStep.Answer);
            _file.CheckInPlace(session);
            foreach (var write in batch.OfType<OutsideTransaction>())
                write.Apply(session);
            _instruments.OnCommitted(batch.Count, Stopwatch.GetElapsedTime(since));
            if (_health.Report(null))
                LogRecovered(_logger);
        }
        catch (Exception error)
        {
            GiveUp(batch, error);
        }
    }

    private void ApplyAlone(SqliteSession session, PendingWrite write)
    {
        Before(WriteStep.Apply);
        if (!write.IsOneStatement)
            session.Run("SAVEPOINT one");
        try
        {
            write.Apply(session);
        }
        catch (SqliteFailure failure) when (!failure.IsOfTheStatementOnly || !session.IsInTransaction)
        {
            throw;
        }
        catch (Exception error)
        {
            if (!write.IsOneStatement)
                session.Run("ROLLBACK TO one");
            _instruments.OnFailed(1, wereWaiting: false);
            if (error is SqliteFailure)
                LogFailedAlone(_logger, error);
            write.Fail(error is SqliteFailure unexpected ? unexpected.ToUnavailable(_file.Path) : error);
        }
        if (!write.IsOneStatement)
            session.Run("RELEASE one");
    }

    /// <summary>Fails the whole batch, and closes the connection: only a fresh one knows what is in the file.</summary>
    private void GiveUp(List<PendingWrite> batch, Exception error)
    {
        var unavailable = error switch
        {
            StorageUnavailableException known => known,
            SqliteFailure failure => failure.ToUnavailable(_file.Path),
            _ => new StorageUnavailableException($"{_file.Path} could not be written: {error.Message}", error),
        };
        _file.Suspect(error);
        _readers.Forget();
        _session?.Dispose();
        _session = null;
        _instruments.OnFailed(batch.Count, wereWaiting: true);
        if (_health.Report(unavailable.Message))
            LogTrouble(_logger, unavailable.Message, error);
        foreach (var write in batch)
            write.Fail(unavailable);
    }

    /// <summary>Opens and checks the file again, a few times a second at most: a check reads much, and callers come often.</summary>
    private SqliteSession Reopen()
    {
        if (_trouble is not null && Stopwatch.GetElapsedTime(_triedAt) < BetweenOpenings)
            throw _trouble;
        _triedAt = Stopwatch.GetTimestamp();
        try
        {
            var session = _file.OpenAgain();
            _trouble = null;
            return session;
        }
        catch (StorageUnavailableException trouble)
        {
            _trouble = trouble;
            throw;
        }
    }

    private void Before(WriteStep step) => BeforeStep?.Invoke(step);

    /// <summary>Work on the file that no transaction may be open for; done after the commit of its batch.</summary>
    private sealed class OutsideTransaction(Func<SqliteSession, Erased> work) : PendingWrite<Erased>(work);
}

/// <summary>The steps of a transaction.</summary>
internal enum WriteStep
{
    Begin,
    Apply,
    Commit,
    Answer,
}
