using AntiLoss.Grains.Storage;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>A write that waits for its transaction, and the caller who waits for it.</summary>
internal abstract class PendingWrite
{
    /// <summary>About how many bytes it writes: what is not the log shares a transaction up to a limit.</summary>
    public required int Size { get; init; }

    /// <summary>
    /// Whether it changes the file by one statement at most. SQLite undoes a statement that fails by itself, so such a
    /// write fails alone without a savepoint of its own; that is a third of the work of a small write.
    /// </summary>
    public bool IsOneStatement { get; init; }

    /// <summary>What it failed with; null while it has not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Makes its changes; on the writer's thread, in an open transaction.</summary>
    public abstract void Apply(SqliteSession session);

    /// <summary>Tells the caller. What the caller does next runs on the thread that calls this.</summary>
    public abstract void Complete();

    /// <summary>Remembers the first failure; on the writer's thread, before any later write is applied.</summary>
    public virtual void Fail(Exception failure) => Failure ??= failure;
}

/// <summary>A write with an answer.</summary>
internal class PendingWrite<TAnswer>(Func<SqliteSession, TAnswer> apply) : PendingWrite
{
    // Continuations run where Complete is called: the writer hands a whole batch to one pool thread, so that a batch
    // costs one wake-up, not one for each of its callers.
    private readonly TaskCompletionSource<TAnswer> _done = new();
    private TAnswer _answer = default!;

    public Task<TAnswer> Done => _done.Task;

    public override void Apply(SqliteSession session) => _answer = apply(session);

    public override void Complete()
    {
        if (Failure is null)
            _done.TrySetResult(_answer);
        else
            _done.TrySetException(Failure);
    }
}

/// <summary>The writes of one transaction on their way back to their callers.</summary>
internal sealed class FinishedBatch(IReadOnlyList<PendingWrite> writes) : IThreadPoolWorkItem
{
    public void Execute()
    {
        foreach (var write in writes)
            write.Complete();
    }
}
