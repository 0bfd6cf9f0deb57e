namespace AntiLoss.Tests.Replay;

/// <summary>
/// A made-up track with every trouble at once: leaps that come back and leaps that stay, places that cannot be, clocks
/// that are wrong, repeats at once and much later, some that know more, and everything out of order.
/// </summary>
internal static class TroubledTrack
{
    private const int Count = 250;

    /// <summary>How long a track lasts.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromHours(6);

    /// <param name="step">Milliseconds of the fix times: 1,000 for an app that knows whole seconds only.</param>
    public static ReplayTrack Of(string name, DateTimeOffset start, int step, Random chance)
    {
        var fixes = new List<SentFix>();
        var (latitude, longitude, away) = (52.38, 10.03, 0);
        for (var i = 0; i < Count; i++)
        {
            (latitude, longitude) = (latitude + ((chance.NextDouble() - 0.5) / 1_000), longitude + ((chance.NextDouble() - 0.5) / 1_000));
            away = away > 0 ? away - 1 : chance.Next(40) == 0 ? chance.Next(1, 4) : 0;
            if (chance.Next(60) == 0)
                latitude += chance.Next(2) == 0 ? 2 : -2;
            var at = start.ToUnixTimeMilliseconds() + (i * (long)Length.TotalMilliseconds / Count) + chance.Next(8_000);
            var fix = new SentFix(at / step * step, latitude + away, longitude, Accuracy(chance), chance.Next(10) == 0 ? 9_000 : 50.4, 12.5);
            fixes.Add(chance.Next(40) switch
            {
                0 => fix with { Latitude = 0, Longitude = 0 },
                1 => fix with { Latitude = 95 },
                2 => fix with { FixedAtMs = fix.FixedAtMs + (long)TimeSpan.FromHours(12).TotalMilliseconds },
                3 => fix with { FixedAtMs = fix.FixedAtMs - (long)TimeSpan.FromDays(9_000).TotalMilliseconds },
                _ => fix,
            });
        }
        return new ReplayTrack(name, [.. Uploads(fixes, start, chance)]);
    }

    // An upload is received some time after its fixes; late ones wait for a later upload, and repeats join any.
    private static IEnumerable<Upload> Uploads(List<SentFix> fixes, DateTimeOffset start, Random chance)
    {
        var later = new List<SentFix>();
        for (var first = 0; first < fixes.Count;)
        {
            var sent = new List<SentFix>();
            for (var left = chance.Next(1, 25); left > 0 && first < fixes.Count; left--, first++)
                (chance.Next(12) == 0 ? later : sent).Add(fixes[first]);
            if (chance.Next(3) == 0)
            {
                sent.AddRange(later);
                later = [];
            }
            for (var repeats = chance.Next(4); repeats > 0; repeats--)
                sent.Add(fixes[chance.Next(chance.Next(2) == 0 ? 0 : Math.Max(0, first - 10), first)] with { Accuracy = 3 });
            var arrived = start.ToUnixTimeMilliseconds() + (first * (long)Length.TotalMilliseconds / Count) + 10_000;
            yield return new Upload(arrived, sent);
        }
        if (later.Count > 0)
            yield return new Upload((start + Length).ToUnixTimeMilliseconds() + 60_000, later);
    }

    private static double? Accuracy(Random chance) => chance.Next(6) switch
    {
        0 => null,
        1 => 1_200,
        _ => chance.Next(3, 90),
    };
}
