using System.Globalization;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;
using AntiLoss.Domain.Tracks;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Tracks;

/// <summary>The real tracks as history keeps them, in order of arrival; what the files lack is as an app would send it.</summary>
internal static class RealTracks
{
    public static readonly string[] Files =
    [
        "aracaju-gotrack", "emission-phones", "kubicka-osm", "liverpool-bus14", "owntracks-demo", "saopaulo-phones", "sf-cabs",
    ];

    /// <summary>Every track of a file, each distinct fix once.</summary>
    public static IEnumerable<TrackFix[]> Of(string file) =>
        SharedData.Lines($"tracks/{file}.csv.gz")
            .Skip(1)
            .Select(line => line.Split(','))
            .GroupBy(row => row[0])
            .Select(track => Arrived([.. track.OrderBy(row => Number(row[10]) ?? 0).ThenBy(row => Number(row[1]))], new Random(track.Key.Length)));

    private static TrackFix[] Arrived(List<string[]> rows, Random random)
    {
        var fixes = new List<TrackFix>();
        var known = new HashSet<(long, GeoPoint)>();
        var (battery, isCharging, bearer, latest) = (90.0, false, Bearer.Mobile, (TrackFix?)null);
        foreach (var row in rows)
        {
            var fixedAt = (long)Math.Round(Number(row[2])!.Value * 1000);
            if (GeoPoint.From(Number(row[3])!.Value, Number(row[4])!.Value) is not { } place || !known.Add((fixedAt, place)))
                continue;
            var minutes = latest is { } before ? Math.Max(0, (fixedAt - before.FixedAtMs) / 60_000.0) : 0;
            battery = Math.Clamp(battery + (minutes * (isCharging ? 1 : -0.25)), 1, 99);
            isCharging = isCharging ? battery < 99 : battery < 15;
            if (random.Next(200) == 0)
                bearer = bearer == Bearer.Mobile ? Bearer.Wifi : Bearer.Mobile;
            var fix = Fix(row, fixedAt, place, random) with { Bearer = bearer, Charging = isCharging };
            fix = fix with
            {
                BatteryPercent = fix.BatteryPercent ?? (int)battery,
                Late = fixedAt < latest?.FixedAtMs || fix.ReceivedAtS - (fixedAt / 1000) > 300,
                Flag = latest is { } last && fixedAt > last.FixedAtMs && Teleport.IsBetween(last, fix) ? FixFlag.Teleport : FixFlag.None,
            };
            fixes.Add(fix);
            if (latest is null || fixedAt > latest.Value.FixedAtMs)
                latest = fix;
        }
        return [.. fixes];
    }

    private static TrackFix Fix(string[] row, long fixedAt, GeoPoint place, Random random) => new()
    {
        FixedAtMs = fixedAt,
        Place = place,
        ReceivedAtS = (long?)Number(row[10]) ?? ((fixedAt / 1000) + 1 + random.Next(4)),
        SentAtS = (fixedAt / 1000) + (random.Next(4) == 0 ? 1 : 0),
        AccuracyMetres = Whole(row[5], 1, 0),
        SpeedDecimetresPerSecond = Whole(row[6], 10, 0),
        CourseDegrees = Whole(row[7], 1, 0) % 360,
        AltitudeMetres = Whole(row[8], 1, -100_000),
        BatteryPercent = Whole(row[9], 1, 0),
        Trigger = 't',
    };

    private static int? Whole(string text, int scale, int least) =>
        Number(text) is { } number && number >= least ? (int)Math.Round(number * scale) : null;

    private static double? Number(string text) =>
        text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);
}
