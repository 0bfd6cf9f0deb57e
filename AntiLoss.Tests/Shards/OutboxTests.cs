using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Reports;
using AntiLoss.Grains.Alerts;
using AntiLoss.Grains.Devices;
using AntiLoss.Grains.Shards;
using AntiLoss.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace AntiLoss.Tests.Shards;

/// <summary>What a phone has to tell others reaches them, and does so once, whatever is lost on the way.</summary>
public sealed class OutboxTests
{
    private readonly MemoryStorage _storage = new();
    private readonly MemoryGrainStorage _states = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task What_nobody_could_take_is_told_after_a_restart_without_the_phone_speaking_again()
    {
        GuardedPhone phone;
        await using (var first = await StartAsync())
        {
            phone = await ArmedAsync(first);
            _states.Refuses = "alerts";
            await phone.SayAsync(new AgentTampered("root"));
            // Nothing of the phone is in the log after the snapshot: it is behind in nothing, and only its outbox is full.
            var snapshots = _storage.Snapshots;
            await _clock.PassAsync(TimeSpan.FromSeconds(10), () => Task.FromResult(_storage.Snapshots > snapshots + 1), "the phone's shard has a snapshot");
        }
        _states.Refuses = null;

        // A shard that comes up reads its log by its clock.
        await using var second = await _clock.DoneAsync(StartAsync());
        await _clock.PassAsync(PassingTime.Short, async () => (await AlertsAsync(second)).Any(alert => alert.Kind == "AgentTampered"), "the alert is there");
    }

    [Fact]
    public async Task A_phone_that_catches_up_from_an_old_state_tells_nothing_that_was_confirmed()
    {
        await using var cluster = await StartAsync();
        var phone = await ArmedAsync(cluster);
        // What is saved of the phone, for good, has an alert to tell.
        _states.Refuses = "alerts";
        await phone.SayAsync(new AgentTampered("root"));
        await cluster.Grains.GetGrain<IDeviceGrain>(phone.Key.ToString()).SaveAsync();
        _states.Refuses = "device";
        await _clock.PassAsync(PassingTime.Short, async () => (await phone.StateAsync()).Outbox.IsEmpty, "everything was confirmed");
        var alerts = cluster.Grains.GetGrain<IAlertsGrain>(ShardCluster.Acme.Value);
        var old = Assert.Single(await AlertsAsync(cluster));
        await alerts.ResolveAsync(old.Id, "olga", "looked at");

        // The book forgets what was over for a day as soon as it is told something else.
        _clock.Advance(TimeSpan.FromHours(25));
        await _clock.DoneAsync(phone.SayAsync(new SimGone(0)));
        await _clock.PassAsync(PassingTime.Short, async () => await alerts.FindAsync(old.Id) is null, "the old alert is in the records");
        await cluster.Grains.GetGrain<IDeviceGrain>(phone.Key.ToString()).LeaveAsync();
        await _clock.DoneAsync(phone.SayAsync(new ScreenLockSet(true)));
        await _clock.PassAsync(PassingTime.Short, async () => (await phone.StateAsync()).Outbox.IsEmpty, "the phone has caught up");

        // Told again, it would be taken with this one or before it.
        await _clock.DoneAsync(phone.SayAsync(new SimSeen(0, "8949220000000000010")));
        await _clock.PassAsync(PassingTime.Short, async () => (await AlertsAsync(cluster)).Any(alert => alert.Kind == "ForeignSim"), "a later alert is there");
        Assert.True((await AlertsAsync(cluster)).Single(alert => alert.Id == old.Id).IsOver);
    }

    private Task<ShardCluster> StartAsync() => ShardCluster.StartAsync(_storage, _states, clock: _clock);

    private static async Task<GuardedPhone> ArmedAsync(ShardCluster cluster)
    {
        var phone = await GuardedPhone.EnrolAsync(cluster);
        await phone.SayAsync(new SimSeen(0, "8986001234567890120"));
        Assert.Null((await phone.ActAsync(by => new Armed(by, "handed out"))).Refusal);
        return phone;
    }

    private static async Task<ImmutableArray<Alert>> AlertsAsync(ShardCluster cluster) =>
        await cluster.Grains.GetGrain<IAlertsGrain>(ShardCluster.Acme.Value).ListAsync(null, 100, onlyOpen: false);
}
