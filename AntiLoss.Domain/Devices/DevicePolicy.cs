using AntiLoss.Domain.Privacy;

namespace AntiLoss.Domain.Devices;

/// <summary>
/// What an organization expects of a fleet's phones and lets them do. Versions count through the organization and are
/// immutable; an entry of the log names the one it was received under, so that a replay is the same step.
/// </summary>
[GenerateSerializer, Immutable, Alias("device-policy")]
public sealed record DevicePolicy([property: Id(0)] int Version)
{
    /// <summary>The policy of every fleet until it has one of its own.</summary>
    public static readonly DevicePolicy Default = new(1);

    [Id(1)] public ReportingPolicy Reporting { get; init; } = new();

    /// <summary>Least silence of a moving phone before it is classified; three expected reports if that is longer.</summary>
    [Id(2)] public TimeSpan SilenceAfterMoving { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Least silence of a still phone before it is classified; three expected reports if that is longer.</summary>
    [Id(3)] public TimeSpan SilenceAfterStill { get; init; } = TimeSpan.FromMinutes(45);

    /// <summary>How long a phone stays suspected before the policy itself declares it lost; null: it never does.</summary>
    [Id(4)] public TimeSpan? EscalateAfter { get; init; }

    /// <summary>Whether the phone locks its screen when it is suspected.</summary>
    [Id(5)] public bool LockOnSuspected { get; init; } = true;

    /// <summary>How long a guarded phone may go without contact before it locks itself.</summary>
    [Id(6)] public TimeSpan OfflineLockAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>A bound SIM that is back within this time clears its own removal.</summary>
    [Id(7)] public TimeSpan ReseatWithin { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Wrong PINs in a row that make a tamper.</summary>
    [Id(8)] public int PinFailuresToTamper { get; init; } = 5;

    /// <summary>Wrong PINs after which a stranger's SIM stays disabled.</summary>
    [Id(9)] public int ForeignSimTries { get; init; } = 5;

    /// <summary>How soon a phone must be back over an eSIM profile that is kept enabled.</summary>
    [Id(10)] public TimeSpan FallbackWithinKeptEnabled { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How soon a phone must be back over an eSIM profile that has to be enabled first.</summary>
    [Id(11)] public TimeSpan FallbackWithinOnDemand { get; init; } = TimeSpan.FromSeconds(180);

    [Id(12)] public int EsimMegabytesPerDay { get; init; } = 50;

    /// <summary>Share of the organization's phones, in percent, whose going dark within 5 minutes is a storm.</summary>
    [Id(13)] public int StormSharePercent { get; init; } = 5;

    /// <summary>Fewer phones than this are never a storm.</summary>
    [Id(14)] public int StormLeastPhones { get; init; } = 20;

    [Id(15)] public OwnSimRule OwnSimInOtherPhone { get; init; }

    [Id(16)] public TimeSpan MaintenanceMax { get; init; } = TimeSpan.FromHours(12);

    /// <summary>When the fleet works; null: always.</summary>
    [Id(17)] public WorkingHours? Hours { get; init; }

    [Id(18)] public PrivacySetting Privacy { get; init; }

    /// <summary>Whether another policy says the same, whatever its version.</summary>
    public bool IsSameAs(DevicePolicy other) => this with { Version = 0, Hours = null } == other with { Version = 0, Hours = null }
        && Hours?.TimeZone == other.Hours?.TimeZone
        && (Hours?.Shifts ?? []).SequenceEqual(other.Hours?.Shifts ?? []);

    /// <summary>
    /// How often an app that is not our agent is expected to speak: it is set up with a ping or a heartbeat of 15
    /// minutes, and no policy can reach it.
    /// </summary>
    public static TimeSpan AppInterval => TimeSpan.FromMinutes(15);
}

/// <summary>How often a phone reports, by what it is doing.</summary>
[GenerateSerializer, Immutable, Alias("reporting-policy")]
public sealed record ReportingPolicy
{
    [Id(0)] public TimeSpan Moving { get; init; } = TimeSpan.FromSeconds(30);
    [Id(1)] public TimeSpan Still { get; init; } = TimeSpan.FromMinutes(15);
    [Id(2)] public TimeSpan Suspected { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a suspected phone reports as <see cref="Suspected"/>; after that by its movement.</summary>
    [Id(3)] public TimeSpan SuspectedFor { get; init; } = TimeSpan.FromHours(2);

    [Id(4)] public TimeSpan LostAtFirst { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a lost phone reports as <see cref="LostAtFirst"/>.</summary>
    [Id(5)] public TimeSpan LostAtFirstFor { get; init; } = TimeSpan.FromMinutes(30);

    [Id(6)] public TimeSpan LostLater { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Of a lost phone whose battery is under 20 %.</summary>
    [Id(7)] public TimeSpan LostOnLowBattery { get; init; } = TimeSpan.FromMinutes(15);
}

/// <summary>What a SIM bound to one phone of the organization does in another one of it.</summary>
public enum OwnSimRule : byte
{
    /// <summary>Both phones say so; one click moves the binding.</summary>
    Warn = 0,

    /// <summary>It is a tamper on both phones, and only an operator who rebinds helps.</summary>
    Refuse = 1,
}

/// <summary>A fleet's week: when its phones are at work.</summary>
/// <param name="TimeZone">An IANA name, such as Europe/Berlin.</param>
/// <param name="Shifts">Shifts within the week, each from and until a local minute of a day.</param>
[GenerateSerializer, Immutable, Alias("working-hours")]
public sealed record WorkingHours([property: Id(0)] string TimeZone, [property: Id(1)] ImmutableArray<Shift> Shifts)
{
    /// <summary>Whether a moment lies within a shift.</summary>
    public bool Include(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(TimeZone));
        var minute = (int)local.TimeOfDay.TotalMinutes;
        var (today, yesterday) = (local.DayOfWeek, local.AddDays(-1).DayOfWeek);
        return Shifts.Any(shift =>
            shift.IsOvernight
                ? (shift.Day == today && minute >= shift.FromMinute) || (shift.Day == yesterday && minute < shift.UntilMinute)
                : shift.Day == today && minute >= shift.FromMinute && minute < shift.UntilMinute);
    }

    /// <summary>The first moment from <paramref name="at"/> on that lies within a shift, to the minute; null if there is no shift.</summary>
    public DateTimeOffset? NextStart(DateTimeOffset at)
    {
        if (Include(at))
            return at;
        if (Shifts.IsEmpty)
            return null;
        var zone = TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
        // A clock that changes skips into a shift or repeats one: in such a week only every minute of it tells.
        if (zone.GetUtcOffset(at) != zone.GetUtcOffset(at.AddDays(8)))
            return EveryMinute(at).Where(Include).Cast<DateTimeOffset?>().FirstOrDefault();
        var local = TimeZoneInfo.ConvertTime(at, zone);
        return Enumerable.Range(0, 8)
            .SelectMany(days => Shifts.Select(shift => (Day: local.Date.AddDays(days), Shift: shift)))
            .Where(start => start.Day.DayOfWeek == start.Shift.Day)
            .Select(start => new DateTimeOffset(start.Day.AddMinutes(start.Shift.FromMinute), local.Offset).ToUniversalTime())
            .Where(start => start >= at)
            .Order().Cast<DateTimeOffset?>().FirstOrDefault();
    }

    private static IEnumerable<DateTimeOffset> EveryMinute(DateTimeOffset at)
    {
        var minute = new DateTimeOffset(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero).AddMinutes(1);
        return Enumerable.Range(0, 8 * 24 * 60).Select(minutes => minute.AddMinutes(minutes));
    }
}

/// <summary>One shift of the week; one whose end is not after its start ends on the next day.</summary>
[GenerateSerializer, Immutable, Alias("shift")]
public readonly record struct Shift(
    [property: Id(0)] DayOfWeek Day, [property: Id(1)] int FromMinute, [property: Id(2)] int UntilMinute)
{
    public bool IsOvernight => UntilMinute <= FromMinute;
}
