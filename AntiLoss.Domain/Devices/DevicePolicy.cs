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
