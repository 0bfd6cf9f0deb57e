using System.Collections.Concurrent;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Alerts;
using AntiLoss.Grains.Audit;
using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Sims;
using AntiLoss.Tests.Support;
using Orleans.Runtime;

namespace AntiLoss.Tests.Shards;

/// <summary>The guards through real grains: what a phone tells becomes durable state, alerts, audit and the registry's word.</summary>
public sealed class GuardGrainTests : IAsyncLifetime
{
    private const string OwnSim = "8986001234567890120";
    private readonly MemoryStorage _storage = new();
    private readonly MemoryGrainStorage _states = new();
    private ShardCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await ShardCluster.StartAsync(_storage, _states);

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_tamper_becomes_one_alert_and_one_audit_entry_and_leaves_the_outbox()
    {
        var phone = await ArmedAsync();
        await phone.SayAsync(new AgentTampered("debugger"));

        var alert = await AlertAsync(phone, "AgentTampered");
        Assert.Equal((Severity.Critical, AlertState.Open, 1), (alert.Severity, alert.State, alert.Count));
        await Eventually.TrueAsync(async () => (await phone.StateAsync()).Outbox.IsEmpty, "everything was confirmed");
        var audit = await _cluster.Grains.GetGrain<IAuditGrain>(ShardCluster.Acme.Value).ListAsync(new AuditQuery(null, 100));
        Assert.Single(audit, entry => entry is { Action: "protection", Before: "Armed", After: "Suspected" } && entry.Device == alert.Device);
    }

    [Fact]
    public async Task The_same_items_again_change_nothing()
    {
        var phone = await ArmedAsync();
        await phone.SayAgainAsync(10, new AgentTampered("root"), new SimGone(0));
        await AlertAsync(phone, "SimRemoved");
        await Eventually.TrueAsync(async () => (await phone.StateAsync()).Outbox.IsEmpty, "everything was confirmed");
        var (before, alerts) = (await phone.GuardsAsync(), await AlertsAsync(phone));

        await phone.SayAgainAsync(10, new AgentTampered("root"), new SimGone(0));
        var after = await phone.GuardsAsync();
        Assert.Equal((before.Protection, before.Tampers.Length, before.Slots.Single()), (after.Protection, after.Tampers.Length, after.Slots.Single()));
        Assert.Equal(alerts.Select(alert => (alert.Id, alert.Count)), (await AlertsAsync(phone)).Select(alert => (alert.Id, alert.Count)));
    }

    [Fact]
    public async Task An_answer_says_what_the_phone_may_forget_and_what_is_wanted_of_it()
    {
        var phone = await ArmedAsync();
        await phone.ActAsync(by => new LossDeclared(by, "stolen", "Please call", "+49 30 1"));
        var answer = await phone.SayAsync(new LinkChanged(Domain.Reports.Bearer.Esim, "26201"));

        Assert.Equal((RequestOutcome.Taken, 2L), (answer.Outcome, answer.Through));
        Assert.Equal(CommandKind.Lock, answer.Commands[0].Kind);
        await phone.ChangeAsync(new CommandsHandedOver([answer.Commands[0].Id]));
        await phone.SayAsync(new CommandTold(answer.Commands[0].Id, CommandState.Succeeded), new ScreenLockSet(true));
        var guards = await phone.GuardsAsync();
        Assert.Equal((CommandState.Succeeded, true), (guards.Commands.Find(answer.Commands[0].Id)!.State, guards.ReportedLocked));
    }

    [Fact]
    public async Task An_action_that_the_state_does_not_allow_is_refused_in_words()
    {
        var phone = await ArmedAsync();
        var answer = await phone.ActAsync(by => new WipeRequested(by, "oops"));

        Assert.Contains("Armed", answer.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arming_binds_the_SIM_and_a_second_phone_that_has_it_is_told_whose_it_is()
    {
        var owner = await ArmedAsync("Owner");
        await Eventually.TrueAsync(async () => (await owner.GuardsAsync()).BoundSims is [{ Proven: true }], "the registry bound it");

        var other = await GuardedPhone.EnrolAsync(_cluster, "Other");
        await other.ActAsync(by => new Armed(by, "handed out"));
        await other.SayAsync(new SimSeen(0, OwnSim));
        await Eventually.TrueAsync(async () => (await other.GuardsAsync()).Slots.Single().Guard == SimGuard.Borrowed, "the SIM is known to be the owner's");
        Assert.Contains("belongs to", (await AlertAsync(other, "SimBorrowed")).Detail, StringComparison.Ordinal);
        Assert.Contains("is in", (await AlertAsync(owner, "SimBorrowed")).Detail, StringComparison.Ordinal);
        Assert.Equal(Protection.Armed, (await other.GuardsAsync()).Protection);

        await other.ActAsync(by => new SimBound(by, "moved", OwnSim));
        await Eventually.TrueAsync(async () => (await other.GuardsAsync()).Slots.Single().Guard == SimGuard.Matched, "the binding moved");
        await Eventually.TrueAsync(async () => (await owner.GuardsAsync()).BoundSims.IsEmpty, "its old phone knows");
        Assert.Equal(other.Key.Device.ToString(), (await _cluster.Grains.GetGrain<ISimGrain>(OwnSim).ReadAsync(ShardCluster.Acme.Value))?.BoundTo);
    }

    [Fact]
    public async Task A_policy_of_the_fleet_is_pushed_and_confirmed_and_a_restart_remembers_it()
    {
        var organization = _cluster.Grains.GetGrain<IOrganizationGrain>(ShardCluster.Acme.Value);
        await organization.FoundAsync(new Founding { Name = "Acme", FleetName = "Fleet", Email = "owner@acme.example", AccountName = "Owner", PasswordHash = "hash", IsSetup = true });
        var phone = await ArmedAsync();
        await organization.SetPolicyAsync(1, DevicePolicy.Default with { EscalateAfter = TimeSpan.FromMinutes(30) }, readVersion: null);

        var pushed = await Eventually.GetAsync(
            async () => (await phone.SayAsync(new LinkChanged(Domain.Reports.Bearer.Wifi))).Commands.FirstOrDefault(command => command.PolicyVersion == 2),
            "the new policy is pushed");
        await phone.SayAsync(new PolicyApplied(2), new CommandTold(pushed.Id, CommandState.Succeeded));

        await _cluster.DisposeAsync();
        _cluster = await ShardCluster.StartAsync(_storage, _states);
        var again = await new GuardedPhone(_cluster, phone.Key).GuardsAsync();
        Assert.Equal((2, Protection.Armed), (again.PolicyApplied, again.Protection));
    }

    [Fact]
    public async Task Alerts_come_back_after_a_restart_those_of_an_older_version_too_and_one_that_is_over_for_long_is_raised_no_more()
    {
        var (now, key) = (TimeProvider.System.GetUtcNow(), (long)ShardCluster.Acme.Value);
        Told Of(int phone, DateTimeOffset at, bool ends = false) => new(
            new DeviceKey(ShardCluster.Acme, new DeviceId(1, (ulong)phone)),
            ends ? new AlertResolved("2", "AgentTampered", "pin", "the right PIN", at) : new AlertRaised("1", "AgentTampered", Severity.Critical, at, at),
            new TellerContext($"Phone {phone}", 1, 0));
        var alerts = _cluster.Grains.GetGrain<IAlertsGrain>(key);
        await alerts.TakeAsync([Of(1, now), Of(2, now)]);
        await alerts.TakeAsync([Of(2, now, ends: true)]);
        await _cluster.DisposeAsync();

        // As an older version left it: in the grain's own state; and one of them was over a month ago.
        var (kept, old) = (AlertBook.Empty.Take([Of(3, now)], now), AlertBook.Empty.Take([Of(4, now.AddDays(-30)), Of(4, now.AddDays(-30), ends: true)], now.AddDays(-30)));
        var state = new GrainState<KeptAlerts>();
        var id = GrainId.Create(GrainType.Create("alerts"), GrainIdKeyExtensions.CreateIntegerKey(key));
        await _states.ReadStateAsync("alerts", id, state);
        state.State = new KeptAlerts { Alerts = new KeptAlerts().Alerts.AddRange(kept.Alerts).AddRange(old.Alerts) };
        await _states.WriteStateAsync("alerts", id, state);

        _cluster = await ShardCluster.StartAsync(_storage, _states);
        alerts = _cluster.Grains.GetGrain<IAlertsGrain>(key);
        await alerts.TakeAsync([Of(4, now.AddDays(-30)), Of(1, now)]);
        Assert.Equal(["Phone 1", "Phone 3"], (await alerts.ListAsync(null, 9, onlyOpen: true)).Select(alert => alert.DeviceName).Order());
        await alerts.TakeAsync([Of(4, now.AddDays(-30))]);
        Assert.Equal(
            [("Phone 1", 1), ("Phone 2", 1), ("Phone 3", 1), ("Phone 4", 1)],
            (await alerts.ListAsync(null, 9, onlyOpen: false)).Select(alert => (alert.DeviceName, alert.Count)).Order());
    }

    [Fact]
    public async Task A_wake_that_a_crash_took_is_asked_for_again_after_the_restart()
    {
        var (asked, quiet) = (await GuardedPhone.EnrolAsync(_cluster, "Asked"), await _cluster.EnrolAsync("Quiet"));
        await asked.SayAsync(new PushTokenSet("fcm", "token"));
        await asked.ActAsync(by => new CommandAsked(by, "where is it", "command-1", CommandKind.Locate));
        await Eventually.TrueAsync(async () => (await asked.StateAsync()).Outbox.IsEmpty, "the desk that is lost had the note");

        await _cluster.DisposeAsync();
        var desk = new NotingDesk();
        _cluster = await ShardCluster.StartAsync(_storage, _states, wakes: desk);
        await Eventually.TrueAsync(() => Task.FromResult(desk.Noted.Contains(asked.Key)), "the phone is to be woken");
        Assert.DoesNotContain(quiet, desk.Noted);
    }

    private sealed class NotingDesk : IWakeDesk
    {
        public ConcurrentBag<DeviceKey> Noted { get; } = [];

        public void Note(DeviceKey device) => Noted.Add(device);
    }

    [Fact]
    public async Task A_thousand_racing_approvals_of_a_wipe_have_one_winner()
    {
        var phone = await ArmedAsync();
        await phone.ActAsync(by => new LossDeclared(by, "stolen"));
        var requested = (await phone.ActAsync(by => new WipeRequested(by, "for good"))).View!.State.Guards!.Wipe!.At;

        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000)
            .Select(i => phone.ActAsync(by => new WipeApproved(by, "yes", requested), by: $"approver {i}")));

        Assert.Single(answers, answer => answer.Refusal is null);
    }

    [Fact]
    public async Task A_thousand_racing_acknowledgements_of_an_alert_have_one_winner_whom_all_are_told()
    {
        var phone = await ArmedAsync();
        await phone.SayAsync(new AgentTampered("root"));
        var alert = await AlertAsync(phone, "AgentTampered");
        var alerts = _cluster.Grains.GetGrain<IAlertsGrain>(ShardCluster.Acme.Value);

        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => alerts.AcknowledgeAsync(alert.Id, $"person {i}").AsTask()));

        var winner = Assert.Single(answers.Select(answer => (answer?.State, answer?.AcknowledgedBy, answer?.AcknowledgedAt)).Distinct());
        Assert.True(winner.State == AlertState.Acknowledged && winner.AcknowledgedBy is not null);
        var kept = await alerts.FindAsync(alert.Id);
        Assert.Equal(winner, (kept?.State, kept?.AcknowledgedBy, kept?.AcknowledgedAt));
    }

    [Fact]
    public async Task Of_racing_phones_that_want_one_SIM_one_has_it_proven()
    {
        // The registry's own test has a thousand; each of these is told, and tells.
        var count = Tier.Count(100, 1_000);
        var phones = await Task.WhenAll(Enumerable.Range(0, count).Select(i => GuardedPhone.EnrolAsync(_cluster, $"Phone {i}")));
        await Task.WhenAll(phones.Select(phone => phone.SayAsync(new SimSeen(0, OwnSim))));
        await Task.WhenAll(phones.Select(phone => phone.ActAsync(by => new Armed(by, "race"))));

        await Eventually.TrueAsync(
            async () => await Task.WhenAll(phones.Select(phone => phone.GuardsAsync())) is var all
                && all.Count(guards => guards.BoundSims.Any(sim => sim.Proven)) == 1
                && all.Count(guards => guards.Slots.Single().Guard == SimGuard.Borrowed) == count - 1,
            "one phone has it, and the others know that it is not theirs");
    }

    private async Task<GuardedPhone> ArmedAsync(string name = "Phone")
    {
        var phone = await GuardedPhone.EnrolAsync(_cluster, name);
        await phone.SayAsync(new SimSeen(0, OwnSim));
        Assert.Null((await phone.ActAsync(by => new Armed(by, "handed out"))).Refusal);
        return phone;
    }

    private async Task<Alert[]> AlertsAsync(GuardedPhone phone) =>
        [.. (await _cluster.Grains.GetGrain<IAlertsGrain>(ShardCluster.Acme.Value).ListAsync(null, 1_000, onlyOpen: false))
            .Where(alert => alert.Device == phone.Key.Device.ToString())];

    private Task<Alert> AlertAsync(GuardedPhone phone, string kind) => Eventually.GetAsync(
        async () => (await AlertsAsync(phone)).FirstOrDefault(alert => alert.Kind == kind), $"the alert {kind}");
}
