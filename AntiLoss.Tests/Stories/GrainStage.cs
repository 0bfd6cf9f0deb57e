using System.Text.Json;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Alerts;
using AntiLoss.Grains.Audit;
using AntiLoss.Grains.Shards;
using AntiLoss.LoadTest.Agents;
using AntiLoss.LoadTest.Stories;
using AntiLoss.Tests.Shards;
using AntiLoss.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace AntiLoss.Tests.Stories;

/// <summary>Stories on real grains whose clock stands still until a story lets time pass: a day takes a moment.</summary>
internal sealed class GrainStage : IStage, IAsyncDisposable
{
    private const int MaxListed = 1_000;

    /// <summary>The shards look at the clock every 2 s, and carry effects after 100 ms.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    /// <summary>Real time that the silo has to do a tick's work, so that its calls do not time out by the story's clock.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(4);

    private static readonly Operator _olga = GuardedPhone.Person("olga");
    private static readonly Operator _boris = GuardedPhone.Person("boris");

    private readonly FakeTimeProvider _clock;
    private readonly ShardCluster _cluster;
    private ulong _lastDevice;

    private GrainStage(FakeTimeProvider clock, ShardCluster cluster) => (_clock, _cluster) = (clock, cluster);

    public TimeProvider Time => _clock;

    public static async Task<GrainStage> OpenAsync()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
        return new GrainStage(clock, await ShardCluster.StartAsync(new MemoryStorage(), new MemoryGrainStorage(), clock: clock));
    }

    public async Task<EnrolledPhone> EnrolAsync(string name)
    {
        var key = await _cluster.EnrolAsync(name, _clock.GetUtcNow(), new DeviceId(1, Interlocked.Increment(ref _lastDevice)));
        return (await EnrolAsync(key, 1))!;
    }

    public async Task<EnrolledPhone?> EnrolAgainAsync(string device)
    {
        var key = KeyOf(device);
        return await EnrolAsync(key, (await ViewAsync(key)).State.Guards!.Agent!.Enrolment + 1);
    }

    public async Task<string?> ActAsync(string device, string act, string reason, string? iccid)
    {
        return (await ChangeAsync(KeyOf(device), act switch
        {
            "arm" => new Armed(_olga, reason),
            "lost" => new LossDeclared(_olga, reason),
            "maintenance" => new MaintenanceOpened(_olga, reason, _clock.GetUtcNow(), _clock.GetUtcNow() + TimeSpan.FromHours(1)),
            "sims" => new SimBound(_olga, reason, iccid!),
            _ => throw new ArgumentException($"act: '{act}' is none of a story's.", nameof(act)),
        })).Refusal;
    }

    public async Task<PhoneSeen> SeeAsync(string device)
    {
        await SettleAsync();
        var state = (await ViewAsync(KeyOf(device))).State;
        var guards = state.Guards ?? GuardState.Empty;
        return new PhoneSeen(
            Word(guards.Protection),
            [.. guards.Tampers.Where(tamper => !tamper.Cleared).Select(tamper => tamper.Silence is { } silence ? $"{Word(tamper.Reason)}:{Word(silence)}" : Word(tamper.Reason))],
            state.Silence is { } judged ? Word(judged.Class) : null,
            guards.ReportedLocked,
            Word(guards.PowerOff.At(_clock.GetUtcNow()).Stage),
            [.. guards.Slots.OrderBy(slot => slot.Slot).Select(slot => Word(slot.Guard))],
            guards.Agent?.Enrolment ?? 0);
    }

    public async Task<string?> AskForCodeAsync(string device, RecoveryPurpose purpose, string challenge)
    {
        var key = KeyOf(device);
        var guards = (await ChangeAsync(key, new RecoveryCodeAsked(_olga, "is before me", new RecoveryCall(purpose, challenge, CallerCheck.InPerson)))).View!.State.Guards!;
        var enrolment = guards.Agent!.Enrolment;
        return guards.RecoveryGrants.Any(grant => grant.Covers(_olga.Id, purpose, challenge, enrolment, _clock.GetUtcNow()))
            ? RecoveryCode.Of(SecretOf(key), enrolment, purpose, challenge)
            : null;
    }

    public async Task<string?> AgreeAsync(string device)
    {
        var key = KeyOf(device);
        var pending = (await ViewAsync(key)).State.Guards!.Pending!;
        return (await ChangeAsync(key, new ActionAgreed(_boris, "so do I", pending.Id))).Refusal;
    }

    public async Task<int> PositionsAsync(string device, DateTimeOffset since) =>
        (await _cluster.HistoryAsync(KeyOf(device))).Count(fix => fix.FixedAt >= since);

    public async Task<ImmutableArray<AlertSeen>> AlertsAsync()
    {
        await SettleAsync();
        var alerts = await _cluster.Grains.GetGrain<IAlertsGrain>(ShardCluster.Acme.Value).ListAsync(null, MaxListed, onlyOpen: false);
        return [.. alerts.Select(alert => new AlertSeen(
            alert.Device.Length == 0 ? null : alert.Device, JsonNamingPolicy.CamelCase.ConvertName(alert.Kind), Word(alert.Severity), Word(alert.State),
            alert.Detail, alert.Late, alert.Folds.Length))];
    }

    public async Task<ImmutableArray<AuditSeen>> AuditAsync()
    {
        await SettleAsync();
        var audit = await _cluster.Grains.GetGrain<IAuditGrain>(ShardCluster.Acme.Value).ListAsync(new AuditQuery(null, MaxListed));
        return [.. audit.Select(entry => new AuditSeen(entry.Device, entry.Actor, entry.Action, entry.Before, entry.After))];
    }

    public async Task GoOnAsync(TimeSpan atMost)
    {
        await SettleAsync();
        var now = _clock.GetUtcNow();
        var due = (await RowsAsync()).Where(row => row.DueAtS > 0).Select(row => DateTimeOffset.FromUnixTimeSeconds(row.DueAtS)).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        _clock.Advance(due - now is var quiet && quiet < atMost ? quiet : atMost);
        await SettleAsync();
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    /// <summary>Lets the clock run until the shards have nothing left to do, and nothing left to tell others.</summary>
    private async Task SettleAsync()
    {
        for (var started = TimeProvider.System.GetTimestamp(); !await IsAtRestAsync(); await Task.Delay(LookAgain))
        {
            if (TimeProvider.System.GetElapsedTime(started) > Eventually.Patience)
                throw new TimeoutException("The shards do not come to rest.");
            _clock.Advance(Tick);
        }
    }

    private async Task<bool> IsAtRestAsync()
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        return (await RowsAsync()).All(row => !row.HasEffects && (row.DueAtS == 0 || row.DueAtS > now));
    }

    private async Task<DeviceRow[]> RowsAsync() =>
        [.. (await Task.WhenAll(_cluster.Shards.All(_cluster.Grains).Select(shard => shard.RowsAsync(ShardCluster.Acme, null, MaxListed).AsTask()))).SelectMany(page => page.Rows)];

    private async Task<EnrolledPhone?> EnrolAsync(DeviceKey key, int enrolment)
    {
        if ((await ChangeAsync(key, new AgentEnrolled(enrolment, AgentKind.OemAgent, [1, 2, 3], "simulated agent 1"))).Refusal is not null)
            return null;
        return new EnrolledPhone(
            key.Device.ToString(), enrolment, new Transport(this, key), (purpose, challenge) => RecoveryCode.Of(SecretOf(key), enrolment, purpose, challenge));
    }

    private static byte[] SecretOf(DeviceKey key) => System.Text.Encoding.ASCII.GetBytes(key.ToString());

    private async Task<DeviceView> ViewAsync(DeviceKey key) => (await _cluster.ShardOf(key).ReadAsync(key))!;

    private async Task<ChangeAnswer> ChangeAsync(DeviceKey key, OperationalChange change)
    {
        var answer = await _cluster.ShardOf(key).ChangeAsync(key, DeviceOperation.From(change));
        Assert.Equal(RequestOutcome.Taken, answer.Outcome);
        return answer;
    }

    private static DeviceKey KeyOf(string device) => new(ShardCluster.Acme, DeviceId.TryParse(device, out var id) ? id : throw new FormatException(device));

    private static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>What a phone sends, given to its shard as the HTTP endpoint does once the signature is checked.</summary>
    private sealed class Transport(GrainStage stage, DeviceKey key) : IAgentTransport
    {
        public async Task<AgentReply?> ExchangeAsync(AgentMessage message, CancellationToken cancellationToken)
        {
            var answer = await stage._cluster.ShardOf(key).ExchangeAsync(key, new AgentRequest
            {
                Enrolment = message.Enrolment,
                Outbox = message.Outbox,
                Items = [.. message.Items.Select(item => new AgentItem(
                    item.Sequence, item.HappenedAt, item.Report, item.Event is { } said ? AgentEventJson.Write(said) : default(ReadOnlyMemory<byte>)))],
            }, cancellationToken);
            if (answer.Outcome != RequestOutcome.Taken)
                return null;
            var commands = answer.Commands.Where(command => command.Enrolment == message.Enrolment).ToImmutableArray();
            if (commands.Where(command => command.State == CommandState.Queued).Select(command => command.Id).ToImmutableArray() is { IsEmpty: false } queued)
                await stage.ChangeAsync(key, new CommandsHandedOver(queued));
            return new AgentReply(answer.Through, commands);
        }

        public Task<DevicePolicy> PolicyAsync(int version, CancellationToken cancellationToken) => Task.FromResult(DevicePolicy.Default);
    }
}
