namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>
/// What waits for the writer: blocks of the log, and everything else. Blocks go first, all of them; of the rest so much
/// as does not hold them up.
/// </summary>
internal sealed class WriteQueue
{
    private const int MostOtherBytes = 1024 * 1024;
    private const int MostLogBytes = 16 * 1024 * 1024;
    private const int GatheringRounds = 2;

    private readonly object _gate = new();
    private readonly Queue<PendingWrite> _log = new();
    private readonly Queue<PendingWrite> _other = new();
    private int _wanted;
    private bool _closed;

    /// <summary>Puts a write into the queue; false if the writer has stopped.</summary>
    public bool TryAdd(PendingWrite write, bool isLog)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            (isLog ? _log : _other).Enqueue(write);
            // Waking a sleeping thread costs more than a small write does: it is done once, when there is enough to do.
            if (Count == _wanted)
                Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Takes no more; what is in it is still to be taken out.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>
    /// Waits for work and takes a batch of it; empty once the queue is closed and empty. <paramref name="expected"/>:
    /// how many the last batch had; its callers come back about together, and are waited for at most 2 ms and only
    /// while they keep coming. A caller who is alone never waits.
    /// </summary>
    public List<PendingWrite> Take(int expected)
    {
        lock (_gate)
        {
            while (Count == 0 && !_closed)
                Wait(1, Timeout.Infinite);
            for (var (round, seen) = (0, -1); round < GatheringRounds && Count < expected && Count > seen && !_closed; round++)
            {
                seen = Count;
                Wait(expected, 1);
            }
            var batch = new List<PendingWrite>(Count);
            Move(_log, batch, MostLogBytes);
            Move(_other, batch, MostOtherBytes);
            return batch;
        }
    }

    private int Count => _log.Count + _other.Count;

    private void Wait(int count, int milliseconds)
    {
        _wanted = count;
        Monitor.Wait(_gate, milliseconds);
        _wanted = 0;
    }

    /// <summary>At least one, then as long as the sum stays under <paramref name="most"/>.</summary>
    private static void Move(Queue<PendingWrite> queue, List<PendingWrite> batch, int most)
    {
        var bytes = 0;
        while (queue.TryPeek(out var write) && (bytes == 0 || bytes + write.Size <= most))
        {
            bytes += Math.Max(1, write.Size);
            batch.Add(queue.Dequeue());
        }
    }
}
