using AntiLoss.Domain.Tracks;
using CsCheck;

namespace AntiLoss.Tests.Tracks;

public sealed class TrackMergeTests
{
    private static readonly Gen<TrackFix[]> Fixes = AnyTrack.LikelyFix.Array[0, 200];

    [Fact]
    public void History_is_in_time_order_each_position_once_and_complete() => Gen.Select(Fixes, Gen.Int[0, 20], Gen.Int[0, 20]).Sample((fixes, since, until) =>
    {
        var from = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000 + (since * 1000));
        var to = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000 + (until * 1000));
        var merged = TrackMerge.InTimeOrder(fixes, from, to);
        Assert.Equal(merged.OrderBy(fix => fix.FixedAtMs), merged.AsEnumerable());
        Assert.Equal(
            Model(fixes.Where(fix => fix.FixedAt >= from && fix.FixedAt <= to)),
            merged.ToDictionary(fix => (fix.FixedAtMs, fix.Place)));
    });

    [Fact]
    public void Joining_days_loses_and_changes_nothing() => Gen.Select(DaysOfChunks, Gen.Int[0, 4], Gen.Int[0, 4]).Sample((chunks, one, other) =>
    {
        var start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var before = TrackMerge.InTimeOrder(chunks.SelectMany(part => part.Fixes));
        var joined = Apply(chunks, TrackJoin.Of(chunks, start.AddDays(Math.Min(one, other))));
        joined = Apply(joined, TrackJoin.Of(joined, start.AddDays(Math.Max(one, other))));
        Assert.Equal(before.AsEnumerable(), TrackMerge.InTimeOrder(joined.SelectMany(part => part.Fixes)).AsEnumerable());
        Assert.True(TrackJoin.Of(joined, start.AddDays(Math.Max(one, other))).IsNothing);
    });

    [Fact]
    public void A_joined_chunk_holds_one_day_and_no_more_than_a_chunk_may() => DaysOfChunks.Sample(chunks =>
    {
        var join = TrackJoin.Of(chunks, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000).AddDays(9));
        Assert.All(join.Joined, part => Assert.Single(part.Fixes.Select(fix => fix.FixedAt.UtcDateTime.Date).Distinct()));
        Assert.All(join.Joined, part => Assert.InRange(part.Fixes.Length, 1, TrackChunk.MaxCount));
        Assert.All(join.Joined, part => Assert.True(part.Number < 0));
        Assert.Equal(join.Joined.Length, join.Joined.DistinctBy(part => part.Number).Count());
        Assert.Equal(chunks.Select(part => part.Number), join.Replaced.Order());
    });

    [Fact]
    public void A_day_too_large_for_one_chunk_is_cut_into_several()
    {
        var fix = new TrackFix { FixedAtMs = 1_700_000_000_000, Place = new(1, 1), ReceivedAtS = 1_700_000_000 };
        var chunks = Enumerable.Range(0, 200)
            .Select(i => new TrackPart(i, [.. Enumerable.Range(0, 48).Select(j => fix with { FixedAtMs = fix.FixedAtMs + (i * 48) + j })]))
            .ToList();
        var join = TrackJoin.Of(chunks, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000).AddDays(2));
        Assert.Equal([4_096, 4_096, 1_408], join.Joined.Select(part => part.Fixes.Length));
    }

    [Fact]
    public void What_was_received_within_the_day_is_left_alone()
    {
        var midnight = new DateTimeOffset(2026, 7, 2, 0, 0, 0, TimeSpan.Zero);
        var fix = new TrackFix { FixedAtMs = 0, Place = new(1, 1), ReceivedAtS = midnight.ToUnixTimeSeconds() - 1 };
        Assert.True(TrackJoin.Of([new TrackPart(1, [fix])], midnight.AddSeconds(-1)).IsNothing);
        Assert.False(TrackJoin.Of([new TrackPart(1, [fix])], midnight).IsNothing);
    }

    /// <summary>Chunks over three days of receipt, each later chunk received later, with fixes from any of the days and from 1969.</summary>
    private static readonly Gen<List<TrackPart>> DaysOfChunks =
        Gen.Select(AnyTrack.LikelyFix, Gen.Int[-1, 3]).Array[1, 30].Array[1, 8].Select(chunks => chunks
            .Select((fixes, number) => new TrackPart(number,
            [
                .. fixes.Select((fix, index) => fix.Item1 with
                {
                    FixedAtMs = fix.Item2 < 0 ? -fix.Item1.FixedAtMs / 1_000_000 : fix.Item1.FixedAtMs + (fix.Item2 * 86_400_000L),
                    ReceivedAtS = 1_700_000_000 + (number * 30_000) + (index * 100),
                }),
            ])).ToList());

    private static List<TrackPart> Apply(List<TrackPart> chunks, TrackJoin join) =>
    [
        .. chunks.Where(part => !join.Replaced.Contains(part.Number) && join.Joined.All(joined => joined.Number != part.Number)),
        .. join.Joined,
    ];

    private static Dictionary<(long, AntiLoss.Domain.Geography.GeoPoint), TrackFix> Model(IEnumerable<TrackFix> fixes) =>
        fixes.GroupBy(fix => (fix.FixedAtMs, fix.Place)).ToDictionary(equals => equals.Key, equals =>
        {
            var received = equals.OrderBy(fix => fix.ReceivedAtS).ToList();
            var winner = received[0].Flag == FixFlag.Ping ? Math.Max(0, received.FindIndex(fix => fix.Flag == FixFlag.None)) : 0;
            return received.Where((_, index) => index != winner).Aggregate(received[winner], (kept, repeat) => kept.FilledFrom(repeat));
        });
}
