namespace AntiLoss.Domain.Tracks;

/// <summary>History as it is read: chunks overlap in time, because phones send late and twice.</summary>
public static class TrackMerge
{
    /// <summary>
    /// The positions of a phone from <paramref name="since"/> to <paramref name="until"/>, both included, in time order,
    /// each once. Of equal ones (same fix time and place) the first received wins, a plausible one over a ping; the
    /// others fill what it does not know.
    /// </summary>
    /// <param name="fixes">All positions of its chunks, in order of chunk number and of arrival.</param>
    public static ImmutableArray<TrackFix> InTimeOrder(IEnumerable<TrackFix> fixes, DateTimeOffset since, DateTimeOffset until)
    {
        var (sinceMs, untilMs) = (since.ToUnixTimeMilliseconds(), until.ToUnixTimeMilliseconds());
        return InTimeOrder(fixes.Where(fix => fix.FixedAtMs >= sinceMs && fix.FixedAtMs <= untilMs));
    }

    /// <summary>All of them; see the other.</summary>
    public static ImmutableArray<TrackFix> InTimeOrder(IEnumerable<TrackFix> fixes)
    {
        var merged = ImmutableArray.CreateBuilder<TrackFix>();
        // Places of one moment are in an order of their own, so that joining chunks changes nothing that is read.
        foreach (var fix in fixes
            .OrderBy(fix => fix.FixedAtMs).ThenBy(fix => fix.Place.LatitudeE6).ThenBy(fix => fix.Place.LongitudeE6).ThenBy(fix => fix.ReceivedAtS))
        {
            if (merged.Count > 0 && merged[^1].IsSamePosition(fix))
                merged[^1] = OneOf(merged[^1], fix);
            else
                merged.Add(fix);
        }
        return merged.DrainToImmutable();
    }

    // A ping's place is that of an unknown earlier moment; the same place as a fix says when the phone was there.
    private static TrackFix OneOf(in TrackFix kept, in TrackFix repeat) =>
        kept.Flag == FixFlag.Ping && repeat.Flag == FixFlag.None ? repeat.FilledFrom(kept) : kept.FilledFrom(repeat);
}
