using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Guards;
using AntiLoss.Grains.Alerts;
using AntiLoss.Tests.Shards;
using AntiLoss.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace AntiLoss.Tests.Incidents;

/// <summary>An incident asks for people again while it is open, by a clock that outlives a restart.</summary>
public sealed class IncidentsGrainTests
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(20);

    private readonly MemoryStorage _storage = new();
    private readonly MemoryGrainStorage _states = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Nobody_looks_no_place_comes_and_a_day_passes_each_alarms_once_and_is_over_with_the_incident()
    {
        GuardedPhone phone;
        await using (var first = await StartAsync())
        {
            phone = await LostAsync(first);
            await PassUntilAsync(first, alerts => alerts.Contains("IncidentUnseen"));
            Assert.DoesNotContain("IncidentNoFix", await OpenAsync(first));
        }
        await using var second = await _clock.DoneAsync(StartAsync());
        // As every silo does that has started: nobody speaks of the incident.
        await IncidentsOf(second).WakeAsync();
        await PassUntilAsync(second, alerts => alerts.Contains("IncidentNoFix"));
        _clock.Advance(TimeSpan.FromHours(23));
        await PassUntilAsync(second, alerts => alerts.Contains("IncidentConsiderWipe"));
        Assert.Equal(["IncidentConsiderWipe", "IncidentNoFix", "IncidentUnseen"], (await OpenAsync(second)).Where(kind => kind.StartsWith("Incident", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

        var again = new GuardedPhone(second, phone.Key);
        await _clock.DoneAsync(again.SayAgainAsync(2, new ScreenLockSet(true)));
        Assert.Null((await _clock.DoneAsync(again.ActAsync(by => new FoundDeclared(by, "in the car")))).Refusal);
        await PassUntilAsync(second, alerts => !alerts.Any(kind => kind.StartsWith("Incident", StringComparison.Ordinal)));
        Assert.NotNull(Assert.Single(await IncidentsOf(second).ListAsync(null, 10)).ClosedAt);
    }

    [Fact]
    public async Task Who_looks_first_stays_in_it_and_a_place_after_the_loss_keeps_it_quiet()
    {
        await using var cluster = await StartAsync();
        var phone = await LostAsync(cluster);
        var incident = Assert.Single(await IncidentsOf(cluster).ListAsync(null, 10));
        Assert.Equal("olga", (await IncidentsOf(cluster).LookAsync(incident.Id, "olga"))!.SeenBy);
        Assert.Equal("olga", (await IncidentsOf(cluster).LookAsync(incident.Id, "boris"))!.SeenBy);
        Assert.Null(await IncidentsOf(cluster).LookAsync("none", "olga"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        await _clock.DoneAsync(cluster.ReportAsync(phone.Key, ShardCluster.FixAt((_clock.GetUtcNow() - DateTimeOffset.UnixEpoch.AddYears(50)).TotalSeconds)));

        _clock.Advance(TimeSpan.FromHours(2));
        await _clock.PassAsync(Round, async () => (await IncidentsOf(cluster).FindAsync(incident.Id))!.Steps.Contains(EscalationStep.NoFix), "the hour was judged");
        _clock.Advance(TimeSpan.FromHours(23));
        await PassUntilAsync(cluster, alerts => alerts.Contains("IncidentConsiderWipe"));
        Assert.Equal(["IncidentConsiderWipe"], (await OpenAsync(cluster)).Where(kind => kind.StartsWith("Incident", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Notes_are_kept_in_their_order_and_with_their_incident_only()
    {
        await using var cluster = await StartAsync();
        await LostAsync(cluster);
        await LostAsync(cluster);
        var incidents = await IncidentsOf(cluster).ListAsync(null, 10);
        Assert.Equal(2, incidents.Length);
        foreach (var id in (string[])["1", "2"])
            Assert.True(await IncidentsOf(cluster).NoteAsync(incidents[0].Id, Note(id)));
        Assert.False(await IncidentsOf(cluster).NoteAsync("none", Note("3")));

        Assert.Equal(["note 1", "note 2"], (await IncidentsOf(cluster).NotesAsync(incidents[0].Id)).Select(note => note.Text));
        Assert.Empty(await IncidentsOf(cluster).NotesAsync(incidents[1].Id));
    }

    private IncidentNote Note(string id) => new(id, _clock.GetUtcNow(), "olga", $"note {id}");

    private Task<ShardCluster> StartAsync() => ShardCluster.StartAsync(_storage, _states, clock: _clock);

    private async Task<GuardedPhone> LostAsync(ShardCluster cluster)
    {
        var known = (await IncidentsOf(cluster).ListAsync(null, 10)).Length;
        var phone = await _clock.DoneAsync(GuardedPhone.EnrolAsync(cluster));
        await _clock.DoneAsync(phone.SayAsync(new ScreenLockSet(true)));
        Assert.Null((await _clock.DoneAsync(phone.ActAsync(by => new LossDeclared(by, "left in a taxi")))).Refusal);
        await _clock.PassAsync(PassingTime.Short, async () => (await IncidentsOf(cluster).ListAsync(null, 10)).Length > known, "its incident is open");
        return phone;
    }

    private Task PassUntilAsync(ShardCluster cluster, Predicate<IReadOnlyCollection<string>> condition) =>
        _clock.PassAsync(Round, async () => condition(await OpenAsync(cluster)), "the alerts are as they should be");

    private static async Task<IReadOnlyCollection<string>> OpenAsync(ShardCluster cluster) =>
        [.. (await cluster.Grains.GetGrain<IAlertsGrain>(ShardCluster.Acme.Value).ListAsync(null, 100, onlyOpen: true)).Select(alert => alert.Kind)];

    private static IIncidentsGrain IncidentsOf(ShardCluster cluster) => cluster.Grains.GetGrain<IIncidentsGrain>(ShardCluster.Acme.Value);
}
