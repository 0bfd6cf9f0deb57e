using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Domain.Tracks;

/// <summary>
/// One position of a phone's history, at the history's precision: fix time to 1 ms, sent and received to 1 s,
/// coordinates to 1e-6°, whole metres, 0.1 m/s, whole degrees, whole percent. Null means that the phone did not say.
/// </summary>
[GenerateSerializer, Immutable, Alias("track-fix")]
public readonly record struct TrackFix
{
    /// <summary>Fix time, Unix milliseconds, by the phone's clock.</summary>
    [Id(0)] public required long FixedAtMs { get; init; }

    [Id(1)] public required GeoPoint Place { get; init; }

    /// <summary>When the server received it, Unix seconds.</summary>
    [Id(2)] public required long ReceivedAtS { get; init; }

    /// <summary>When the phone says it sent it, Unix seconds.</summary>
    [Id(3)] public long? SentAtS { get; init; }

    [Id(4)] public int? AccuracyMetres { get; init; }

    /// <summary>Tenths of a metre per second.</summary>
    [Id(5)] public int? SpeedDecimetresPerSecond { get; init; }

    /// <summary>Degrees clockwise from north, 0 to 359.</summary>
    [Id(6)] public int? CourseDegrees { get; init; }

    [Id(7)] public int? AltitudeMetres { get; init; }

    [Id(8)] public int? BatteryPercent { get; init; }

    [Id(9)] public bool? Charging { get; init; }

    [Id(10)] public Bearer Bearer { get; init; }

    /// <summary>One ASCII character, '\0' if none.</summary>
    [Id(11)] public char Trigger { get; init; }

    [Id(12)] public bool Mock { get; init; }

    [Id(13)] public FixFlag Flag { get; init; }

    /// <summary>When it arrived, a later fix was already known, or it was over 5 minutes old.</summary>
    [Id(14)] public bool Late { get; init; }

    public DateTimeOffset FixedAt => DateTimeOffset.FromUnixTimeMilliseconds(FixedAtMs);

    public DateTimeOffset ReceivedAt => DateTimeOffset.FromUnixTimeSeconds(ReceivedAtS);

    /// <summary>Whether two rows are the same position of history: equal fix time and place, whatever else they know.</summary>
    public bool IsSamePosition(in TrackFix other) => FixedAtMs == other.FixedAtMs && Place == other.Place;

    /// <summary>
    /// This position with its empty fields filled from a repeat that knows more; what was received first wins, and
    /// receipt, flag and lateness stay.
    /// </summary>
    public TrackFix FilledFrom(in TrackFix repeat) => this with
    {
        SentAtS = SentAtS ?? repeat.SentAtS,
        AccuracyMetres = AccuracyMetres ?? repeat.AccuracyMetres,
        SpeedDecimetresPerSecond = SpeedDecimetresPerSecond ?? repeat.SpeedDecimetresPerSecond,
        CourseDegrees = CourseDegrees ?? repeat.CourseDegrees,
        AltitudeMetres = AltitudeMetres ?? repeat.AltitudeMetres,
        BatteryPercent = BatteryPercent ?? repeat.BatteryPercent,
        Charging = Charging ?? repeat.Charging,
        Bearer = Bearer == Bearer.Unknown ? repeat.Bearer : Bearer,
        Trigger = Trigger == '\0' ? repeat.Trigger : Trigger,
        Mock = Mock || repeat.Mock,
    };

    /// <summary>The history row of a report that is a fix or a ping with a place.</summary>
    public static TrackFix From(Report report, DateTimeOffset receivedAt, FixFlag flag, bool late) => new()
    {
        FixedAtMs = report.FixedAt!.Value.ToUnixTimeMilliseconds(),
        Place = report.Place!.Value,
        ReceivedAtS = receivedAt.ToUnixTimeSeconds(),
        SentAtS = report.SentAt?.ToUnixTimeSeconds(),
        AccuracyMetres = Rounded(report.AccuracyMetres, 0, 10_000_000),
        SpeedDecimetresPerSecond = Rounded(report.SpeedMetresPerSecond * 10, 0, 1_000_000),
        CourseDegrees = Rounded(report.CourseDegrees, 0, 360) % 360,
        AltitudeMetres = Rounded(report.AltitudeMetres, -100_000, 1_000_000),
        BatteryPercent = Rounded(report.BatteryPercent, 0, 100),
        Charging = report.Charging,
        Bearer = report.Bearer,
        Trigger = report.Trigger,
        Mock = report.Mock,
        Flag = flag,
        Late = late,
    };

    private static int? Rounded(double? value, int least, int most) =>
        value is { } number && number >= least && number <= most ? (int)Math.Round(number) : null;
}
