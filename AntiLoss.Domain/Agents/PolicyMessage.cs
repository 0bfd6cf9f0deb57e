using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Privacy;

namespace AntiLoss.Domain.Agents;

/// <summary>
/// What a policy asks of the phone itself, as a SetPolicy command carries it; durations in whole seconds, named as the
/// API names them. What only the server goes by is not in it.
/// </summary>
/// <param name="LockOnSuspected">Whether a tamper locks the screen.</param>
/// <param name="OfflineLockAfter">How long a guarded phone may go without an answer before it locks itself.</param>
/// <param name="ReseatWithin">A bound SIM that is back within this time takes its own removal back.</param>
/// <param name="PinFailuresToTamper">Wrong PINs in a row that make a tamper.</param>
/// <param name="ForeignSimTries">Wrong PINs after which a stranger's SIM stays disabled.</param>
/// <param name="Hours">When the fleet works; null: always.</param>
public sealed record PolicyMessage(
    int Version, PolicyReporting Reporting, bool LockOnSuspected, int OfflineLockAfter, int ReseatWithin, int PinFailuresToTamper, int ForeignSimTries,
    int FallbackWithinKeptEnabled, int FallbackWithinOnDemand, int EsimMegabytesPerDay, OwnSimRule OwnSimInOtherPhone, PrivacySetting Privacy, PolicyHours? Hours = null)
{
    public static PolicyMessage Of(DevicePolicy policy) => new(
        policy.Version, PolicyReporting.Of(policy.Reporting), policy.LockOnSuspected, Seconds(policy.OfflineLockAfter), Seconds(policy.ReseatWithin),
        policy.PinFailuresToTamper, policy.ForeignSimTries, Seconds(policy.FallbackWithinKeptEnabled), Seconds(policy.FallbackWithinOnDemand),
        policy.EsimMegabytesPerDay, policy.OwnSimInOtherPhone, policy.Privacy, policy.Hours is { } hours ? PolicyHours.Of(hours) : null);

    /// <summary>The policy as the phone goes by it; what only the server goes by has its default.</summary>
    public DevicePolicy ToPolicy() => new(Version)
    {
        Reporting = Reporting.ToPolicy(),
        LockOnSuspected = LockOnSuspected,
        OfflineLockAfter = TimeSpan.FromSeconds(OfflineLockAfter),
        ReseatWithin = TimeSpan.FromSeconds(ReseatWithin),
        PinFailuresToTamper = PinFailuresToTamper,
        ForeignSimTries = ForeignSimTries,
        FallbackWithinKeptEnabled = TimeSpan.FromSeconds(FallbackWithinKeptEnabled),
        FallbackWithinOnDemand = TimeSpan.FromSeconds(FallbackWithinOnDemand),
        EsimMegabytesPerDay = EsimMegabytesPerDay,
        OwnSimInOtherPhone = OwnSimInOtherPhone,
        Privacy = Privacy,
        Hours = Hours?.ToPolicy(),
    };

    internal static int Seconds(TimeSpan span) => (int)span.TotalSeconds;
}

/// <summary>How often the phone reports, in seconds.</summary>
/// <param name="SuspectedFor">How long a suspected phone reports as suspected.</param>
/// <param name="LostAtFirstFor">How long a lost phone reports as lost at first.</param>
/// <param name="LostOnLowBattery">Of a lost phone whose battery is under 20 %.</param>
public sealed record PolicyReporting(
    int Moving, int Still, int Suspected, int SuspectedFor, int LostAtFirst, int LostAtFirstFor, int LostLater, int LostOnLowBattery)
{
    internal static PolicyReporting Of(ReportingPolicy reporting) => new(
        PolicyMessage.Seconds(reporting.Moving), PolicyMessage.Seconds(reporting.Still), PolicyMessage.Seconds(reporting.Suspected),
        PolicyMessage.Seconds(reporting.SuspectedFor), PolicyMessage.Seconds(reporting.LostAtFirst), PolicyMessage.Seconds(reporting.LostAtFirstFor),
        PolicyMessage.Seconds(reporting.LostLater), PolicyMessage.Seconds(reporting.LostOnLowBattery));

    internal ReportingPolicy ToPolicy() => new()
    {
        Moving = TimeSpan.FromSeconds(Moving),
        Still = TimeSpan.FromSeconds(Still),
        Suspected = TimeSpan.FromSeconds(Suspected),
        SuspectedFor = TimeSpan.FromSeconds(SuspectedFor),
        LostAtFirst = TimeSpan.FromSeconds(LostAtFirst),
        LostAtFirstFor = TimeSpan.FromSeconds(LostAtFirstFor),
        LostLater = TimeSpan.FromSeconds(LostLater),
        LostOnLowBattery = TimeSpan.FromSeconds(LostOnLowBattery),
    };
}

/// <summary>When the fleet works.</summary>
/// <param name="TimeZone">An IANA name, such as Europe/Berlin.</param>
public sealed record PolicyHours(string TimeZone, ImmutableArray<PolicyShift> Shifts)
{
    internal static PolicyHours Of(WorkingHours hours) =>
        new(hours.TimeZone, [.. hours.Shifts.Select(shift => new PolicyShift(shift.Day, shift.FromMinute, shift.UntilMinute))]);

    internal WorkingHours ToPolicy() => new(TimeZone, [.. Shifts.Select(shift => new Shift(shift.Day, shift.FromMinute, shift.UntilMinute))]);
}

/// <summary>One shift of the week, in local minutes of a day; one whose end is not after its start ends on the next day.</summary>
/// <param name="Day">Sunday to Saturday.</param>
public sealed record PolicyShift(DayOfWeek Day, int FromMinute, int UntilMinute);
