using AntiLoss.Domain.Geography;

namespace AntiLoss.Domain.Reports;

/// <summary>
/// One message of a phone, decoded: what it said, in SI units, with nothing added. Null means that the phone did not
/// say. Made by a protocol decoder; <c>ReportRecord</c> writes it into the log at the history's precision.
/// </summary>
[GenerateSerializer, Immutable, Alias("report")]
public sealed record Report
{
    /// <summary>Name of the event that a broker speaks for a phone whose connection ended: no word of the phone itself.</summary>
    public const string LastWill = "last-will";

    /// <summary>Name of the event by which an app tells its push token, in the detail.</summary>
    public const string PushToken = "push-token";

    [Id(0)] public required ReportKind Kind { get; init; }

    /// <summary>When the phone was at <see cref="Place"/>, by its own clock, to 1 ms; null if it gave no time of its own.</summary>
    [Id(1)] public DateTimeOffset? FixedAt { get; init; }

    /// <summary>When the phone built or sent the message, by its own clock, to 1 s.</summary>
    [Id(2)] public DateTimeOffset? SentAt { get; init; }

    [Id(3)] public GeoPoint? Place { get; init; }

    /// <summary>Radius in metres, 68 %.</summary>
    [Id(4)] public double? AccuracyMetres { get; init; }

    [Id(5)] public double? SpeedMetresPerSecond { get; init; }

    /// <summary>Degrees clockwise from north, 0 to 360.</summary>
    [Id(6)] public double? CourseDegrees { get; init; }

    /// <summary>Metres above sea level.</summary>
    [Id(7)] public double? AltitudeMetres { get; init; }

    /// <summary>0 to 100.</summary>
    [Id(8)] public double? BatteryPercent { get; init; }

    [Id(9)] public bool? Charging { get; init; }

    [Id(10)] public Bearer Bearer { get; init; }

    /// <summary>Why the phone reported, one ASCII character as OwnTracks' <c>t</c> has it; '\0' if it did not say.</summary>
    [Id(11)] public char Trigger { get; init; }

    /// <summary>The place came from a mock location provider.</summary>
    [Id(12)] public bool Mock { get; init; }

    /// <summary>The message's own id, where the protocol has one; at most 40 characters.</summary>
    [Id(13)] public string? MessageId { get; init; }

    /// <summary>For an event: its kind, kebab-case (<c>region-enter</c>, <c>region-leave</c>, <c>sos</c>, <c>app-status</c>, <c>last-will</c>, <c>push-token</c>, …).</summary>
    [Id(14)] public string? EventName { get; init; }

    /// <summary>For an event: what the phone said about it, in its own words or JSON; at most 2,000 characters.</summary>
    [Id(15)] public string? EventDetail { get; init; }

    /// <summary>Whether this is a fix: a place with a time of its own.</summary>
    public bool IsFix => Kind is not (ReportKind.Contact or ReportKind.Ping) && Place is not null && FixedAt is not null;
}
