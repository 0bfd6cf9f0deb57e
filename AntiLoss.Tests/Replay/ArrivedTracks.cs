using System.Globalization;
using AntiLoss.Tests.Support;
using AntiLoss.Tests.Tracks;

namespace AntiLoss.Tests.Replay;

/// <summary>The real tracks as they really arrived: by <c>rx</c>, then <c>seq</c>, and as many at once as the phone sent.</summary>
internal static class ArrivedTracks
{
    private const double UploadSeconds = 10;

    /// <summary>Where no arrival is known, a phone with a timer of so many seconds: some of its fixes are late, most are not.</summary>
    private const double TimerSeconds = 400;

    public static IEnumerable<ReplayTrack> All() => RealTracks.Files.SelectMany(Of);

    public static IEnumerable<ReplayTrack> Of(string file) =>
        SharedData.Lines($"tracks/{file}.csv.gz")
            .Skip(1)
            .Select(line => line.Split(','))
            .GroupBy(row => row[0])
            .Select(rows => new ReplayTrack(rows.Key, [.. Uploads(rows.OrderBy(row => Number(row[10]) ?? 0).ThenBy(row => Number(row[1])))]));

    private static IEnumerable<Upload> Uploads(IEnumerable<string[]> rows)
    {
        var (waiting, startedAt, arrivedAt) = (new List<SentFix>(), double.MinValue, double.MinValue);
        foreach (var row in rows)
        {
            var at = Number(row[10]) ?? Math.Max(arrivedAt, Math.Ceiling((Number(row[2])!.Value + 1) / TimerSeconds) * TimerSeconds);
            if (waiting.Count > 0 && at - startedAt > UploadSeconds)
            {
                yield return new Upload((long)(arrivedAt * 1000), waiting);
                waiting = [];
            }
            if (waiting.Count == 0)
                startedAt = at;
            arrivedAt = at;
            waiting.Add(Fix(row));
        }
        yield return new Upload((long)(arrivedAt * 1000), waiting);
    }

    private static SentFix Fix(string[] row) => new(
        (long)Math.Round(Number(row[2])!.Value * 1000),
        Number(row[3])!.Value,
        Number(row[4])!.Value,
        Number(row[5]),
        Number(row[8]),
        Number(row[6]) is >= 0 and var speed ? speed : null);

    private static double? Number(string text) => text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);
}
