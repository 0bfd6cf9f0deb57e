using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Sims;

namespace AntiLoss.Tests.Sims;

/// <summary>Whose a SIM is, and what each organization keeps of its line.</summary>
public sealed class SimRecordTests
{
    private const string Sim = "8986001234567890120";
    private static readonly OrganizationNumber Acme = new(7);
    private static readonly OrganizationNumber Globex = new(8);
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly DeviceKey Ours = Phone(Acme, 1);
    private static readonly DeviceKey OurOther = Phone(Acme, 2);
    private static readonly DeviceKey Theirs = Phone(Globex, 3);
    private int _told;

    [Fact]
    public void A_proven_SIM_in_another_organization_s_phone_is_told_to_both_once_a_day_and_neither_is_named()
    {
        var record = Bound(Ours);
        record = record.Take(Seen(Theirs, Start.AddHours(1))).Take(Seen(Theirs, Start.AddHours(2)));
        Assert.Equal([SimVerdict.SeenAbroad], VerdictsFor(record, Ours));
        Assert.Equal([SimVerdict.OtherOrganization, SimVerdict.OtherOrganization], VerdictsFor(record, Theirs));
        Assert.Equal([SimVerdict.SeenAbroad, SimVerdict.SeenAbroad], VerdictsFor(record.Take(Seen(Theirs, Start.AddDays(1))), Ours));
        Assert.All(record.Owed, notice => Assert.Null(notice.Word.Other));
        Assert.Equal(Start.AddHours(1), record.SeenAbroadAt);
        Assert.Null(record.Of(Globex));
    }

    [Fact]
    public void An_unproven_binding_acts_within_its_organization_only_and_yields_to_a_proven_one()
    {
        var record = new SimRecord().Take(Wanted(Ours)).Take(Seen(Theirs, Start));
        Assert.False(record.Of(Acme)!.Proven);
        Assert.Empty(VerdictsFor(record, Theirs));
        record = record.Take(Seen(Theirs, Start, bind: true));
        Assert.Equal(((DeviceKey?)Theirs, true), (record.Of(Globex)?.Device, record.Of(Globex)!.Proven));
        Assert.Null(record.Of(Acme));
        Assert.Equal(SimVerdict.Moved, VerdictsFor(record, Ours)[^1]);
    }

    [Fact]
    public void An_operator_moves_a_SIM_within_its_organization_and_a_phone_that_finds_it_does_not()
    {
        var record = Bound(Ours).Take(Seen(OurOther, Start, bind: true));
        Assert.Equal(Ours, record.Of(Acme)!.Device);
        Assert.Equal((SimVerdict.OtherDevice, Ours.Device.ToString()), (VerdictsFor(record, OurOther)[0], record.Owed.Single(notice => notice.Device == OurOther).Word.Other));
        record = record.Take(Wanted(OurOther));
        Assert.Equal(OurOther, record.Of(Acme)!.Device);
        Assert.Equal(SimVerdict.OtherOrganization, VerdictsFor(record.Take(Seen(OurOther, Start)).Take(Wanted(Theirs)), Theirs)[^1]);
    }

    [Fact]
    public void The_same_word_again_changes_nothing()
    {
        var told = Seen(Ours, Start, bind: true);
        var record = new SimRecord().Take(told);
        Assert.Same(record, record.Take(told));
    }

    [Fact]
    public void A_line_whose_record_lapses_is_suspended_once_and_active_again_under_a_new_one()
    {
        var record = Bound(Ours).Register(Sim, Acme, Name("a", Start.AddDays(30)), By("olga"));
        Assert.Same(record, record.At(Sim, Start.AddDays(30).AddSeconds(-1)));
        var lapsed = record.At(Sim, Start.AddDays(31));
        Assert.Equal((LineStatus.Suspended, true, Start.AddDays(30)), (lapsed.LineOf(Acme).Status, lapsed.LineOf(Acme).IsLapsed, lapsed.LineOf(Acme).Change!.At));
        Assert.Same(lapsed, lapsed.At(Sim, Start.AddDays(32)));
        Assert.Equal(["real-name-recorded", "line-lapsed"], lapsed.Audits.Select(told => ((Audited)told.Effect).Action));
        Assert.Equal(LineRefusal.Lapsed, lapsed.LineOf(Acme).RefusalOf(LineAct.Resume, Start.AddDays(31)));
        Assert.True(lapsed.Register(Sim, Acme, null, By("olga")).LineOf(Acme).IsLapsed);

        var renewed = lapsed.Register(Sim, Acme, Name("a", Start.AddDays(90)), By("olga"));
        Assert.Equal((LineStatus.Active, "olga"), (renewed.LineOf(Acme).Status, renewed.LineOf(Acme).Change!.By));
        Assert.Empty(renewed.ForDesk);
    }

    [Theory]
    // What an operator suspended or reported stays so, whatever becomes of the record.
    [InlineData(LineStatus.Active, LineAct.Suspend, LineStatus.Suspended)]
    [InlineData(LineStatus.Active, LineAct.ReportStolen, LineStatus.Reported)]
    [InlineData(LineStatus.Active, LineAct.Resume, null)]
    [InlineData(LineStatus.Suspended, LineAct.Suspend, null)]
    [InlineData(LineStatus.Suspended, LineAct.ReportStolen, LineStatus.Reported)]
    [InlineData(LineStatus.Suspended, LineAct.Resume, LineStatus.Active)]
    [InlineData(LineStatus.Reported, LineAct.Suspend, null)]
    [InlineData(LineStatus.Reported, LineAct.ReportStolen, null)]
    [InlineData(LineStatus.Reported, LineAct.Resume, LineStatus.Active)]
    public void An_act_leads_where_it_says_or_is_refused(LineStatus from, LineAct act, LineStatus? status)
    {
        var line = new SimLine(Acme) { Status = from, Change = By("olga") };
        var refusal = line.RefusalOf(act, Start);
        Assert.Equal(status is null ? LineRefusal.Status : null, refusal);
        if (refusal is null)
            Assert.Equal(status, line.After(Request("1", act)).Status);
        Assert.Equal(from, line.With(Name("a", Start.AddDays(1)), By("olga")).Status);
    }

    [Fact]
    public void A_line_that_an_operator_suspended_is_resumed_only_under_a_record_that_counts()
    {
        var line = new SimLine(Acme) { Status = LineStatus.Suspended, Change = By("olga"), RealName = Name("a", Start) };
        Assert.Equal(LineRefusal.Lapsed, line.RefusalOf(LineAct.Resume, Start));
        Assert.Null(line.RefusalOf(LineAct.Resume, Start.AddSeconds(-1)));
        Assert.Null((line with { RealName = null }).RefusalOf(LineAct.Resume, Start));
    }

    [Fact]
    public void A_newer_request_takes_the_place_of_one_that_has_not_arrived()
    {
        var line = new SimLine(Acme).After(Request("1", LineAct.Suspend)).After(Request("2", LineAct.Resume));
        Assert.Equal([CarrierState.Superseded, CarrierState.Requested], line.Requests.Select(request => request.State));
        var desk = new CarrierDesk().Add(Request("1", LineAct.Suspend)).Add(Request("2", LineAct.Resume));
        Assert.Equal("2", Assert.Single(desk.Waiting).Id);
        Assert.Same(desk, desk.Add(Request("2", LineAct.Resume)));

        // It had arrived after all.
        var late = Request("1", LineAct.Suspend).After(new CarrierAnswer(CarrierState.PassedOn), Start);
        Assert.Same(desk, desk.Answered(late));
        line = line.Answered(late);
        Assert.Equal(CarrierState.PassedOn, line.Requests[0].State);
        Assert.Same(line, line.Answered(Request("1", LineAct.Suspend).After(new CarrierAnswer(CarrierState.Requested, "it answered 500"), Start)));
    }

    [Fact]
    public void A_request_is_tried_ever_later_and_given_up_after_three_days()
    {
        var (request, now, pauses) = (Request("1", LineAct.Suspend), Start, new List<double>());
        while (request.IsUnderWay)
        {
            Assert.True(request.NextTryAt <= now || request.Tries > 0);
            now = request.NextTryAt > now ? request.NextTryAt : now;
            request = request.After(new CarrierAnswer(CarrierState.Requested, "it answered 503"), now);
            pauses.Add((request.NextTryAt - now).TotalSeconds);
        }
        Assert.Equal([1, 2, 4, 8], pauses.Take(4));
        Assert.Equal(3_600, pauses.Max());
        Assert.Equal((CarrierState.Failed, "it answered 503"), (request.State, request.Trouble));
        Assert.InRange(now - Start, CarrierRequest.GivenUpAfter, CarrierRequest.GivenUpAfter + TimeSpan.FromHours(1));
    }

    [Fact]
    public void A_person_holds_so_many_lines_and_a_lapsed_one_makes_room()
    {
        var lines = Enumerable.Range(0, 5).Aggregate(new SubjectLines(), (held, i) => held.Take($"{i}", Start.AddDays(i + 1), 5, Start)!);
        Assert.Null(lines.Take("5", Start.AddDays(9), 5, Start));
        Assert.NotNull(lines.Take("3", Start.AddDays(9), 5, Start));
        Assert.NotNull(lines.Release("3").Take("5", Start.AddDays(9), 5, Start));
        var later = lines.Take("5", Start.AddDays(9), 5, Start.AddDays(1));
        Assert.Equal(["1", "2", "3", "4", "5"], later!.Until.Keys);
        Assert.Same(lines, lines.Release("7"));
    }

    [Fact]
    public void A_place_that_is_not_used_is_given_back_and_one_that_is_left()
    {
        var (first, second) = (new LineSeat(7, "a"), new LineSeat(7, "b"));
        var reserved = Bound(Ours).Reserve(first);
        Assert.Equal([first], reserved.Seats);
        var held = reserved.Register(Sim, Acme, Name("a", Start.AddDays(1)), By("olga"));
        Assert.Empty(held.Seats);
        // The same person again: the place is held, and never up for giving back.
        Assert.Same(held, held.Reserve(first));
        var moved = held.Reserve(second).Register(Sim, Acme, Name("b", Start.AddDays(1)), By("olga"));
        Assert.Equal([first], moved.Seats);
        Assert.Equal([first, second], moved.Register(Sim, Acme, Name("b", Start.AddDays(1)) with { Subject = LineSubject.Organization }, By("olga")).Seats);
        Assert.Empty(moved.Settled(moved.Audits, moved.ForDesk, moved.Seats).Seats);
    }

    private SimRecord Bound(DeviceKey device) => new SimRecord().Take(Seen(device, Start, bind: true)) with { Owed = [] };

    private Told Seen(DeviceKey device, DateTimeOffset at, bool bind = false) => Word(device, new SimSighted($"{++_told}", Sim, 0, at, Proven: true, bind, Troubled: false));

    private Told Wanted(DeviceKey device) => Word(device, new SimSighted($"{++_told}", Sim, -1, Start, Proven: false, Bind: true, Troubled: false));

    private static Told Word(DeviceKey device, DeviceEffect effect) => new(device, effect, new TellerContext("", 1, 0));

    private static SimVerdict[] VerdictsFor(SimRecord record, DeviceKey device) =>
        [.. record.Owed.Where(notice => notice.Device == device).Select(notice => notice.Word.Verdict)];

    private static RealName Name(string hash, DateTimeOffset until) => new(LineSubject.Person, 3, hash, "the shop", Start, until, "olga", Start);

    private static CarrierRequest Request(string id, LineAct act) => new(id, Acme, Sim, act, "olga", Start, "a test");

    private static LineChange By(string who) => new(who, Start, "a test");

    private static DeviceKey Phone(OrganizationNumber organization, byte number) => new(organization, DeviceId.New(Start, [0, 0, 0, 0, 0, 0, 0, 0, 0, number]));
}
