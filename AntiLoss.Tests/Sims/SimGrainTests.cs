using System.Security.Cryptography;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Audit;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Sims;
using AntiLoss.Tests.Shards;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Sims;

/// <summary>The registry through real grains: races have one winner, and what was answered is kept.</summary>
public sealed class SimGrainTests(SimGrainTests.Cluster cluster) : IClassFixture<SimGrainTests.Cluster>
{
    private const uint Acme = 7;
    private const uint Globex = 8;
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    /// <summary>One silo for all tests of the class; each has SIMs of its own.</summary>
    public sealed class Cluster : IAsyncLifetime
    {
        private ShardCluster _cluster = null!;

        internal IGrainFactory Grains => _cluster.Grains;

        public async ValueTask InitializeAsync() => _cluster = await ShardCluster.StartAsync(
            new MemoryStorage(), new MemoryGrainStorage(), new Dictionary<string, string?> { [$"{SimOptions.Section}:LinesPerPersonIn:TH"] = "2" });

        public ValueTask DisposeAsync() => _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Of_a_thousand_racing_phones_of_two_organizations_that_prove_one_SIM_one_has_it()
    {
        var sim = SimOf(1);
        var phones = Enumerable.Range(0, 1_000).Select(i => Phone(i % 2 == 0 ? Acme : Globex)).ToList();
        await Task.WhenAll(phones.Select(phone => ProveAsync(sim, phone)));

        var views = (await Task.WhenAll(sim.ReadAsync(Acme).AsTask(), sim.ReadAsync(Globex).AsTask())).OfType<SimView>().ToList();
        var owner = Assert.Single(views, view => view.Proven);
        Assert.Contains(phones, phone => phone.Device.ToString() == owner.BoundTo);
        Assert.DoesNotContain(views, view => view != owner && view.BoundTo is not null);
        Assert.All(phones.Where(phone => phone.Device.ToString() != owner.BoundTo), phone =>
            Assert.DoesNotContain(phone.Device.ToString(), $"{owner with { SeenIn = null }}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_thousand_racing_operators_who_bind_one_SIM_each_organization_has_one_who_won()
    {
        var sim = SimOf(2);
        var phones = Enumerable.Range(0, 1_000).Select(i => Phone(i % 2 == 0 ? Acme : Globex)).ToList();
        await Task.WhenAll(phones.Select(phone => TakeAsync(sim, phone, -1, proven: false)));

        foreach (var organization in (uint[])[Acme, Globex])
        {
            var view = (await sim.ReadAsync(organization))!;
            Assert.False(view.Proven);
            Assert.Equal(organization, Assert.Single(phones, phone => phone.Device.ToString() == view.BoundTo).Organization.Value);
        }
    }

    [Fact]
    public async Task Of_many_lines_that_race_for_a_person_as_many_as_allowed_are_held()
    {
        var sims = Enumerable.Range(100, 40).Select(SimOf).ToList();
        await Task.WhenAll(sims.Select(sim => ProveAsync(sim, Phone(Acme))));

        var answers = await Task.WhenAll(sims.Select(sim => sim.RegisterAsync(Acme, Name("racer"), "a race").AsTask()));
        Assert.Equal(5, answers.Count(answer => answer?.Refusal is null));
        Assert.All(answers.Where(answer => answer?.Refusal is not null), answer => Assert.Equal((LineRefusal.TooMany, null), (answer!.Refusal, answer.View.Line.RealName)));

        // One is given up, or put in another name: its place is free, and goes to one of those who ask.
        var held = sims.Where((_, i) => answers[i]!.Refusal is null).ToList();
        var free = sims.Except(held).ToList();
        Assert.Null((await held[0].WithdrawNameAsync(Acme, "olga", "given up"))!.Refusal);
        Assert.Null((await held[1].RegisterAsync(Acme, Name("another"), "handed over"))!.Refusal);
        answers = await Task.WhenAll(free.Select(sim => sim.RegisterAsync(Acme, Name("racer"), "a race").AsTask()));
        Assert.Equal(2, answers.Count(answer => answer?.Refusal is null));
        Assert.Null((await held[2].RegisterAsync(Acme, Name("racer") with { Until = Now.AddDays(400) }, "renewed"))!.Refusal);
    }

    [Fact]
    public async Task Another_organization_keeps_a_line_of_its_own_and_reaches_no_carrier()
    {
        var sim = SimOf(200);
        var ours = Phone(Acme);
        await ProveAsync(sim, ours);
        Assert.Null(await sim.RegisterAsync(Globex, Name("theirs"), "not theirs"));
        Assert.Null(await sim.ActAsync(Globex, new LineOrder(LineAct.Suspend, "boris", "not theirs")));
        await ProveAsync(sim, Phone(Globex));
        Assert.Null(await sim.ReadAsync(Globex));
        Assert.NotNull((await sim.ReadAsync(Acme))!.SeenAbroadAt);

        // Whoever only says that a SIM is its own may keep a record of it, and suspends nobody's line.
        var claimed = SimOf(201);
        await TakeAsync(claimed, Phone(Globex), -1, proven: false);
        Assert.Equal("theirs", (await claimed.RegisterAsync(Globex, Name("theirs"), "imported"))!.View.Line.RealName!.IdentityHash);
        Assert.Equal(LineRefusal.NotProven, (await claimed.ActAsync(Globex, new LineOrder(LineAct.Suspend, "boris", "try")))!.Refusal);
        await ProveAsync(claimed, ours);
        var (mine, other) = (await claimed.ReadAsync(Acme), await claimed.ReadAsync(Globex));
        Assert.Equal((true, null), (mine!.Proven, mine.Line.RealName));
        Assert.Equal((null, null, "theirs"), (other!.BoundTo, other.SeenAbroadAt, other.Line.RealName?.IdentityHash));
        Assert.Equal(LineRefusal.NotProven, (await claimed.ActAsync(Globex, new LineOrder(LineAct.ReportStolen, "boris", "try")))!.Refusal);
    }

    [Fact]
    public async Task What_is_done_to_a_line_is_recorded_for_its_carrier_and_audited()
    {
        var sim = SimOf(300);
        await ProveAsync(sim, Phone(Acme));
        foreach (var act in (LineAct[])[LineAct.Suspend, LineAct.Resume, LineAct.ReportStolen])
            Assert.Null((await sim.ActAsync(Acme, new LineOrder(act, "olga", $"why {act}")))!.Refusal);
        var view = await Eventually.GetAsync(
            async () => await sim.ReadAsync(Acme) is { } now && now.Line.Requests.All(request => !request.IsUnderWay) ? now : null, "nothing is under way");
        Assert.Equal([LineAct.Suspend, LineAct.Resume, LineAct.ReportStolen], view.Line.Requests.Select(request => request.Act));
        Assert.Equal((CarrierState.Recorded, LineStatus.Reported, "olga"), (view.Line.Requests[^1].State, view.Line.Status, view.Line.Change?.By));
        var done = await AuditAsync(view.Iccid);
        // They may be of the same millisecond.
        Assert.Equal(
            [("line-reported-stolen", "why ReportStolen"), ("line-resumed", "why Resume"), ("line-suspended", "why Suspend")],
            done.Where(entry => entry.Actor == "olga").Select(entry => (entry.Action, entry.Reason)).Order());
        Assert.All(done, entry => Assert.Equal(view.BoundTo, entry.Device));
    }

    [Fact]
    public async Task A_line_whose_record_lapses_while_nobody_looks_is_suspended_and_audited_once()
    {
        var sims = Enumerable.Range(500, 3).Select(SimOf).ToList();
        foreach (var sim in sims)
            await ProveAsync(sim, Phone(Acme));
        await sims[0].RegisterAsync(Acme, Name("lapsing") with { Until = Now }, "for a day");
        await sims[1].RegisterAsync(Acme, Name("renewed"), "found by what it was before");
        await sims[1].LapseAsync();
        await sims[2].RegisterAsync(Acme, Name("current"), "for a year");

        var lapses = cluster.Grains.GetGrain<ILineLapsesGrain>(0);
        await Task.WhenAll(lapses.WakeAsync().AsTask(), lapses.WakeAsync().AsTask());
        foreach (var (sim, lapsed) in sims.Zip([1, 0, 0]))
            Assert.Equal(lapsed, (await AuditAsync(sim.GetPrimaryKeyString())).Count(entry => entry is { Action: "line-lapsed", Actor: LineChange.Clock, Reason: LineChange.Lapsed }));
        Assert.Equal([LineStatus.Suspended, LineStatus.Active, LineStatus.Active], await Task.WhenAll(sims.Select(async sim => (await sim.ReadAsync(Acme))!.Line.Status)));
    }

    [Fact]
    public async Task A_person_s_lines_are_counted_by_country_against_its_own_limit()
    {
        var sims = Enumerable.Range(600, 9).Select(SimOf).ToList();
        foreach (var sim in sims)
            await ProveAsync(sim, Phone(Acme));
        var (thai, others) = (sims[..3], sims[3..]);
        foreach (var (sim, country) in thai.Select(sim => (sim, "TH")).Concat(others.Select(sim => (sim, "CN"))))
            await sim.RegisterAsync(Acme, Name("traveller") with { Jurisdiction = country }, "registered");

        Assert.Equal(2, (await Task.WhenAll(thai.Select(HasNameAsync))).Count(has => has));
        Assert.Equal(5, (await Task.WhenAll(others.Select(HasNameAsync))).Count(has => has));

        async Task<bool> HasNameAsync(ISimGrain sim) => (await sim.ReadAsync(Acme))!.Line.RealName is not null;
    }

    [Fact]
    public async Task Of_a_thousand_racing_suspensions_one_is_taken()
    {
        var sim = SimOf(400);
        await ProveAsync(sim, Phone(Acme));
        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => sim.ActAsync(Acme, new LineOrder(LineAct.Suspend, $"operator {i}", "a race")).AsTask()));
        Assert.Single(answers, answer => answer?.Refusal is null);
        Assert.Single((await sim.ReadAsync(Acme))!.Line.Requests);
    }

    private ISimGrain SimOf(int number) => cluster.Grains.GetGrain<ISimGrain>(Cards.Of(number));

    private async Task<List<AuditEntry>> AuditAsync(string iccid) => [.. (await cluster.Grains.GetGrain<IAuditGrain>(Acme).ListAsync(new AuditQuery(null, 10_000)))
        .Where(entry => entry.After.StartsWith(iccid, StringComparison.Ordinal)).OrderBy(entry => entry.Id, StringComparer.Ordinal)];

    private static DeviceKey Phone(uint organization) => new(new OrganizationNumber(organization), DeviceId.New(Now, RandomNumberGenerator.GetBytes(10)));

    private static Task ProveAsync(ISimGrain sim, DeviceKey phone) => TakeAsync(sim, phone, 0, proven: true);

    private static Task TakeAsync(ISimGrain sim, DeviceKey phone, int slot, bool proven) => sim.TakeAsync(new Told(
        phone, new SimSighted($"{phone.Device}", sim.GetPrimaryKeyString(), slot, Now, proven, Bind: true, Troubled: false), new TellerContext("", 1, 0))).AsTask();

    private static RealName Name(string hash) => new(LineSubject.Person, 1, hash, "the shop", Now, Now.AddDays(300), "olga", Now);
}
