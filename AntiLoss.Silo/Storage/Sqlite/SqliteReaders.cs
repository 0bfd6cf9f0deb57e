using System.Collections.Concurrent;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>Connections that only read, lent to one caller at a time. They see what is durable, and go on while writes fail.</summary>
internal sealed class SqliteReaders(SqliteFile file) : IDisposable
{
    private const int MostKept = 8;

    private readonly ConcurrentBag<(SqliteSession Session, int Generation)> _idle = [];
    private int _generation;
    private bool _closed;

    /// <summary>Reads in one call, all of it of one moment.</summary>
    /// <exception cref="StorageUnavailableException">The file cannot be read.</exception>
    public TAnswer Read<TAnswer>(Func<SqliteSession, TAnswer> read)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        var generation = Volatile.Read(ref _generation);
        SqliteSession? session = null;
        try
        {
            session = Borrow(generation);
            var answer = read(session);
            GiveBack(session, generation);
            session = null;
            return answer;
        }
        catch (SqliteFailure failure)
        {
            throw failure.ToUnavailable(file.Path);
        }
        finally
        {
            session?.Dispose();
        }
    }

    /// <summary>Lends no connection again that was opened before now: the file may be another one.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _generation);
        CloseIdle();
    }

    public void Dispose()
    {
        _closed = true;
        CloseIdle();
    }

    private SqliteSession Borrow(int generation)
    {
        while (_idle.TryTake(out var idle))
        {
            if (idle.Generation == generation)
                return idle.Session;
            idle.Session.Dispose();
        }
        return file.OpenToRead();
    }

    private void GiveBack(SqliteSession session, int generation)
    {
        if (_closed || generation != Volatile.Read(ref _generation) || _idle.Count >= MostKept)
            session.Dispose();
        else
            _idle.Add((session, generation));
    }

    private void CloseIdle()
    {
        while (_idle.TryTake(out var idle))
            idle.Session.Dispose();
    }
}
