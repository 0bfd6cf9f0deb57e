using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Tracks;
using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace AntiLoss.Grains.Devices;

/// <summary>
/// Hosts one phone's state and its open chunk, and decides nothing: <see cref="DeviceMachine"/> does. What it has not
/// saved the log still holds, so it saves when its shard asks, and a lost activation loses nothing.
/// </summary>
[GrainType("device")]
public sealed partial class DeviceGrain : Grain, IDeviceGrain
{
    private const string StateName = "device";
    private const int JoinedAtOnce = 500;

    private readonly IGrainStorage _storage;
    private readonly ITrackStore _tracks;
    private readonly PolicyBook _policies;
    private readonly ILogger<DeviceGrain> _logger;
    private readonly GrainState<DeviceState> _stored = new();
    private readonly DeviceKey _key;

    private DeviceState _state = new();
    private OpenChunk _chunk = OpenChunk.Empty(1);
    private ImmutableList<OpenChunk> _filled = [];
    private bool _chunkChanged;
    private string? _damage;

    // Of the last entry, or the default until there was one: the row's next due moment goes by it.
    private DevicePolicy _policy = DevicePolicy.Default;

    public DeviceGrain(
        [FromKeyedServices("Default")] IGrainStorage storage, ITrackStore tracks, PolicyBook policies, ILogger<DeviceGrain> logger)
    {
        _storage = storage;
        _policies = policies;
        _tracks = tracks;
        _logger = logger;
        _key = DeviceKey.Parse(this.GetPrimaryKeyString());
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _storage.ReadStateAsync(StateName, this.GetGrainId(), _stored);
            _state = _stored.State ?? new DeviceState();
            if (_state.ChunkNumber > 0)
                _chunk = await ReadOpenChunkAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not (StorageUnavailableException or OperationCanceledException))
        {
            // Never "a new phone": that would forget its guards. Its entries are set aside until someone mends it.
            _damage = exception.Message;
            LogDamaged(_key, exception);
        }
        // Not among what may be damaged: an organization that can't be asked just now makes no phone unreadable.
        _policy = await _policies.FindAsync(_key.Organization, _state.PolicyVersion);
    }

    /// <inheritdoc/>
    public async ValueTask<TakeAnswer> TakeAsync(ImmutableArray<LogEntry> entries, CancellationToken cancellationToken)
    {
        if (_damage is not null)
            return new TakeAnswer { Damage = _damage };

        var outcomes = ImmutableArray.CreateBuilder<ReportOutcome>(entries.Length);
        var failed = ImmutableArray<FailedEntry>.Empty;
        LogPosition? behind = null;
        string? refusal = null;
        foreach (var entry in entries)
        {
            if (entry.Position <= _state.Applied)
            {
                outcomes.Add(ReportOutcome.Accepted);
                continue;
            }
            if (entry.Previous != _state.Applied)
            {
                behind = _state.Applied;
                break;
            }
            if (_policy.Version != entry.PolicyVersion)
                _policy = await _policies.FindAsync(_key.Organization, entry.PolicyVersion);
            outcomes.Add(Take(entry, ref failed, ref refusal));
        }
        return new TakeAnswer
        {
            Row = Row(),
            Outcomes = outcomes.DrainToImmutable(),
            Behind = behind,
            Failed = failed,
            Effects = _state.Outbox,
            Refusal = refusal,
        };
    }

    /// <inheritdoc/>
    public ValueTask<DeviceView?> ReadAsync(CancellationToken cancellationToken) =>
        new(Row() is { } row ? new DeviceView(row, _state) : null);

    /// <inheritdoc/>
    public async ValueTask<DeviceTrack> ReadTrackAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        // What is in memory replaces what was saved of it under the same number.
        var held = _filled.Add(_chunk).Where(chunk => chunk.Count > 0).Select(Stored).ToImmutableArray();
        var saved = await _tracks.ReadAsync(_key, since, until, cancellationToken);
        var numbers = held.Select(chunk => chunk.Number).ToHashSet();
        return new DeviceTrack([
            .. saved.Where(chunk => !numbers.Contains(chunk.Number)),
            .. held.Where(chunk => chunk.LastFixAt >= since && chunk.FirstFixAt <= until)]);
    }

    /// <inheritdoc/>
    public async ValueTask<LogPosition> SaveAsync(CancellationToken cancellationToken)
    {
        if (_damage is not null || (_stored.State?.Applied == _state.Applied && _stored.State.ChunkNumber == _state.ChunkNumber))
            return _state.Applied;

        // Chunks first: a state that names a chunk which storage lacks would lose its positions.
        foreach (var filled in _filled)
            await _tracks.WriteAsync(_key, Stored(filled), cancellationToken);
        _filled = [];
        if (_chunkChanged && _chunk.Count > 0)
            await _tracks.WriteAsync(_key, Stored(_chunk), cancellationToken);
        _chunkChanged = false;
        _stored.State = _state;
        try
        {
            await _storage.WriteStateAsync(StateName, this.GetGrainId(), _stored);
        }
        catch
        {
            _stored.State = new DeviceState();
            throw;
        }
        return _state.Applied;
    }

    /// <inheritdoc/>
    public async ValueTask JoinAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_damage is not null)
            return;
        // A phone that seldom reports would else keep a position for as long as its chunk takes to fill.
        if (_chunk.Count > 0 && _chunk.Fixes[0].ReceivedAt.UtcDateTime.Date < now.UtcDateTime.Date)
            Close();
        // Only below the saved number: a chunk that storage holds and the state has not heard of is filled again from the log.
        await SaveAsync(cancellationToken);
        for (var more = true; more;)
        {
            var closed = Parts(await _tracks.ReadUnjoinedAsync(_key, _state.ChunkNumber, JoinedAtOnce, cancellationToken)).ToList();
            foreach (var (since, until) in TrackJoin.DaysOf(closed, now).ToList())
                closed.AddRange(Parts(await _tracks.ReadAsync(_key, since, until, cancellationToken)).Where(part => part.Number < 0));
            var join = TrackJoin.Of(closed, now);
            more = !join.IsNothing;
            if (more)
                await _tracks.JoinAsync(_key, join.Replaced, [.. join.Joined.Select(part => Stored(part.Number, part.Fixes))], cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask LeaveAsync()
    {
        DeactivateOnIdle();
        return default;
    }

    private ReportOutcome Take(in LogEntry entry, ref ImmutableArray<FailedEntry> failed, ref string? refusal)
    {
        try
        {
            var deviceEntry = entry.ToDeviceEntry();
            var step = DeviceMachine.Step(_state, _chunk, deviceEntry, _policy);
            _state = step.State;
            _chunkChanged |= !ReferenceEquals(_chunk, step.Chunk);
            _chunk = step.Chunk;
            if (step.Filled is { } filled)
                _filled = _filled.Add(filled);
            refusal = step.Refusal ?? refusal;
            return step.Refusal is not null ? ReportOutcome.Refused
                : step.IsBeyond ? ReportOutcome.Beyond
                : step.IsDuplicate ? ReportOutcome.Duplicate
                : ReportOutcome.Accepted;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // One report that no rule foresaw must not hold up the phone's next ones, the replay or the trimming.
            LogStepFailed(_key, entry.Position, exception);
            failed = failed.Add(new FailedEntry(entry, exception.Message));
            _state = _state with { Applied = entry.Position };
            return ReportOutcome.SetAside;
        }
    }

    private void Close()
    {
        _filled = _filled.Add(_chunk);
        _chunk = OpenChunk.Empty(_chunk.Number + 1);
        _state = _state with { ChunkNumber = _chunk.Number, ChunkCount = 0 };
    }

    private async Task<OpenChunk> ReadOpenChunkAsync(CancellationToken cancellationToken)
    {
        if (_state.ChunkCount == 0)
            return OpenChunk.Empty(_state.ChunkNumber);
        // Retention may have deleted what lay open for too long.
        if (await _tracks.ReadAsync(_key, _state.ChunkNumber, cancellationToken) is not { } stored)
            return OpenChunk.Empty(_state.ChunkNumber);
        // The chunk may have been saved with later positions than the state has seen: they come again from the log.
        return OpenChunk.From(_state.ChunkNumber, TrackChunk.Decode(stored.Bytes.Span).Take(_state.ChunkCount));
    }

    private DeviceRow? Row() => _state.IsEnrolled ? DeviceRowOf.State(_key, _state, _policy) : null;

    private static IEnumerable<TrackPart> Parts(ImmutableArray<StoredChunk> chunks) =>
        chunks.Select(chunk => new TrackPart(chunk.Number, TrackChunk.Decode(chunk.Bytes.Span)));

    private static StoredChunk Stored(OpenChunk chunk) => Stored(chunk.Number, chunk.Fixes);

    private static StoredChunk Stored(long number, ImmutableArray<TrackFix> fixes) => new(
        number,
        DateTimeOffset.FromUnixTimeMilliseconds(fixes.Min(fix => fix.FixedAtMs)),
        DateTimeOffset.FromUnixTimeMilliseconds(fixes.Max(fix => fix.FixedAtMs)),
        fixes.Length,
        TrackChunk.Encode(fixes.AsSpan()));
}
