using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Silences;
using AntiLoss.Tests.Devices;
using static AntiLoss.Tests.Devices.PhoneStory;

namespace AntiLoss.Tests.Guards;

/// <summary>Each class of silence by its evidence, and how long it is believed.</summary>
public sealed class SilenceTests
{
    private const double Hour = 3600;
    private static readonly SilenceFacts Nothing = new(Start, HeardInHours: true);

    public static TheoryData<SilenceFacts, SilenceClass, double?> Classes => new()
    {
        { Nothing with { SaidAuthorisedOff = true }, SilenceClass.AuthorisedOff, 24 },
        { Nothing with { BatteryPercent = 5 }, SilenceClass.Flat, 12 },
        { Nothing with { BatteryPercent = 10, DrainPerHour = 1 }, SilenceClass.Flat, 12 },
        { Nothing with { BatteryPercent = 10 }, SilenceClass.Unknown, null },
        { Nothing with { BatteryPercent = 15, DrainPerHour = 10 }, SilenceClass.Flat, 12 },
        { Nothing with { BatteryPercent = 16, DrainPerHour = 10 }, SilenceClass.Unknown, null },
        { Nothing with { PowerOffRefusedJustBefore = true }, SilenceClass.ForcedOff, null },
        { Nothing with { SimWentOutJustBefore = true }, SilenceClass.SimPulled, null },
        { Nothing with { SaidAirplane = true }, SilenceClass.Airplane, 8 },
        { Nothing with { Surroundings = new Surroundings(3, false, false) }, SilenceClass.DeadZone, 1 },
        { Nothing with { Surroundings = new Surroundings(2, false, false) }, SilenceClass.Unknown, null },
        { Nothing with { Surroundings = new Surroundings(0, true, false) }, SilenceClass.Outage, 1.5 },
        { Nothing with { Surroundings = new Surroundings(0, false, true) }, SilenceClass.Outage, 1.5 },
        { Nothing with { AgentStopped = "killed" }, SilenceClass.AgentStopped, 2 },
        { Nothing with { PromisedNothing = true }, SilenceClass.NotPromised, null },
        { Nothing, SilenceClass.Unknown, null },
    };

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_class_has_its_evidence_and_its_patience(SilenceFacts facts, SilenceClass expected, double? patienceHours)
    {
        var silence = SilenceJudge.Judge(facts, Start.AddHours(1), DevicePolicy.Default);

        Assert.Equal((expected, patienceHours), (silence.Class, (silence.PatienceUntil - Start)?.TotalHours));
    }

    [Fact]
    public void A_silence_that_is_believed_too_long_is_unknown_and_alarms()
    {
        var phone = new PhoneStory().Guard().Say(new AirplaneModeSet(true, false), 10).Wait(2 * Hour);
        Assert.Equal((SilenceClass.Airplane, Protection.Armed), (phone.State.Silence!.Class, phone.Guards.Protection));

        phone.Wait(9 * Hour);
        Assert.Equal((SilenceClass.Unknown, Protection.Suspected), (phone.State.Silence!.Class, phone.Guards.Protection));
    }

    [Fact]
    public void Airplane_mode_with_the_screen_locked_or_soon_after_a_tamper_is_one_itself()
    {
        Assert.Equal(TamperReason.RadiosOff, new PhoneStory().Guard().Say(new AirplaneModeSet(true, true), 10).Guards.Tampers.Single().Reason);
        Assert.Equal([TamperReason.AgentTampered, TamperReason.RadiosOff], new PhoneStory().Guard().Say(new AgentTampered("root"), 10)
            .Say(new AirplaneModeSet(true, false), 1000).Guards.Tampers.Select(tamper => tamper.Reason));
    }

    [Theory]
    [InlineData(BootReason.Forced, true)]
    [InlineData(BootReason.User, true)]
    [InlineData(BootReason.Unknown, true)]
    [InlineData(BootReason.Update, false)]
    [InlineData(BootReason.Crash, false)]
    [InlineData(BootReason.FlatBattery, false)]
    [InlineData(BootReason.Platform, false)]
    public void A_boot_that_nothing_good_explains_makes_the_silence_a_forced_one(BootReason reason, bool forced)
    {
        var phone = new PhoneStory { Policy = DevicePolicy.Default with { EscalateAfter = TimeSpan.FromDays(1) } }.Guard().Wait(2 * Hour)
            .Say(new Booted(reason), 3 * Hour);

        Assert.Equal(forced ? Protection.Suspected : Protection.Armed, phone.Guards.Protection);
        Assert.Equal(forced, phone.Guards.Tampers.Any(tamper => tamper.Silence == SilenceClass.ForcedOff));
    }

    [Fact]
    public void At_night_an_unexplained_silence_waits_for_the_shift_and_a_pulled_SIM_does_not()
    {
        // Start is a Sunday at 8 o'clock; the week begins on Monday.
        var policy = DevicePolicy.Default with { Hours = new WorkingHours("UTC", [new Shift(DayOfWeek.Monday, 480, 960)]) };
        var phone = new PhoneStory { Policy = policy }.Guard().Wait(24 * Hour);
        Assert.Equal((SilenceClass.Unknown, Protection.Armed), (phone.State.Silence!.Class, phone.Guards.Protection));
        Assert.Equal(Protection.Suspected, phone.Wait(25 * Hour).Guards.Protection);

        var pulled = new PhoneStory { Policy = policy }.Guard().Say(new SimGone(0), 10).Wait(2 * Hour);
        Assert.Contains(pulled.Guards.Tampers, tamper => tamper.Silence == SilenceClass.SimPulled);
    }
}
