using System.Text.Json;
using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Alerts;
using AntiLoss.Grains.Audit;
using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Shards;
using AntiLoss.Tests.Devices;
using AntiLoss.Tests.Guards;
using AntiLoss.Tests.Support;
using CsCheck;

namespace AntiLoss.Tests.Shards;

/// <summary>
/// Random lives of guarded phones through real grains on two silos, over connections that repeat, reorder and lose, one
/// silo killed in the middle of it: they end as the pure step has them, nothing acknowledged is missing, and nobody is told
/// twice. What is compared comes from a cluster that was started afterwards, so that memory can't answer for storage.
/// </summary>
public sealed class GuardLivesTests
{
    private const int Phones = 200;

    [Fact]
    public async Task Lives_on_two_silos_of_which_one_is_killed_end_as_the_pure_step_has_them()
    {
        await RandomStep.AnyLife.Array[Phones].SampleAsync(
            LiveAsync, iter: Tier.Count(1, 25), threads: 1, print: lives => $"{lives.Length} lives");
    }

    private static async Task LiveAsync(ulong[][] lives)
    {
        var (storage, states) = (new MemoryStorage(), new MemoryGrainStorage());
        var clock = new MovedClock();
        var settings = new Dictionary<string, string?> { ["AntiLoss:Limits:DeviceBurst"] = "1000000" };
        TroubledPhone[] phones;
        await using (var cluster = await ShardCluster.StartAsync(storage, states, settings, clock, silos: 2))
        {
            var organization = cluster.Grains.GetGrain<IOrganizationGrain>(ShardCluster.Acme.Value);
            await organization.FoundAsync(new Founding { Name = "Acme", FleetName = "Fleet", Email = "owner@acme.example", AccountName = "Owner", PasswordHash = "hash", IsSetup = true });
            phones = await Task.WhenAll(lives.Select(async (_, i) => new TroubledPhone(
                cluster, await cluster.EnrolAsync($"Phone {i}", PhoneStory.Start.AddDays(-1), new DeviceId(1, (ulong)i + 1)), SimsOf(i))));
            await Task.WhenAll(phones.Select(phone => phone.EnrolAsync()));
            for (var round = 0; round < RandomStep.Count; round++)
            {
                clock.Move(TimeSpan.FromSeconds(new RandomStep(lives[0][round]).Pause));
                if (round == RandomStep.Count / 4)
                    await organization.SetPolicyAsync(1, RandomStep.Policies[1], readVersion: null);
                var all = Task.WhenAll(phones.Select((phone, i) => phone.LiveAsync(new RandomStep(lives[i][round]), clock.GetUtcNow())));
                if (round == RandomStep.Count / 2)
                    await cluster.KillAsync();
                await all;
            }
            await Task.WhenAll(phones.Select(phone => phone.FinishAsync()));
        }
        await using var after = await ShardCluster.StartAsync(storage, states, settings, clock);
        await Eventually.TrueAsync(() => HaveToldAllAsync(after), "nothing is left to tell");
        // The registry may still speak: then its word is in the log, and in the next comparison.
        await Eventually.TrueAsync(async () => await CompareAsync(after, storage, phones), "every phone is as the pure step has it");
    }

    /// <summary>A phone's own SIM, one of a stranger, and one that its neighbour takes for its own too.</summary>
    private static string[] SimsOf(int phone) => [$"898600{phone:D12}", $"894922{phone:D12}", $"894411{phone / 2:D12}"];

    private static async Task<bool> HaveToldAllAsync(ShardCluster cluster)
    {
        var pages = await Task.WhenAll(cluster.Shards.All(cluster.Grains).Select(shard => shard.RowsAsync(ShardCluster.Acme, null, Phones).AsTask()));
        return pages.SelectMany(page => page.Rows).All(row => !row.HasEffects);
    }

    private static async Task<bool> CompareAsync(ShardCluster cluster, MemoryStorage storage, TroubledPhone[] phones)
    {
        var states = await Task.WhenAll(phones.Select(phone => cluster.ShardOf(phone.Key).ReadAsync(phone.Key).AsTask()));
        var organization = await cluster.Grains.GetGrain<IOrganizationGrain>(ShardCluster.Acme.Value).ReadAsync(knownVersion: -1);
        var audit = (await ReadAllAsync(cluster)).ToLookup(entry => entry.Device);
        var alerts = (await cluster.Grains.GetGrain<IAlertsGrain>(ShardCluster.Acme.Value).ListAsync(null, int.MaxValue, onlyOpen: false)).ToLookup(alert => alert.Device);
        var incidents = (await cluster.Grains.GetGrain<IIncidentsGrain>(ShardCluster.Acme.Value).ListAsync(null, int.MaxValue)).ToLookup(incident => incident.Device);
        var log = Enumerable.Range(0, cluster.Shards.Count).SelectMany(shard => storage.Everything(shard)).SelectMany(LogBlockReader.Entries).ToLookup(entry => entry.Device);
        foreach (var (phone, view) in phones.Zip(states))
        {
            var pure = new PureLife();
            foreach (var entry in log[phone.Key].OrderBy(entry => entry.Position))
                pure.Take(entry, organization!.PolicyOf(entry.PolicyVersion));
            Assert.Equal(JsonSerializer.Serialize(pure.State), JsonSerializer.Serialize(view!.State));

            var device = phone.Key.Device.ToString();
            TheLogHasWhatWasSaid(phone, pure);
            Assert.Equal(Leaves(phone.Key, pure), audit[device].Select(entry => entry with { Number = 0, Person = 0 }).OrderBy(entry => entry.Id, StringComparer.Ordinal));
            Assert.Equal(Incidents(phone.Key, pure), incidents[device].Select(incident => (incident.Id, incident.ClosedAt, incident.Outcome)).Order());
            // An incident's own alarms go by the wall clock, of which the pure step knows nothing.
            EachAlertWasToldOnce(phone.Key, pure, [.. alerts[device].Where(alert => !alert.Kind.StartsWith("Incident", StringComparison.Ordinal))]);
        }
        return true;
    }

    private static async Task<List<AuditEntry>> ReadAllAsync(ShardCluster cluster)
    {
        var (all, grain) = (new List<AuditEntry>(), cluster.Grains.GetGrain<IAuditGrain>(ShardCluster.Acme.Value));
        while (await grain.ListAsync(new AuditQuery(all.Count == 0 ? null : all[^1].Number, 10_000)) is { IsEmpty: false } page)
            all.AddRange(page);
        return all;
    }

    /// <summary>Nothing acknowledged is missing, nothing was invented, and no act was done twice.</summary>
    private static void TheLogHasWhatWasSaid(TroubledPhone phone, PureLife pure)
    {
        Assert.All(pure.Items, item => Assert.Equal(phone.Said[(item.Enrolment, item.Sequence)], item));
        Assert.Superset(phone.Acknowledged, pure.Items.Select(item => (item.Enrolment, item.Sequence)).ToHashSet());
        var done = pure.Acts.Where(act => TroubledPhone.IsAct(act.Change)).ToLookup(act => TroubledPhone.Words(act.Change), act => act.Refusal);
        foreach (var asked in phone.Acts.ToLookup(act => act.Change, act => act.Answer))
        {
            var answered = asked.Where(answer => answer?.Outcome == RequestOutcome.Taken).ToLookup(answer => answer!.Refusal ?? "");
            Assert.InRange(done[asked.Key].Count(), answered.Sum(group => group.Count()), asked.Count());
            Assert.All(answered, group => Assert.InRange(group.Count(), 1, done[asked.Key].Count(refusal => (refusal ?? "") == group.Key)));
        }
    }

    private static IEnumerable<AuditEntry> Leaves(DeviceKey device, PureLife pure) => pure.Effects.OfType<Audited>()
        .Select(audited => new AuditEntry(
            DerivedId.From(audited.At, new Told(device, audited, Nobody).Id), audited.At, audited.Actor, audited.Action, device.Device.ToString(), audited.Before, audited.After, audited.Reason))
        .OrderBy(entry => entry.Id, StringComparer.Ordinal);

    private static IEnumerable<(string Id, DateTimeOffset? ClosedAt, string? Outcome)> Incidents(DeviceKey device, PureLife pure)
    {
        var (book, all) = (new IncidentBook(), new List<Incident>());
        foreach (var changed in pure.Effects.OfType<IncidentChanged>())
        {
            (book, var closed) = book.Take(new Told(device, changed, Nobody), changed);
            if (closed is not null)
                all.Add(closed);
        }
        return all.Concat(book.Open.Values).Select(incident => (incident.Id, incident.ClosedAt, incident.Outcome)).Order();
    }

    /// <summary>Everything raised is in one alert, once; and an alert is over if, and only if, it was resolved after all that is in it.</summary>
    private static void EachAlertWasToldOnce(DeviceKey device, PureLife pure, Alert[] alerts)
    {
        var raised = pure.Effects.OfType<AlertRaised>().Select(effect => new Told(device, effect, Nobody).Id).ToList();
        Assert.Equal(raised.Order(), alerts.SelectMany(alert => alert.Told).Order());
        foreach (var alert in alerts.Where(alert => alert.Kind != "Flapping"))
        {
            var last = pure.Effects.FindLastIndex(effect => effect is AlertRaised && alert.Told.Contains(new Told(device, effect, Nobody).Id));
            var over = pure.Effects.FindLastIndex(effect => effect is AlertResolved resolved && resolved.Kind == alert.Kind);
            Assert.True(alert.IsOver == over > last, $"{alert} at {last}, over at {over}");
        }
    }

    private static readonly TellerContext Nobody = new("", 0, 0);

    /// <summary>Stands until it is moved; timers run as ever.</summary>
    private sealed class MovedClock : TimeProvider
    {
        private long _movedTicks;

        public void Move(TimeSpan by) => Interlocked.Add(ref _movedTicks, by.Ticks);

        public override DateTimeOffset GetUtcNow() => PhoneStory.Start.AddTicks(Interlocked.Read(ref _movedTicks));

        public override long GetTimestamp() =>
            base.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref _movedTicks)).TotalSeconds * TimestampFrequency);
    }
}
