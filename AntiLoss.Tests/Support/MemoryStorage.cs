using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Tests.Support;

/// <summary>
/// The storage seams in memory, outliving the cluster that uses them: a test stops a cluster, starts another on the
/// same storage, and sees what was durable. Appends can be made to fail.
/// </summary>
internal sealed class MemoryStorage : IReportLog, ITrackStore, IRecordStore, IErasure
{
    private readonly ConcurrentDictionary<int, ShardStore> _shards = new();
    private readonly Dictionary<(DeviceKey Device, long Number), StoredChunk> _chunks = [];
    private readonly ConcurrentDictionary<RecordKey, ReadOnlyMemory<byte>> _records = new();

    /// <summary>While true every append fails as a full disk does.</summary>
    public bool IsFull { get; set; }

    /// <summary>While true no record is inserted, as if its table were gone; the log goes on.</summary>
    public bool RefusesRecords { get; set; }

    /// <summary>While true an append is lost although it is answered: the bug that a crash test must see.</summary>
    public bool ForgetsAppends { get; set; }

    /// <summary>While set, appends wait for it before they are durable.</summary>
    public Task? AppendsWaitFor { get; set; }

    /// <summary>Appends that have begun.</summary>
    public int AppendsBegun { get; private set; }

    /// <summary>Snapshots that were written.</summary>
    public int Snapshots { get; private set; }

    /// <summary>How often a shard's log was read.</summary>
    public int LogReads { get; private set; }

    /// <summary>How often free space was given back without erasing.</summary>
    public int GivenBack { get; private set; }

    /// <summary>How often what is left of deleted rows was erased.</summary>
    public int Erased { get; private set; }

    public IEnumerable<LogBlock> Blocks(int shard) => [.. _shards.GetOrAdd(shard, _ => new ShardStore()).Blocks];

    /// <summary>What ever became durable in a shard's log, trimmed since or not, in order.</summary>
    public ImmutableArray<LogBlock> Everything(int shard)
    {
        var store = _shards.GetOrAdd(shard, _ => new ShardStore());
        lock (store)
            return [.. store.Everything];
    }

    public ValueTask<IShardLog> TakeOverAsync(int shard, CancellationToken cancellationToken = default)
    {
        ThrowIfFull();
        var store = _shards.GetOrAdd(shard, _ => new ShardStore());
        lock (store)
            return new(new Log(this, store, ++store.Epoch));
    }

    public Task WriteAsync(DeviceKey device, StoredChunk chunk, CancellationToken cancellationToken = default)
    {
        ThrowIfFull();
        lock (_chunks)
            _chunks[(device, chunk.Number)] = chunk;
        return Task.CompletedTask;
    }

    public ValueTask<StoredChunk?> ReadAsync(DeviceKey device, long number, CancellationToken cancellationToken = default) =>
        new(ChunksOf(device, chunk => chunk.Number == number).SingleOrDefault());

    public ValueTask<ImmutableArray<StoredChunk>> ReadAsync(DeviceKey device, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken = default) =>
        new(ChunksOf(device, chunk => chunk.LastFixAt >= since && chunk.FirstFixAt <= until));

    public ValueTask<ImmutableArray<StoredChunk>> ReadUnjoinedAsync(DeviceKey device, long before, int limit, CancellationToken cancellationToken = default) =>
        new([.. ChunksOf(device, chunk => chunk.Number >= 0 && chunk.Number < before).Take(limit)]);

    public Task JoinAsync(DeviceKey device, ImmutableArray<long> numbers, ImmutableArray<StoredChunk> joined, CancellationToken cancellationToken = default)
    {
        ThrowIfFull();
        lock (_chunks)
        {
            foreach (var number in numbers)
                _chunks.Remove((device, number));
            foreach (var chunk in joined)
                _chunks[(device, chunk.Number)] = chunk;
        }
        return Task.CompletedTask;
    }

    public ValueTask<int> DeleteBeforeAsync(OrganizationNumber organization, DateTimeOffset until, CancellationToken cancellationToken = default)
    {
        lock (_chunks)
        {
            return new(_chunks.Where(pair => pair.Key.Device.Organization == organization && pair.Value.LastFixAt < until)
                .ToList().Count(pair => _chunks.Remove(pair.Key)));
        }
    }

    public ValueTask<bool> InsertAsync(RecordKey key, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) =>
        InsertAllAsync([new NewRecord(key, body)], cancellationToken);

    public ValueTask<bool> InsertAllAsync(ImmutableArray<NewRecord> all, CancellationToken cancellationToken = default)
    {
        ThrowIfFull();
        if (RefusesRecords)
            throw new StorageUnavailableException("The records cannot be written.");
        lock (_records)
        {
            if (all.Any(record => _records.ContainsKey(record.Key)))
                return new(false);
            foreach (var record in all)
                _records[record.Key] = record.Body.ToArray();
            return new(true);
        }
    }

    public ValueTask<ImmutableArray<StoredRecord>> FindAsync(OrganizationNumber organization, string kind, ImmutableArray<string> ids, CancellationToken cancellationToken = default) =>
        new([.. ids.Where(id => _records.ContainsKey(new RecordKey(organization, kind, id))).Select(id => new StoredRecord(id, _records[new RecordKey(organization, kind, id)]))]);

    public ValueTask<ImmutableArray<StoredRecord>> ReadForwardAsync(OrganizationNumber organization, string kind, string from, int limit, CancellationToken cancellationToken = default) =>
        new([.. RecordsOf(organization, kind).Where(record => string.CompareOrdinal(record.Id, from) >= 0).OrderBy(record => record.Id, StringComparer.Ordinal).Take(limit)]);

    /// <summary>Puts another body into a record, as somebody with the storage's keys would.</summary>
    public void Overwrite(RecordKey key, ReadOnlyMemory<byte> body) => _records[key] = body;

    public ValueTask<ImmutableArray<StoredRecord>> ReadAsync(OrganizationNumber organization, string kind, string? before, int limit, CancellationToken cancellationToken = default) =>
        new([.. RecordsOf(organization, kind).Where(record => before is null || string.CompareOrdinal(record.Id, before) < 0)
            .OrderByDescending(record => record.Id, StringComparer.Ordinal).Take(limit)]);

    public ValueTask ReplaceAsync(
        OrganizationNumber organization, string kind, ImmutableArray<StoredRecord> written, ImmutableArray<string> deleted, CancellationToken cancellationToken = default)
    {
        ThrowIfFull();
        foreach (var record in written)
            _records[new RecordKey(organization, kind, record.Id)] = record.Body.ToArray();
        foreach (var id in deleted)
            _records.TryRemove(new RecordKey(organization, kind, id), out _);
        return ValueTask.CompletedTask;
    }

    public ValueTask<int> DeleteBeforeAsync(OrganizationNumber organization, string kind, string before, CancellationToken cancellationToken = default) =>
        new(_records.Keys.Where(key => key.Organization == organization && key.Kind == kind && string.CompareOrdinal(key.Id, before) < 0)
            .Count(key => _records.TryRemove(key, out _)));

    public Task GiveBackAsync(CancellationToken cancellationToken = default)
    {
        GivenBack++;
        return Task.CompletedTask;
    }

    public Task EraseAsync(CancellationToken cancellationToken = default)
    {
        Erased++;
        return Task.CompletedTask;
    }

    private IEnumerable<StoredRecord> RecordsOf(OrganizationNumber organization, string kind) =>
        _records.Where(pair => pair.Key.Organization == organization && pair.Key.Kind == kind).Select(pair => new StoredRecord(pair.Key.Id, pair.Value));

    private ImmutableArray<StoredChunk> ChunksOf(DeviceKey device, Func<StoredChunk, bool> isWanted)
    {
        lock (_chunks)
            return [.. _chunks.Where(pair => pair.Key.Device == device && isWanted(pair.Value)).Select(pair => pair.Value).OrderBy(chunk => chunk.Number)];
    }

    private void ThrowIfFull()
    {
        if (IsFull)
            throw new StorageUnavailableException("The disk is full.");
    }

    private sealed class ShardStore
    {
        public int Epoch { get; set; }
        public List<LogBlock> Blocks { get; } = [];
        public List<LogBlock> Everything { get; } = [];
        public LogSnapshot? Snapshot { get; set; }
    }

    private sealed class Log(MemoryStorage storage, ShardStore store, int epoch) : IShardLog
    {
        public int Epoch => epoch;

        // Blocks land in the order of the calls.
        private Task _appended = Task.CompletedTask;

        public Task AppendAsync(LogBlock block, CancellationToken cancellationToken = default)
        {
            lock (store)
                return _appended = AppendAsync(block, _appended);
        }

        private async Task AppendAsync(LogBlock block, Task before)
        {
            storage.AppendsBegun++;
            await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            await (storage.AppendsWaitFor ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            lock (store)
            {
                if (store.Epoch != epoch)
                    throw new LogFencedException($"Epoch {store.Epoch} has taken over from {epoch}.");
                storage.ThrowIfFull();
                if (storage.ForgetsAppends)
                    return;
                var durable = block with { Bytes = block.Bytes.ToArray() };
                store.Blocks.Add(durable);
                store.Everything.Add(durable);
            }
        }

        public async IAsyncEnumerable<LogBlock> ReadAsync(LogPosition after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            storage.LogReads++;
            LogBlock[] blocks;
            lock (store)
                blocks = [.. store.Blocks.Where(block => block.Last > after)];
            foreach (var block in blocks)
            {
                await Task.Yield();
                yield return block;
            }
        }

        public Task WriteSnapshotAsync(LogPosition through, IReadOnlyList<ReadOnlyMemory<byte>> pieces, CancellationToken cancellationToken = default)
        {
            storage.ThrowIfFull();
            lock (store)
                (storage.Snapshots, store.Snapshot) = (storage.Snapshots + 1, new LogSnapshot(through, [.. pieces.Select(piece => (ReadOnlyMemory<byte>)piece.ToArray())]));
            return Task.CompletedTask;
        }

        public ValueTask<LogSnapshot?> ReadSnapshotAsync(CancellationToken cancellationToken = default)
        {
            lock (store)
                return new(store.Snapshot);
        }

        public Task TrimAsync(LogPosition through, CancellationToken cancellationToken = default)
        {
            lock (store)
                store.Blocks.RemoveAll(block => block.Last <= through);
            return Task.CompletedTask;
        }
    }
}
