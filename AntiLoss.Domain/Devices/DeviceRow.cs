using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;
using AntiLoss.Domain.Silences;

namespace AntiLoss.Domain.Devices;

/// <summary>
/// One phone in one line: what lists, counts, search and the map show of it. Made from its state, kept by its shard,
/// mirrored by Web. Immutable and shared, never copied within a process.
/// </summary>
[GenerateSerializer, Immutable, Alias("device-row")]
public sealed record DeviceRow
{
    [Id(0)] public required DeviceKey Key { get; init; }

    /// <summary>The last entry in it. A row never replaces one of a higher version.</summary>
    [Id(1)] public required LogPosition Version { get; init; }

    [Id(2)] public required string Name { get; init; }
    [Id(3)] public required int Fleet { get; init; }

    /// <summary>Number of the person it is assigned to; 0 for nobody.</summary>
    [Id(4)] public int Person { get; init; }

    [Id(5)] public string? Imei { get; init; }
    [Id(6)] public ImmutableArray<string> Tags { get; init; } = [];
    [Id(7)] public int CredentialVersion { get; init; }

    /// <summary>Whether the current credential has been used.</summary>
    [Id(8)] public bool CredentialUsed { get; init; }

    [Id(9)] public bool Retired { get; init; }

    /// <summary>Its state could not be read: it is shown as damaged, never as new.</summary>
    [Id(10)] public bool Damaged { get; init; }

    [Id(11)] public Presence Presence { get; init; }

    /// <summary>The next moment at which it changes without a report, Unix seconds; 0 for none.</summary>
    [Id(12)] public long DueAtS { get; init; }

    /// <summary>Last contact, Unix seconds; 0 for never.</summary>
    [Id(13)] public long LastContactAtS { get; init; }

    /// <summary>Latest place; null if none is known.</summary>
    [Id(14)] public GeoPoint? Place { get; init; }

    /// <summary>Fix time of <see cref="Place"/>, Unix milliseconds.</summary>
    [Id(15)] public long FixedAtMs { get; init; }

    [Id(16)] public int? AccuracyMetres { get; init; }
    [Id(17)] public int? SpeedDecimetresPerSecond { get; init; }
    [Id(18)] public int? CourseDegrees { get; init; }
    [Id(19)] public int? BatteryPercent { get; init; }
    [Id(20)] public bool? Charging { get; init; }
    [Id(21)] public Bearer Bearer { get; init; }

    [Id(22)] public Protection Protection { get; init; }

    /// <summary>What its present silence looks like; null while it is heard, or has not been judged.</summary>
    [Id(23)] public SilenceClass? Silence { get; init; }

    /// <summary>The agent's enrolment; 0 for an app that is not ours.</summary>
    [Id(24)] public int AgentEnrolment { get; init; }

    /// <summary>Others are still to be told what happened to it.</summary>
    [Id(25)] public bool HasEffects { get; init; }

    /// <summary>Commands wait for it.</summary>
    [Id(26)] public bool HasCommands { get; init; }

    /// <summary>Serving network: country and network code; null if it never said.</summary>
    [Id(27)] public string? Plmn { get; init; }

    /// <summary>Where it went dark and came back.</summary>
    [Id(28)] public ImmutableArray<DarkSpot> DarkSpots { get; init; } = [];

    /// <summary>The policy version that its last entry named.</summary>
    [Id(29)] public int PolicyVersion { get; init; } = DevicePolicy.Default.Version;

    /// <summary>Of its eUICC, canonical; null if it never said.</summary>
    [Id(30)] public string? Eid { get; init; }

    /// <summary>Moving: faster than 1 m/s in a fix.</summary>
    public bool IsMoving => SpeedDecimetresPerSecond > 10;
}
