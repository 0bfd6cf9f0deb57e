using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Reports;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Shards;

/// <summary>
/// The shard's way into its log: entries of many callers share a block while earlier blocks are on their way, and are
/// delivered in the order of the log once their block is durable.
/// </summary>
internal sealed class LogAppender(IShardLog log, Action<WaitingEntry, Phone> deliver)
{
    private const int MaxBlocksInFlight = 4;
    private const int MaxBytesWaiting = 8 * 1024 * 1024;

    private long _nextBlock = 1;
    private long _nextEntry = 1;
    private int _inFlight;
    private Block? _open;
    private Task _previous = Task.CompletedTask;

    /// <summary>Blocks wait and are full: say busy.</summary>
    public bool IsFull => _inFlight >= MaxBlocksInFlight && _open?.Writer.Length >= MaxBytesWaiting;

    /// <summary>An append failed: this log can take nothing more.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Time of the last block, Unix milliseconds: received time never goes back behind it.</summary>
    public long LastReceivedAtMs { get; set; }

    /// <summary>Position of the last entry that is durable.</summary>
    public LogPosition Durable { get; private set; }

    /// <summary>The block that takes entries now. Call <see cref="Flush"/> after adding to it.</summary>
    public Block Open(long nowMs)
    {
        if (_open is not null)
            return _open;
        LastReceivedAtMs = Math.Max(LastReceivedAtMs, nowMs);
        return _open = new Block(new LogBlockWriter(log.Epoch, _nextBlock, _nextEntry, LastReceivedAtMs));
    }

    /// <summary>Sends the open block off if there is room in flight; otherwise it goes when one has landed.</summary>
    public void Flush()
    {
        if (_open is not { Writer.Count: > 0 } block || _inFlight >= MaxBlocksInFlight)
            return;
        _open = null;
        _nextBlock++;
        _nextEntry += block.Writer.Count;
        _inFlight++;
        _previous = LandAsync(block, _previous);
    }

    private async Task LandAsync(Block block, Task previous)
    {
        try
        {
            var (encoded, entries) = block.Writer.Finish();
            await log.AppendAsync(encoded);
            await previous;
            // A block may be durable behind one that is not known to be: only a new takeover can tell, so it counts as not.
            if (HasFailed)
                throw new StorageUnavailableException("An earlier block of this log failed.");
            Durable = encoded.Last;
            for (var i = 0; i < entries.Length; i++)
            {
                var (phone, batch, request, report) = block.Waiters[i];
                deliver(new WaitingEntry(entries[i], batch, request, report), phone);
            }
            block.Landed.SetResult();
        }
        catch (Exception exception)
        {
            HasFailed = true;
            block.Landed.SetException(exception);
            // Everybody awaits Landed; nobody else may find this exception unobserved.
            _ = block.Landed.Task.Exception;
        }
        finally
        {
            _inFlight--;
            if (!HasFailed)
                Flush();
            else if (_open is { } waiting)
            {
                _open = null;
                waiting.Landed.SetException(new StorageUnavailableException("The shard's log has failed."));
                _ = waiting.Landed.Task.Exception;
            }
        }
    }

    /// <summary>A block that is being filled, and who waits for each of its entries.</summary>
    internal sealed class Block(LogBlockWriter writer)
    {
        public LogBlockWriter Writer { get; } = writer;

        public List<(Phone Phone, SubmitBatch? Batch, int Request, int Report)> Waiters { get; } = [];

        /// <summary>Completes when the block is durable and its entries are on their way to their phones.</summary>
        public TaskCompletionSource Landed { get; } = new();

        public void Add(Phone phone, Report report, int policyVersion, long nowMs, SubmitBatch batch, int request, int index)
        {
            var position = Writer.Next;
            Writer.Add(phone.Key, phone.Last, policyVersion, report);
            phone.Append(position, nowMs);
            Waiters.Add((phone, batch, request, index));
        }

        public void Add(Phone phone, AgentRequest request, in AgentItem item, int policyVersion, long nowMs, SubmitBatch batch, int index)
        {
            var position = Writer.Next;
            Writer.Add(phone.Key, phone.Last, policyVersion, request, item);
            phone.Append(position, nowMs);
            Waiters.Add((phone, batch, 0, index));
        }

        public void Add(Phone phone, OperationalChange change, int policyVersion, long nowMs, SubmitBatch? batch = null)
        {
            var position = Writer.Next;
            Writer.Add(phone.Key, phone.Last, policyVersion, EntryKind.Operation, DeviceChangeJson.Write(change));
            phone.Append(position, nowMs);
            Waiters.Add((phone, batch, 0, 0));
        }
    }
}
