using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Reports;
using AntiLoss.Tests.Devices;
using static AntiLoss.Tests.Devices.PhoneStory;

namespace AntiLoss.Tests.Guards;

/// <summary>When a phone is to be woken, and what is noted of it.</summary>
public sealed class WakeTests
{
    private const string Token = "the phone's own token";

    [Fact]
    public void A_command_for_a_phone_that_told_its_push_token_asks_for_a_wake_and_one_that_joins_it_does_not()
    {
        var phone = Ask(Pushed(), CommandKind.Locate, at: 100);
        Assert.Single(Wakes(phone));
        Assert.Single(Wakes(Ask(phone, CommandKind.Locate, at: 110)));
        Assert.Equal(2, Wakes(Ask(phone, CommandKind.Ring, at: 120)).Count());
        Assert.Equal(3, Wakes(phone.Act(by => new LossDeclared(by, "stolen"), 130)).Count());
    }

    [Fact]
    public void What_is_wanted_while_the_phone_speaks_goes_out_with_the_answer()
    {
        var phone = Pushed();
        phone.Policy = new DevicePolicy(7);
        phone.Say(new PinSet(), 200);

        Assert.Contains(phone.Guards.Commands.All, command => command is { Kind: CommandKind.SetPolicy, PolicyVersion: 7, State: CommandState.Queued });
        Assert.Empty(Wakes(phone));
    }

    [Fact]
    public void The_newest_token_counts_and_a_new_enrolment_forgets_it()
    {
        var phone = new PhoneStory().Guard();
        phone.Deliver(20, new PushTokenSet("fcm", "newer"), 20).Deliver(19, new PushTokenSet("apns", "older"), 19, receivedAt: 21);
        Assert.Equal(("fcm", "newer"), (phone.State.Push?.Service, phone.State.Push?.Token));
        Assert.DoesNotContain("newer", $"{phone.State.Push}", StringComparison.Ordinal);

        phone.Deliver(21, new PushTokenSet("fcm"), 22);
        Assert.Empty(Wakes(Ask(phone, CommandKind.Ring, at: 30)));
        Assert.Null(phone.EnrolAgent(enrolment: 2, at: 40).State.Push);
    }

    [Fact]
    public void An_app_s_token_is_taken_and_is_nobody_s_to_read()
    {
        var said = new Report { Kind = ReportKind.Event, EventName = Report.PushToken, EventDetail = Token };
        var phone = new PhoneStory().Enrol().Report(said, receivedAt: 10);
        Assert.Equal((PushAddress.Fcm, Token), (phone.State.Push?.Service, phone.State.Push?.Token));
        Assert.Equal(new PhoneEvent(Report.PushToken, null, Start.AddSeconds(10)) { IsReceiptTime = true }, phone.State.LastEvent);
        Assert.Single(Wakes(Ask(phone, CommandKind.Locate, at: 20)));

        Assert.Null(new PhoneStory().Guard().Report(said, receivedAt: 10).State.Push);
        Assert.Null(new PhoneStory().Enrol().Report(said with { EventDetail = new string('x', PushAddress.LongestToken + 1) }, receivedAt: 10).State.Push);
    }

    [Fact]
    public void A_wake_is_noted_with_its_commands_and_a_token_that_the_service_forgot_is_not_used_again()
    {
        var phone = Ask(Pushed(), CommandKind.Ring, at: 100);
        var command = phone.Guards.Commands.Pending(CommandKind.Ring)!;
        var address = phone.State.Push!;
        phone.Operate(new WakeTried([command.Id], address.At, null), 103);
        Assert.Equal((Start.AddSeconds(103), null), (phone.Guards.Commands.Find(command.Id)!.WokenAt, phone.Guards.Commands.Find(command.Id)!.WakeFailure));
        Assert.Equal(Start.AddSeconds(103), phone.State.Push!.WokenAt);

        // A failure that is about an older token leaves the present one alone.
        phone.Operate(new WakeTried([command.Id], address.At.AddSeconds(-1), WakeTried.Unregistered), 104);
        Assert.True(phone.State.Push!.IsUsable);
        phone.Operate(new WakeTried([command.Id], address.At, WakeTried.Unregistered), 105);
        Assert.Equal(WakeTried.Unregistered, phone.Guards.Commands.Find(command.Id)!.WakeFailure);
        Assert.False(phone.State.Push!.IsUsable);
        var asked = Wakes(phone).Count();
        Assert.Equal(asked, Wakes(Ask(phone, CommandKind.Message, at: 110)).Count());
    }

    private static PhoneStory Pushed() => new PhoneStory().Guard().Say(new PolicyApplied(DevicePolicy.Default.Version), 2).Say(new PushTokenSet("fcm", Token), 3);

    private static PhoneStory Ask(PhoneStory phone, CommandKind kind, double at) => phone.Act(by => new CommandAsked(by, "where is it", $"c{at}", kind, "text"), at);

    private static IEnumerable<WakeWanted> Wakes(PhoneStory phone) => phone.Effects.OfType<WakeWanted>();
}
