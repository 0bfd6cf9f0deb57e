using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Silences;
using AntiLoss.Tests.Devices;
using static AntiLoss.Tests.Devices.PhoneStory;

namespace AntiLoss.Tests.Guards;

/// <summary>Every row of the table of protection, in its order.</summary>
public sealed class ProtectionTests
{
    private const double Minute = 60, Hour = 3600, Day = 86_400;

    [Fact]
    public void An_operator_arms_a_new_phone_and_the_policy_is_pushed()
    {
        var phone = new PhoneStory().EnrolAgent();
        Assert.Equal(Protection.Disarmed, phone.Guards.Protection);

        phone.Act(by => new Armed(by, "handed out"), at: 5);
        Assert.Equal(Protection.Armed, phone.Guards.Protection);
        Assert.Equal(1, phone.Guards.Commands.Pending(CommandKind.SetPolicy)?.PolicyVersion);
    }

    [Fact]
    public void A_tamper_makes_an_armed_phone_suspected_and_alerts()
    {
        var phone = new PhoneStory().Guard().Say(new AgentTampered("debugger"), at: 10);

        Assert.Equal((Protection.Suspected, TamperReason.AgentTampered), (phone.Guards.Protection, phone.Guards.Tampers.Single().Reason));
        Assert.Equal(("AgentTampered", Severity.Critical), Alerts(phone).Select(alert => (alert.Kind, alert.Severity)).Single());
        Assert.Null(phone.Guards.EscalatesAt);
    }

    [Fact]
    public void A_lost_or_written_off_phone_that_asks_to_enrol_opens_its_incident_again_and_another_does_not()
    {
        var lost = new PhoneStory().Guard().Act(by => new LossDeclared(by, "stolen"), 10);
        var writtenOff = new PhoneStory().Guard().Act(by => new LossDeclared(by, "stolen"), 10)
            .Operate(new DeviceRetired("olga", "gone") { Operator = Person("olga") }, 20);
        writtenOff.Act(by => new ActionAgreed(by, "so do I", writtenOff.Guards.Pending!.Id), 30, by: "boris");
        var sold = new PhoneStory().Guard().Operate(new DeviceRetired("olga", "sold") { Operator = Person("olga") }, 20);

        Assert.Equal((true, false), (writtenOff.State.Retired!.WrittenOff, sold.State.Retired!.WrittenOff));
        foreach (var (phone, opens) in ((PhoneStory, bool)[])[(lost, true), (writtenOff, true), (sold, false)])
        {
            phone.Effects.Clear();
            phone.Operate(new EnrolmentHeld("unknown agent 1"), 40);
            Assert.Equal(opens, phone.Effects.OfType<IncidentChanged>().Any(changed => changed.Open));
            Assert.Equal(opens ? ["EnrolmentHeld"] : [], Alerts(phone).Select(alert => alert.Kind));
        }

        // A lost phone's incident ends as the loss does; a written-off one's by somebody's word, once.
        foreach (var (phone, closes) in ((PhoneStory, bool)[])[(lost, false), (writtenOff, true), (writtenOff, false), (sold, false)])
        {
            phone.Effects.Clear();
            phone.Act(by => new IncidentClosed(by, "a child played with it"), 50);
            Assert.Equal(closes, phone.Last.Refusal is null);
            Assert.Equal(closes ? [(false, "olga", "a child played with it")] : [], phone.Effects.OfType<IncidentChanged>().Select(changed => (changed.Open, changed.By, changed.Reason)));
            Assert.Equal(closes ? ["incident-closed"] : [], phone.Effects.OfType<Audited>().Select(audited => audited.Action));
        }
    }

    [Fact]
    public void More_tamper_alerts_only_for_a_new_reason()
    {
        var phone = new PhoneStory().Guard()
            .Say(new AgentTampered("root"), at: 10).Say(new AgentTampered("root"), at: 11).Say(new SimGone(0), at: 12);

        Assert.Equal(["AgentTampered", "SimRemoved"], Alerts(phone).Select(alert => alert.Kind));
        Assert.Equal(2, phone.Guards.Tampers.Length);
    }

    [Fact]
    public void The_deadline_never_moves_later()
    {
        var phone = new PhoneStory { Policy = DevicePolicy.Default with { EscalateAfter = TimeSpan.FromMinutes(30) } }.Guard()
            .Say(new SimSeen(0, StrangersSim), at: 10);
        Assert.Equal(Start.AddSeconds(10).AddMinutes(30), phone.Guards.EscalatesAt);

        phone.Say(new SimGone(0), at: 600).Say(new SimSeen(1, "8944110068956574213"), at: 700);
        Assert.Equal(Start.AddSeconds(10).AddMinutes(30), phone.Guards.EscalatesAt);
    }

    [Fact]
    public void The_right_PIN_or_an_operator_ends_a_suspicion_and_the_alert_names_who()
    {
        var byPin = new PhoneStory().Guard().Say(new AgentTampered("root"), 10).Say(new PinAccepted(PinPurpose.Suspected), 20);
        var byOperator = new PhoneStory().Guard().Say(new AgentTampered("root"), 10).Act(by => new SuspicionDismissed(by, "false alarm"), 20);

        Assert.Equal((Protection.Armed, "pin"), (byPin.Guards.Protection, Resolved(byPin).Single().By));
        Assert.Equal((Protection.Armed, "olga"), (byOperator.Guards.Protection, Resolved(byOperator).Single().By));
        Assert.NotNull(byOperator.Guards.Commands.Pending(CommandKind.Unlock));
    }

    [Theory]
    [InlineData(119, Protection.Armed)]
    [InlineData(121, Protection.Suspected)]
    public void The_bound_SIM_back_within_ReseatWithin_clears_its_own_removal(double seconds, Protection then)
    {
        var phone = new PhoneStory().Guard().Say(new SimGone(0), at: 100).Say(new SimSeen(0, OwnSim), at: 100 + seconds);

        Assert.Equal(then, phone.Guards.Protection);
        Assert.Equal(then == Protection.Armed ? ["cleared itself"] : [], Resolved(phone).Select(resolved => resolved.How));
    }

    [Fact]
    public void The_bound_SIM_back_clears_nothing_while_another_reason_is_open()
    {
        var phone = new PhoneStory().Guard()
            .Say(new AgentTampered("root"), 90).Say(new SimGone(0), 100).Say(new SimSeen(0, OwnSim), 130);

        Assert.Equal(Protection.Suspected, phone.Guards.Protection);
    }

    [Fact]
    public void Contact_again_clears_a_darkness_that_nothing_explained()
    {
        var phone = new PhoneStory().Guard().Wait(2 * Hour);
        Assert.Equal((Protection.Suspected, SilenceClass.Unknown), (phone.Guards.Protection, phone.Guards.Tampers.Single().Silence));

        phone.Say(new SimSeen(0, OwnSim), at: 3 * Hour);
        Assert.Equal(Protection.Armed, phone.Guards.Protection);
        Assert.Null(phone.State.Silence);
    }

    [Fact]
    public void Contact_again_does_not_clear_a_darkness_without_the_bound_SIM()
    {
        var phone = new PhoneStory().Guard().Say(new SimGone(0), 10).Wait(2 * Hour).Say(new ScreenLockSet(true), 3 * Hour);

        Assert.Equal(Protection.Suspected, phone.Guards.Protection);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void When_the_deadline_passes_the_phone_is_lost_only_if_the_policy_escalates(bool escalates)
    {
        var phone = new PhoneStory { Policy = DevicePolicy.Default with { EscalateAfter = escalates ? TimeSpan.FromMinutes(30) : null } }.Guard()
            .Say(new SimSeen(0, StrangersSim), at: 10).Wait(41 * Minute);

        Assert.Equal(escalates ? Protection.Lost : Protection.Suspected, phone.Guards.Protection);
        Assert.Equal(escalates ? "policy" : null, phone.Guards.Loss?.By);
    }

    [Fact]
    public void An_unexplained_silence_alone_never_escalates_and_a_second_reason_does()
    {
        var phone = new PhoneStory { Policy = DevicePolicy.Default with { EscalateAfter = TimeSpan.FromMinutes(30) } }.Guard().Wait(Day);
        Assert.Equal(Protection.Suspected, phone.Guards.Protection);

        phone.Operate(new ForgerySeen("bad signature"), Day).Wait(Day + 31 * Minute);
        Assert.Equal(Protection.Lost, phone.Guards.Protection);
    }

    [Theory]
    [InlineData(Protection.Disarmed)]
    [InlineData(Protection.Armed)]
    [InlineData(Protection.Suspected)]
    public void A_phone_is_declared_lost_from_everywhere_and_locked(Protection from)
    {
        var phone = In(from).Act(by => new LossDeclared(by, "left in a taxi", "Please call", "+49 30 1"), at: 100);

        Assert.Equal(Protection.Lost, phone.Guards.Protection);
        var lockCommand = phone.Guards.Commands.Pending(CommandKind.Lock);
        Assert.Equal(("Please call", "+49 30 1"), (lockCommand?.Text, lockCommand?.PhoneNumber));
        Assert.True(phone.Effects.OfType<IncidentChanged>().Single().Open);
    }

    [Fact]
    public void The_assigned_person_may_report_the_loss()
    {
        var phone = new PhoneStory().Guard().Act(by => new LossDeclared(by, "stolen") { ByPerson = true }, at: 100);

        Assert.Equal("person", phone.Guards.Loss?.By);
    }

    [Fact]
    public void Found_by_one_operator_while_it_is_heard_with_its_own_SIM()
    {
        var phone = Lost().Act(by => new FoundDeclared(by, "in the drawer"), at: 200);

        Assert.Equal((Protection.Armed, true), (phone.Guards.Protection, phone.Guards.NewPinWanted));
        Assert.NotNull(phone.Guards.Commands.Pending(CommandKind.Unlock));
        Assert.Null(phone.Guards.Commands.Pending(CommandKind.Lock));
        Assert.False(phone.Effects.OfType<IncidentChanged>().Last().Open);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Found_needs_a_second_operator_with_a_strangers_SIM_in_it_or_an_hour_without_contact(bool foreign)
    {
        var phone = foreign ? Lost().Say(new SimSeen(0, StrangersSim), 150) : Lost().Wait(2 * Hour);
        var at = foreign ? 200 : 2 * Hour;
        phone.Act(by => new FoundDeclared(by, "found it"), at);
        Assert.Equal(Protection.Lost, phone.Guards.Protection);

        var pending = phone.Guards.Pending!;
        Assert.Contains("not the same", phone.Act(by => new ActionAgreed(by, "yes", pending.Id), at + 1).Last.Refusal, StringComparison.Ordinal);
        phone.Act(by => new ActionAgreed(by, "yes", pending.Id), at + 2, by: "boris");
        Assert.Equal(Protection.Armed, phone.Guards.Protection);
    }

    [Fact]
    public void A_wipe_takes_two_people_five_minutes_and_the_phone_that_begins_it()
    {
        var phone = Lost().Act(by => new WipeRequested(by, "stolen for good"), 200)
            .Act(by => new WipeApproved(by, "yes", Start.AddSeconds(200)), 260, by: "boris");
        Assert.Null(phone.Guards.Commands.Pending(CommandKind.Wipe));

        phone.Wait(260 + 5 * Minute);
        var wipe = phone.Guards.Commands.Pending(CommandKind.Wipe)!;
        Assert.Equal(TimeSpan.FromDays(7), wipe.ExpiresAt - wipe.At);
        Assert.Equal(Protection.Lost, phone.Guards.Protection);

        phone.Say(new CommandTold(wipe.Id, CommandState.Acknowledged), 700).Say(new CommandTold(wipe.Id, CommandState.Succeeded), 701);
        Assert.Equal(Protection.Wiped, phone.Guards.Protection);
        Assert.Equal(OwnSim, phone.Guards.BoundSims.Single().Sim);
    }

    [Theory]
    [InlineData("olga", "not the same")]
    [InlineData("young", "older than 24 hours")]
    [InlineData("made", "made or reset by the first")]
    [InlineData("shared", "session of its own")]
    public void The_second_person_is_really_another_one(string second, string why)
    {
        var by = second switch
        {
            "young" => Person("boris") with { AccountSince = Start.AddHours(-23) },
            "made" => Person("boris") with { MadeBy = "olga" },
            "shared" => Person("boris") with { Session = Person("olga").Session },
            _ => Person(second) with { Session = "another session" },
        };
        var phone = Lost().Act(first => new WipeRequested(first, "stolen"), 200).Operate(new WipeApproved(by, "yes", Start.AddSeconds(200)), 260);

        Assert.Contains(why, phone.Last.Refusal, StringComparison.Ordinal);
        Assert.Null(phone.Guards.Wipe?.ApprovedBy);
    }

    [Fact]
    public void A_program_is_neither_of_two_people()
    {
        var key = new Operator("key-1");
        Assert.Contains("two people", Lost().Operate(new WipeRequested(key, "stolen"), 200).Last.Refusal, StringComparison.Ordinal);
        var retired = Lost().Operate(new DeviceRetired("key-1", "old") { Operator = key }, 200);
        Assert.Contains("two people", retired.Last.Refusal, StringComparison.Ordinal);
        Assert.Null(retired.Guards.Pending);
    }

    [Fact]
    public void An_approval_is_for_exactly_one_request_and_for_half_an_hour()
    {
        var phone = Lost().Act(by => new WipeRequested(by, "stolen"), 200);
        phone.Act(by => new WipeApproved(by, "yes", Start.AddSeconds(199)), 260, by: "boris");
        Assert.NotNull(phone.Last.Refusal);

        phone.Wait(200 + 31 * Minute).Act(by => new WipeApproved(by, "yes", Start.AddSeconds(200)), 200 + 31 * Minute, by: "boris");
        Assert.NotNull(phone.Last.Refusal);
        Assert.Null(phone.Guards.Wipe);
    }

    [Fact]
    public void A_wipe_can_be_cancelled_or_undone_by_found_until_the_phone_acknowledges()
    {
        var cancelled = Approved().Act(by => new WipeCancelled(by, "found it after all"), 500);
        Assert.Equal((Protection.Lost, CommandState.Cancelled), (cancelled.Guards.Protection, LastWipe(cancelled).State));

        var found = Approved().Act(by => new FoundDeclared(by, "here it is"), 600);
        Assert.Equal((Protection.Armed, CommandState.Cancelled), (found.Guards.Protection, LastWipe(found).State));

        var late = Approved();
        late.Say(new CommandTold(LastWipe(late).Id, CommandState.Acknowledged), 600).Act(by => new WipeCancelled(by, "too late"), 601);
        Assert.Contains("acknowledged", late.Last.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wipe_that_no_phone_took_in_seven_days_is_to_be_approved_again()
    {
        var phone = Approved().Wait(8 * Day);

        Assert.Equal((CommandState.Expired, null), (LastWipe(phone).State, phone.Guards.Wipe));
        Assert.Equal(Protection.Lost, phone.Guards.Protection);
    }

    [Fact]
    public void An_operator_disarms_an_armed_phone()
    {
        Assert.Equal(Protection.Disarmed, new PhoneStory().Guard().Act(by => new Disarmed(by, "sold"), 10).Guards.Protection);
    }

    [Theory]
    [InlineData(Protection.Disarmed, true)]
    [InlineData(Protection.Armed, true)]
    [InlineData(Protection.Suspected, true)]
    [InlineData(Protection.Lost, false)]
    public void One_operator_retires_a_phone_unless_it_is_lost(Protection from, bool alone)
    {
        var phone = In(from).Operate(new DeviceRetired("olga", "old") { Operator = Person("olga") }, 100);
        Assert.Equal(alone, phone.State.Retired is not null);

        if (!alone)
            phone.Act(by => new ActionAgreed(by, "written off", phone.Guards.Pending!.Id), 120, by: "boris");
        Assert.Equal((true, Protection.Retired), (phone.State.Retired is not null, phone.Guards.Protection));
    }

    [Theory]
    [InlineData(Protection.Armed)]
    [InlineData(Protection.Suspected)]
    [InlineData(Protection.Lost)]
    public void An_action_that_is_not_in_the_table_is_refused_and_names_the_state(Protection from)
    {
        var phone = In(from);
        var before = phone.State;
        phone.Act(by => new Armed(by, "again"), 100);

        Assert.Contains($"{from}", phone.Last.Refusal, StringComparison.Ordinal);
        Assert.Equal(before with { Applied = phone.State.Applied }, phone.State);
    }

    [Fact]
    public void In_Lost_every_event_raises_its_alert_and_in_Disarmed_an_Info()
    {
        var lost = Lost();
        lost.Effects.Clear();
        lost.Say(new AgentTampered("root"), 150).Say(new AgentTampered("root"), 151);
        Assert.Equal((2, Protection.Lost), (Alerts(lost).Count(alert => alert.AlwaysNew), lost.Guards.Protection));

        var disarmed = new PhoneStory().EnrolAgent().Say(new AgentTampered("root"), 10);
        Assert.Equal((Severity.Info, Protection.Disarmed), (Alerts(disarmed).Single().Severity, disarmed.Guards.Protection));
    }

    [Fact]
    public void Maintenance_turns_SIM_and_silence_into_log_entries_and_nothing_else()
    {
        var phone = new PhoneStory().Guard().Act(by => new MaintenanceOpened(by, "new SIMs", Start, Start.AddHours(2)), 5)
            .Say(new SimGone(0), 10).Say(new SimSeen(0, StrangersSim), 20);
        Assert.Equal((Protection.Armed, 0), (phone.Guards.Protection, Alerts(phone).Count()));
        Assert.Equal(2, phone.Effects.OfType<Audited>().Count(entry => entry.Action == "tamper-in-maintenance"));

        Assert.Equal(Protection.Suspected, phone.Say(new AgentTampered("root"), 30).Guards.Protection);
        Assert.Contains("12 hours", new PhoneStory().Guard()
            .Act(by => new MaintenanceOpened(by, "long", Start, Start.AddHours(13)), 5).Last.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_phone_is_enrolled_again_only_by_two_and_is_locked_again()
    {
        var phone = Lost().EnrolAgent(enrolment: 2, at: 300);
        Assert.NotNull(phone.Last.Refusal);
        Assert.Equal(1, phone.Guards.Agent?.Enrolment);

        phone.Act(by => new EnrolAgainAsked(by, "new board"), 310);
        phone.Act(by => new ActionAgreed(by, "yes", phone.Guards.Pending!.Id), 320, by: "boris").EnrolAgent(enrolment: 2, at: 330);
        Assert.Equal((2, Protection.Lost), (phone.Guards.Agent?.Enrolment, phone.Guards.Protection));
        Assert.Equal(2, phone.Guards.Commands.Pending(CommandKind.Lock)?.Enrolment);
    }

    private static PhoneStory Lost() => new PhoneStory().Guard().Act(by => new LossDeclared(by, "stolen"), at: 100);

    private static PhoneStory Approved() => Lost().Act(by => new WipeRequested(by, "stolen"), 110)
        .Act(by => new WipeApproved(by, "yes", Start.AddSeconds(110)), 120, by: "boris").Wait(121 + 5 * Minute);

    private static Command LastWipe(PhoneStory phone) => phone.Guards.Commands.All.Last(command => command.Kind == CommandKind.Wipe);

    private static PhoneStory In(Protection protection) => protection switch
    {
        Protection.Disarmed => new PhoneStory().EnrolAgent(),
        Protection.Armed => new PhoneStory().Guard(),
        Protection.Suspected => new PhoneStory().Guard().Say(new AgentTampered("root"), 10),
        _ => Lost(),
    };

    private static IEnumerable<AlertRaised> Alerts(PhoneStory phone) => phone.Effects.OfType<AlertRaised>();

    private static IEnumerable<AlertResolved> Resolved(PhoneStory phone) => phone.Effects.OfType<AlertResolved>();
}
