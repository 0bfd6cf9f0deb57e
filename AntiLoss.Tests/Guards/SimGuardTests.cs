using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Tests.Devices;
using static AntiLoss.Tests.Devices.PhoneStory;

namespace AntiLoss.Tests.Guards;

/// <summary>Every row of the table of the SIM guard.</summary>
public sealed class SimGuardTests
{
    [Fact]
    public void Arming_binds_the_SIMs_that_are_in_the_phone()
    {
        var phone = new PhoneStory().EnrolAgent().Say(new SimSeen(0, OwnSim), 1).Say(new SimSeen(1, StrangersSim), 2)
            .Act(by => new Armed(by, "handed out"), 3);

        Assert.Equal(2, phone.Guards.BoundSims.Length);
        Assert.All(phone.Guards.Slots, slot => Assert.Equal(SimGuard.Matched, slot.Guard));
    }

    [Fact]
    public void A_bound_SIM_that_goes_is_missing_since_then()
    {
        var slot = new PhoneStory().Guard().Say(new SimGone(0), 10).Guards.Slots.Single();

        Assert.Equal((SimGuard.Missing, Start.AddSeconds(10)), (slot.Guard, slot.Since));
    }

    [Fact]
    public void An_unknown_SIM_is_pending_until_the_PIN_and_authorised_until_it_is_removed()
    {
        var phone = Foreign();
        Assert.Equal((SimGuard.ForeignPending, TamperReason.ForeignSim), (Slot(phone), phone.Guards.Tampers.Single().Reason));

        phone.Say(new PinAccepted(PinPurpose.Sim, 1), 20);
        Assert.Equal((SimGuard.ForeignAuthorised, Protection.Armed), (Slot(phone), phone.Guards.Protection));
        Assert.Equal(SimGuard.ForeignAuthorised, Slot(phone.Say(new SimSeen(1, StrangersSim), 30)));
        Assert.Equal(SimGuard.ForeignPending, Slot(phone.Say(new SimGone(1), 40).Say(new SimSeen(1, StrangersSim), 50)));
    }

    [Fact]
    public void Five_wrong_PINs_reject_a_strangers_SIM()
    {
        var phone = Foreign();
        for (var tries = 1; tries <= 5; tries++)
        {
            Assert.Equal(SimGuard.ForeignPending, Slot(phone));
            phone.Say(new PinRejected(PinPurpose.Sim, tries, Slot: 1), 10 + tries);
        }
        Assert.Equal(SimGuard.ForeignRejected, Slot(phone));
    }

    [Theory]
    [InlineData(OwnSimRule.Warn, false, Protection.Armed)]
    [InlineData(OwnSimRule.Warn, true, Protection.Suspected)]
    [InlineData(OwnSimRule.Refuse, false, Protection.Suspected)]
    public void A_SIM_of_another_phone_of_ours_warns_or_is_refused_on_both(OwnSimRule rule, bool troubled, Protection then)
    {
        var owner = new PhoneStory { Policy = DevicePolicy.Default with { OwnSimInOtherPhone = rule } }.Guard()
            .Operate(new SimJudged(OwnSim, SimVerdict.SeenElsewhere, "B", troubled), 20);
        Assert.Equal(then, owner.Guards.Protection);

        var holder = Foreign(rule).Operate(new SimJudged(StrangersSim, SimVerdict.OtherDevice, "A", troubled), 20);
        Assert.Equal((SimGuard.Borrowed, then), (Slot(holder), holder.Guards.Protection));
        if (then == Protection.Suspected)
        {
            holder.Say(new PinAccepted(PinPurpose.Sim, 1), 30);
            Assert.Equal((Protection.Suspected, TamperReason.SimElsewhere),
                (holder.Guards.Protection, holder.Guards.Tampers.Single(tamper => !tamper.Cleared).Reason));
            holder.Operate(new SimJudged(StrangersSim, SimVerdict.Ours), 40);
            Assert.Equal((Protection.Armed, SimGuard.Matched), (holder.Guards.Protection, Slot(holder)));
        }
    }

    [Fact]
    public void A_SIM_of_another_organization_is_borrowed_and_names_nobody()
    {
        var phone = Foreign().Operate(new SimJudged(StrangersSim, SimVerdict.OtherOrganization), 20);
        var owner = new PhoneStory().Guard().Operate(new SimJudged(OwnSim, SimVerdict.SeenAbroad), 20);

        Assert.Equal(SimGuard.Borrowed, Slot(phone));
        Assert.Equal(("SimSeenAbroad", OwnSim), owner.Effects.OfType<AlertRaised>().Select(alert => (alert.Kind, alert.Detail)).Single());
    }

    [Fact]
    public void A_borrowed_SIM_that_leaves_is_no_loss()
    {
        var phone = Foreign().Operate(new SimJudged(StrangersSim, SimVerdict.OtherOrganization), 20).Say(new SimGone(1), 30);

        Assert.DoesNotContain(phone.Guards.Tampers, tamper => tamper.Reason == TamperReason.SimRemoved);
    }

    [Fact]
    public void The_first_unknown_SIM_of_an_open_window_is_bound_and_the_next_is_not()
    {
        var phone = new PhoneStory().Guard().Act(by => new NextSimAccepted(by, "new line", Start.AddHours(1)), 5)
            .Say(new SimSeen(1, StrangersSim), 10);
        Assert.Equal((SimGuard.Matched, Protection.Armed), (Slot(phone), phone.Guards.Protection));

        phone.Say(new SimSeen(1, "8944110068956574213"), 20);
        Assert.Equal(SimGuard.ForeignPending, Slot(phone));
    }

    [Fact]
    public void A_window_that_has_ended_binds_nothing()
    {
        var phone = new PhoneStory().Guard().Act(by => new NextSimAccepted(by, "new line", Start.AddSeconds(60)), 5)
            .Say(new SimSeen(1, StrangersSim), 60);

        Assert.Equal(SimGuard.ForeignPending, Slot(phone));
    }

    [Fact]
    public void A_strangers_SIM_in_between_does_not_make_a_long_removal_a_short_one()
    {
        var phone = new PhoneStory().Guard().Say(new SimGone(0), 10).Say(new SimSeen(0, StrangersSim), 20)
            .Say(new SimGone(0), 2000).Say(new SimSeen(0, OwnSim), 2010);

        Assert.All(phone.Guards.Tampers, tamper => Assert.False(tamper.Cleared));
    }

    [Fact]
    public void A_bound_SIM_that_comes_back_in_the_other_slot_is_back()
    {
        var phone = new PhoneStory().Guard().Say(new SimGone(0), 10).Say(new SimSeen(1, OwnSim), 20);

        Assert.Equal(Protection.Armed, phone.Guards.Protection);
    }

    [Fact]
    public void A_fingerprint_is_bound_within_its_phone_and_told_to_no_registry()
    {
        var phone = new PhoneStory().EnrolAgent().Say(new SimSeen(0, null, "Own", "26201"), 1).Act(by => new Armed(by, "out"), 2);
        Assert.Equal("0/Own/26201", phone.Guards.BoundSims.Single().Sim);
        Assert.Empty(phone.Effects.OfType<SimSighted>());

        Assert.Equal(Protection.Suspected, phone.Say(new SimSeen(0, null, "Other", "26202"), 10).Guards.Protection);
    }

    private static PhoneStory Foreign(OwnSimRule rule = OwnSimRule.Warn) =>
        new PhoneStory { Policy = DevicePolicy.Default with { OwnSimInOtherPhone = rule } }.Guard().Say(new SimSeen(1, StrangersSim), 10);

    private static SimGuard Slot(PhoneStory phone) => phone.Guards.Slots.Single(slot => slot.Slot == 1).Guard;
}
