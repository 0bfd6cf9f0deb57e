namespace AntiLoss.Tests.Replay;

/// <summary>What is in the history of a fix.</summary>
internal sealed class ExpectedRow(SentFix fix)
{
    public FixIdentity Identity { get; } = fix.Identity;

    public double? Accuracy { get; set; } = fix.Accuracy;

    public double? Altitude { get; } = fix.Altitude;

    public bool Late { get; init; }

    public string? Flagged { get; set; }
}

/// <summary>
/// What a phone's history and latest place must be, told fix by fix in order of arrival: the rules as they are written
/// down, as plainly as they can be programmed, and nothing of the product's own code.
/// </summary>
internal sealed class ExpectedHistory(long sinceMs)
{
    private const long FiveMinutesMs = 300_000;
    private readonly Dictionary<FixIdentity, ExpectedRow> _rows = [];
    private ExpectedRow? _candidate;
    private long _greatestMs = long.MinValue;

    public IReadOnlyDictionary<FixIdentity, ExpectedRow> Rows => _rows;

    public ExpectedRow? Latest { get; private set; }

    public bool HasTeleport => _rows.Values.Any(row => row.Flagged == "teleport");

    public void Take(SentFix fix, long receivedMs)
    {
        // A repeat changes nothing but what was not known.
        if (_rows.TryGetValue(fix.Identity, out var known))
        {
            known.Accuracy ??= fix.Accuracy;
            return;
        }
        var row = new ExpectedRow(fix)
        {
            Late = fix.FixedAtMs < _greatestMs || receivedMs - fix.FixedAtMs > FiveMinutesMs,
            Flagged = IsPossible(fix, receivedMs) ? null : "impossible",
        };
        _rows.Add(fix.Identity, row);
        if (row.Flagged is not null)
            return;
        _greatestMs = Math.Max(_greatestMs, fix.FixedAtMs);
        if (Latest is null || fix.FixedAtMs > Latest.Identity.FixedAtMs)
            Judge(row);
    }

    private bool IsPossible(SentFix fix, long receivedMs) =>
        Math.Abs(fix.Latitude) <= 90 && Math.Abs(fix.Longitude) <= 180
        && fix is not { Latitude: 0, Longitude: 0 }
        && fix.FixedAtMs - receivedMs <= FiveMinutesMs
        && fix.FixedAtMs >= sinceMs;

    // The next newer fix within the limit of the candidate makes the jump stand, one within that of the latest drops it.
    private void Judge(ExpectedRow row)
    {
        if (_candidate is { } candidate && !IsJump(candidate, row))
            (Latest, _candidate) = (candidate.Identity.FixedAtMs > row.Identity.FixedAtMs ? candidate : row, null);
        else if (Latest is null || !IsJump(Latest, row))
            (Latest, _candidate) = (row, null);
        else
            (row.Flagged, _candidate) = ("teleport", row);
    }

    private static bool IsJump(ExpectedRow one, ExpectedRow other)
    {
        if (one.Accuracy is not <= 100 || other.Accuracy is not <= 100)
            return false;
        var seconds = Math.Abs(one.Identity.FixedAtMs - other.Identity.FixedAtMs) / 1000.0;
        var kilometresPerHour = one.Altitude > 3_000 || other.Altitude > 3_000 ? 1_000 : 400;
        return seconds >= 10 && Metres(one.Identity, other.Identity) / seconds * 3.6 > kilometresPerHour;
    }

    // Along the chord through the Earth to the arc over it.
    private static double Metres(FixIdentity one, FixIdentity other)
    {
        const double Radius = 6_371_008.8;
        var (a, b) = (Direction(one), Direction(other));
        var chord = Math.Sqrt(Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2) + Math.Pow(a.Z - b.Z, 2));
        return 2 * Radius * Math.Asin(Math.Min(1, chord / 2));
    }

    private static (double X, double Y, double Z) Direction(FixIdentity fix)
    {
        var (latitude, longitude) = (double.DegreesToRadians(fix.LatitudeE6 / 1e6), double.DegreesToRadians(fix.LongitudeE6 / 1e6));
        return (Math.Cos(latitude) * Math.Cos(longitude), Math.Cos(latitude) * Math.Sin(longitude), Math.Sin(latitude));
    }
}
