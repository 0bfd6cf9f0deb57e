using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Serialization;

namespace AntiLoss.Grains.Shards;

/// <summary>
/// Reentrant, the one grain that is: hundreds of calls wait here for the same append, and a call that is held for news
/// must not keep reports out. What holds across its awaits: positions are given out and a phone's last position is
/// moved in one turn, blocks are delivered in the order of the log, and one call at a time is under way to a phone.
/// Everything else is in <see cref="ShardSession"/>, which is replaced whole when an append fails.
/// </summary>
[GrainType("shard"), Reentrant]
public sealed class ShardGrain : Grain, IShardGrain
{
    private static readonly TimeSpan RetryOpening = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DueEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan JoinEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SnapshotEvery = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(60);

    private readonly IReportLog _logs;
    private readonly ShardServices _services;
    private ShardSession? _session;
    private bool _isOpening;
    private bool _isLeaving;
    private long _wallMinusMonotonicMs;

    public ShardGrain(
        IReportLog logs, TimeProvider time, IOptions<ShardOptions> options, DeadLetters deadLetters, PolicyBook policies, IWakeDesk wakeDesk,
        ShardMap shards, Serializer serializer, ILogger<ShardGrain> logger)
    {
        _logs = logs;
        _services = new ShardServices(
            (int)this.GetPrimaryKeyLong(), shards.Count, GrainFactory, time, options.Value, deadLetters, policies, wakeDesk,
            serializer.GetSerializer<RowSnapshot[]>(), logger);
    }

    private ShardSession? Open => _session is { HasFailed: false } session ? session : null;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _wallMinusMonotonicMs = _services.NowMs - _services.MonotonicMs;
        StartTimer("the clock", DueEvery, session =>
        {
            WatchClock();
            session.AppendDue();
            return Task.CompletedTask;
        });
        StartTimer("saving", SaveEvery, session => session.SaveOldestAsync());
        StartTimer("joining days", JoinEvery, session => session.JoinDaysAsync());
        StartTimer("the snapshot", SnapshotEvery, session => session.SnapshotAsync());
        EnsureOpening();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _isLeaving = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<RequestAnswer>> SubmitAsync(ImmutableArray<PhoneRequest> requests, CancellationToken cancellationToken) =>
        Open is { } session
            ? session.SubmitAsync(requests)
            : new([.. Enumerable.Repeat(RequestAnswer.Refused(Busy()), requests.Length)]);

    /// <inheritdoc/>
    public async ValueTask<ChangeAnswer> ChangeAsync(DeviceKey device, DeviceOperation operation, CancellationToken cancellationToken)
    {
        var change = DeviceChangeJson.Read(operation.Json.Span);
        if (Open is not { } session)
            return new ChangeAnswer(Busy(), null);
        try
        {
            return await session.ChangeAsync(device, change);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or LogFencedException)
        {
            return new ChangeAnswer(Busy(), null);
        }
    }

    /// <inheritdoc/>
    public ValueTask<AgentAnswer> ExchangeAsync(DeviceKey device, AgentRequest request, CancellationToken cancellationToken) =>
        Open is { } session ? session.ExchangeAsync(device, request) : new(AgentAnswer.Refused(Busy()));

    /// <inheritdoc/>
    public async ValueTask<DeviceView?> ReadAsync(DeviceKey device, CancellationToken cancellationToken) =>
        await (await OpenedAsync(cancellationToken)).ReadAsync(device);

    /// <inheritdoc/>
    public async ValueTask<DeviceTrack> ReadTrackAsync(DeviceKey device, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        await (await OpenedAsync(cancellationToken)).ReadTrackAsync(device, since, until);

    /// <inheritdoc/>
    public ValueTask<RowPage> RowsAsync(OrganizationNumber organization, DeviceId? after, int limit, CancellationToken cancellationToken) =>
        new(_session?.Rows(organization, after, limit) ?? new RowPage(0, 0, [], null));

    /// <inheritdoc/>
    public async ValueTask<RowChanges> ChangesAsync(int epoch, long version, ImmutableArray<OrganizationNumber> organizations, CancellationToken cancellationToken)
    {
        if (_session is not { } session)
        {
            EnsureOpening();
            return new RowChanges(0, 0, []);
        }
        return epoch == session.Epoch
            ? await session.ChangesAsync(version, organizations, cancellationToken)
            : new RowChanges(session.Epoch, 0, []);
    }

    /// <inheritdoc/>
    public ValueTask<ShardStatus> StatusAsync(CancellationToken cancellationToken)
    {
        if (Open is null)
            EnsureOpening();
        return new(new ShardStatus(Open is not null, _session?.Epoch ?? 0, _session?.PhoneCount ?? 0));
    }

    private RequestOutcome Busy()
    {
        EnsureOpening();
        return RequestOutcome.Busy;
    }

    private async ValueTask<ShardSession> OpenedAsync(CancellationToken cancellationToken)
    {
        var started = _services.MonotonicMs;
        while (Open is null)
        {
            EnsureOpening();
            if (_services.MonotonicMs - started > 5_000)
                throw new StorageUnavailableException($"Shard {_services.Shard} is recovering; try again.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), _services.Time, cancellationToken);
        }
        return Open;
    }

    private void EnsureOpening()
    {
        if (_isOpening || _isLeaving || Open is not null)
            return;
        _isOpening = true;
        _ = OpenAsync();
    }

    /// <summary>
    /// Takes the log over and recovers, again and again until it succeeds. Not awaited by the activation, which Orleans
    /// would cancel after 30 s; until it is done every caller is answered busy.
    /// </summary>
    private async Task OpenAsync()
    {
        while (!_isLeaving)
        {
            try
            {
                var session = new ShardSession(_services, await _logs.TakeOverAsync(_services.Shard));
                await session.RecoverAsync(CancellationToken.None);
                _session = session;
                _isOpening = false;
                _services.LogOpen(_services.Shard, session.Epoch, session.PhoneCount);
                session.NoteWakes();
                await session.CatchUpRestAsync();
                return;
            }
            catch (Exception exception)
            {
                _services.LogNotOpen(_services.Shard, exception.Message);
                await Task.Delay(RetryOpening, _services.Time);
            }
        }
    }

    private void StartTimer(string what, TimeSpan period, Func<ShardSession, Task> upkeep) => this.RegisterGrainTimer(
        async () =>
        {
            if (Open is not { } session)
            {
                EnsureOpening();
                return;
            }
            try
            {
                await upkeep(session);
            }
            catch (Exception exception)
            {
                _services.LogUpkeepFailed(_services.Shard, what, exception);
            }
        },
        // Interleaved, since a snapshot must not hold up reports; kept alive, since the shard is the phones' clock.
        new GrainTimerCreationOptions(period, period) { Interleave = true, KeepAlive = true });

    private void WatchClock()
    {
        var offset = _services.NowMs - _services.MonotonicMs;
        var jump = TimeSpan.FromMilliseconds(offset - _wallMinusMonotonicMs);
        _wallMinusMonotonicMs = offset;
        if (jump.Duration() > ClockTolerance)
            _services.LogClockJumped(jump.TotalSeconds);
    }
}
