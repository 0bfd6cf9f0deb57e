namespace AntiLoss.Domain.Tracks;

/// <summary>
/// The nightly pass over one phone: many small chunks that overlap in time become one for each UTC day of fix time,
/// sorted and without repeats. So a day is read at once, and retention deletes by the day.
/// </summary>
/// <param name="Replaced">Numbers of chunks to delete; none of them is among <paramref name="Joined"/>.</param>
/// <param name="Joined">
/// Chunks to write. Their numbers are negative and name the day, so that a day that is joined again replaces itself and
/// never a chunk that the phone fills.
/// </param>
public sealed record TrackJoin(ImmutableArray<long> Replaced, ImmutableArray<TrackPart> Joined)
{
    private const long MostPartsOfDay = 1 << 20;
    private const long DayMs = 86_400_000;
    /// <summary>Nothing to join.</summary>
    public static readonly TrackJoin Nothing = new([], []);

    /// <summary>Whether there is anything to do.</summary>
    public bool IsNothing => Replaced.IsEmpty && Joined.IsEmpty;

    /// <summary>
    /// What to replace by what. A chunk is joined once everything in it was received before the UTC day of <paramref name="now"/>.
    /// </summary>
    /// <param name="closed">
    /// The phone's closed chunks, never the open one, with the joined ones of the days that they touch; other joined ones
    /// are left alone.
    /// </param>
    public static TrackJoin Of(IEnumerable<TrackPart> closed, DateTimeOffset now)
    {
        var parts = closed.OrderBy(part => part.Number).ToList();
        var fresh = parts.Where(part => IsOfFinishedDays(part, now)).ToList();
        if (fresh.Count == 0)
            return Nothing;
        var days = fresh.SelectMany(part => part.Fixes).Select(DayOf).ToHashSet();
        var sources = fresh.Concat(parts.Where(part => part.Number < 0 && part.Fixes.Any(fix => days.Contains(DayOf(fix))))).ToList();
        var joined = TrackMerge.InTimeOrder(sources.SelectMany(part => part.Fixes))
            .GroupBy(DayOf)
            .SelectMany(day => day.Chunk(TrackChunk.MaxCount).Select((fixes, index) => new TrackPart(NumberOf(day.Key, index), [.. fixes])))
            .ToImmutableArray();
        return new([.. sources.Select(part => part.Number).Except(joined.Select(part => part.Number))], joined);
    }

    /// <summary>The UTC days of fix time that <see cref="Of"/> would join: it needs their joined chunks too.</summary>
    public static IEnumerable<(DateTimeOffset Since, DateTimeOffset Until)> DaysOf(IEnumerable<TrackPart> closed, DateTimeOffset now) =>
        closed.Where(part => IsOfFinishedDays(part, now)).SelectMany(part => part.Fixes).Select(fix => new DateTimeOffset(fix.FixedAt.Date, TimeSpan.Zero))
            .Distinct().Select(day => (day, day.AddTicks(TimeSpan.TicksPerDay - 1)));

    private static bool IsOfFinishedDays(TrackPart part, DateTimeOffset now) =>
        part.Number >= 0 && part.Fixes.All(fix => fix.ReceivedAtS < new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).ToUnixTimeSeconds());

    // From year 1 on, as DateTimeOffset can say it: phones whose clock is lost report days before 1970.
    private static long DayOf(TrackFix fix) => Math.Clamp(
        (fix.FixedAtMs / DayMs) - (fix.FixedAtMs % DayMs < 0 ? 1 : 0) - (DateTimeOffset.MinValue.ToUnixTimeMilliseconds() / DayMs), 0, 4_000_000);

    private static long NumberOf(long day, int part) => -1 - (day * MostPartsOfDay) - part;
}
