using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Tests.Devices;
using static AntiLoss.Tests.Devices.PhoneStory;

namespace AntiLoss.Tests.Guards;

/// <summary>Every row of the table of the power-off guard.</summary>
public sealed class PowerOffGuardTests
{
    [Fact]
    public void The_right_PIN_releases_for_a_minute_and_the_phone_may_go_off()
    {
        var phone = Challenged().Say(new PinAccepted(PinPurpose.PowerOff), 20);
        Assert.Equal((PowerOffStage.Released, Start.AddSeconds(80)), (phone.Guards.PowerOff.Stage, phone.Guards.PowerOff.Until!.Value));

        phone.Say(new PoweredOff(true), 79);
        Assert.Equal((PowerOffStage.Ready, true), (phone.Guards.PowerOff.Stage, phone.Guards.Power.IsAuthorisedOff));
    }

    [Fact]
    public void After_the_minute_a_power_off_is_not_authorised_whatever_the_phone_says()
    {
        var phone = Challenged().Say(new PinAccepted(PinPurpose.PowerOff), 20).Say(new PoweredOff(true), 81);

        Assert.False(phone.Guards.Power.IsAuthorisedOff);
    }

    [Fact]
    public void In_Lost_the_right_PIN_releases_nothing_and_a_recovery_code_does()
    {
        var phone = new PhoneStory().Guard().Act(by => new LossDeclared(by, "stolen"), 5)
            .Say(new PowerOffRequested(), 10).Say(new PinAccepted(PinPurpose.PowerOff), 20);
        Assert.Equal(PowerOffStage.Challenged, phone.Guards.PowerOff.Stage);
        Assert.False(phone.Say(new PoweredOff(true), 30).Guards.Power.IsAuthorisedOff);

        phone.Say(new CodeAccepted(RecoveryPurpose.PowerOffOnce), 40).Say(new PoweredOff(true), 50);
        Assert.True(phone.Guards.Power.IsAuthorisedOff);
        Assert.False(phone.Say(new Booted(BootReason.User), 60).Say(new PoweredOff(true), 70).Guards.Power.IsAuthorisedOff);
    }

    [Fact]
    public void Wrong_PINs_below_the_limit_only_count()
    {
        var phone = Wrong(Challenged(), 4);

        Assert.Equal((PowerOffStage.Challenged, 4, Protection.Armed), (phone.Guards.PowerOff.Stage, phone.Guards.PowerOff.Failures, phone.Guards.Protection));
    }

    [Fact]
    public void The_fifth_wrong_PIN_locks_out_and_is_a_tamper_and_the_count_stays_after_it()
    {
        var phone = Wrong(Challenged(), 5);
        Assert.Equal((PowerOffStage.LockedOut, TamperReason.PowerOffRefused), (phone.Guards.PowerOff.Stage, phone.Guards.Tampers.Single().Reason));

        phone.Wait(120);
        Assert.Equal((PowerOffStage.Ready, 5), (phone.Guards.PowerOff.Stage, phone.Guards.PowerOff.Failures));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_challenge_ends_when_it_is_cancelled_or_after_a_minute(bool cancelled)
    {
        var phone = cancelled ? Challenged().Say(new PowerOffCancelled(), 20) : Challenged().Wait(71);

        Assert.Equal(PowerOffStage.Ready, phone.Guards.PowerOff.Stage);
    }

    [Fact]
    public void A_recovery_code_ends_a_lock_out_and_sets_the_count_to_0()
    {
        var phone = Wrong(Challenged(), 5).Say(new CodeAccepted(RecoveryPurpose.EndLockout), 30);

        Assert.Equal((PowerOffStage.Ready, 0), (phone.Guards.PowerOff.Stage, phone.Guards.PowerOff.Failures));
        Assert.True(phone.Say(new CodeAccepted(RecoveryPurpose.NewPin), 31).Guards.NewPinWanted);
    }

    [Fact]
    public void A_phone_that_is_handed_over_asks_its_new_person_for_a_PIN_and_the_one_before_s_is_not_counted()
    {
        var phone = new PhoneStory().Guard();
        phone.Operate(new DeviceAssigned(1, "olga", null), 5).Say(new PolicyApplied(1), 6);
        Acknowledge(phone, 7).Say(new PinSet(), 8);
        Assert.Equal((Start.AddSeconds(8), false, false), (phone.Guards.PinSetAt, phone.Guards.NewPinWanted, phone.Guards.IsHandedOver));

        // The same person again, or nobody: no hand-over.
        phone.Operate(new DeviceAssigned(1, "olga", null), 10).Operate(new DeviceAssigned(null, "olga", null), 11);
        Assert.False(phone.Guards.NewPinWanted);

        phone.Operate(new DeviceAssigned(2, "olga", null), 12);
        Assert.Equal((null, true, true), (phone.Guards.PinSetAt, phone.Guards.NewPinWanted, phone.Guards.IsHandedOver));
        Assert.True(phone.Guards.Commands.Pending(CommandKind.SetPolicy)!.NewPin);
        // What the person before chose, told late, is not the new one's; nor does a newer policy forget to ask.
        Assert.Null(phone.Say(new PinSet(), 9, receivedAt: 13).Guards.PinSetAt);
        phone.Policy = new DevicePolicy(7);
        Assert.True(phone.Say(new LinkChanged(Domain.Reports.Bearer.Wifi), 14).Guards.Commands.Pending(CommandKind.SetPolicy) is { NewPin: true, PolicyVersion: 7 });
        Acknowledge(phone, 15);
        Assert.True(phone.Guards.IsHandedOver);
        Assert.Equal((Start.AddSeconds(16), false, false), (phone.Say(new PinSet(), 16).Guards.PinSetAt, phone.Guards.NewPinWanted, phone.Guards.IsHandedOver));
    }

    private static PhoneStory Acknowledge(PhoneStory phone, double at) =>
        phone.Say(new CommandTold(phone.Guards.Commands.Pending(CommandKind.SetPolicy)!.Id, CommandState.Succeeded), at);

    [Fact]
    public void From_the_hundredth_wrong_PIN_on_only_a_recovery_code_helps()
    {
        var phone = Challenged().Say(new PinRejected(PinPurpose.PowerOff, 100), 20).Wait(86_400);
        Assert.Equal((PowerOffStage.LockedOut, null), (phone.Guards.PowerOff.Stage, phone.Guards.PowerOff.Until));

        Assert.Equal(PowerOffStage.Ready, phone.Say(new CodeAccepted(RecoveryPurpose.EndLockout), 86_401).Guards.PowerOff.Stage);
    }

    [Fact]
    public void A_lock_out_told_by_a_wrong_clock_goes_by_the_back_off()
    {
        var phone = Challenged().Say(new PinRejected(PinPurpose.PowerOff, 7, Start.AddYears(9)), 20);

        Assert.Equal(Start.AddSeconds(20).AddMinutes(5), phone.Guards.PowerOff.Until);
    }

    [Fact]
    public void In_Lost_every_lock_out_alerts()
    {
        var phone = new PhoneStory().Guard().Act(by => new LossDeclared(by, "stolen"), 5)
            .Say(new PinRejected(PinPurpose.PowerOff, 5, Start.AddSeconds(40)), 10).Say(new PinRejected(PinPurpose.PowerOff, 6), 50);

        Assert.Equal(2, phone.Effects.OfType<AlertRaised>().Count(alert => alert.Kind == "PowerOffRefused"));
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 30)]
    [InlineData(6, 60)]
    [InlineData(7, 300)]
    [InlineData(8, 900)]
    [InlineData(9, 3600)]
    [InlineData(99, 3600)]
    [InlineData(100, null)]
    public void The_back_off(int failures, int? seconds) =>
        Assert.Equal(seconds, (int?)PinBackOff.After(failures)?.TotalSeconds);

    private static PhoneStory Challenged() => new PhoneStory().Guard().Say(new PowerOffRequested(), 10);

    private static PhoneStory Wrong(PhoneStory phone, int times)
    {
        for (var failures = 1; failures <= times; failures++)
            phone.Say(new PinRejected(PinPurpose.PowerOff, failures), 10 + failures);
        return phone;
    }
}
