using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Tracks;
using CsCheck;

namespace AntiLoss.Tests.Tracks;

public sealed class OpenChunkTests
{
    private static readonly Gen<TrackFix[]> AnyFixes =
        Gen.OneOf(AnyTrack.AnyFix.Array[0, OpenChunk.Capacity], AnyTrack.LikelyFix.Array[0, OpenChunk.Capacity]);

    [Fact]
    public void An_open_chunk_holds_what_was_added_in_the_order_of_arrival() => AnyFixes.Sample(fixes =>
    {
        var chunk = OpenChunk.Empty(7);
        foreach (var fix in fixes)
            chunk = chunk.Add(fix);
        Assert.Equal(7, chunk.Number);
        Assert.Equal(fixes.Length, chunk.Count);
        Assert.Equal(fixes.Length == OpenChunk.Capacity, chunk.IsFull);
        Assert.Equal(fixes, chunk.Fixes.AsEnumerable());
        Assert.Equal(chunk, OpenChunk.From(7, fixes));
        Assert.Equal(chunk.GetHashCode(), OpenChunk.From(7, fixes).GetHashCode());
    });

    [Fact]
    public void It_finds_the_first_position_of_a_time_and_place() => Gen.Select(AnyFixes, AnyTrack.LikelyFix).Sample((fixes, other) =>
    {
        var chunk = OpenChunk.From(1, fixes);
        foreach (var asked in fixes.Append(other))
        {
            var expected = fixes.Where(fix => fix.IsSamePosition(asked)).Select(fix => (TrackFix?)fix).FirstOrDefault();
            var isFound = chunk.TryFind(asked.FixedAtMs, asked.Place, out var found);
            Assert.Equal(expected, isFound ? found : null);
        }
    });

    [Fact]
    public void Replacing_a_position_changes_only_the_first_of_its_time_and_place() =>
        Gen.Select(AnyTrack.LikelyFix.Array[1, OpenChunk.Capacity], AnyTrack.AnyFix, Gen.Int[0, OpenChunk.Capacity - 1]).Sample((fixes, more, at) =>
        {
            var filled = more with { FixedAtMs = fixes[at % fixes.Length].FixedAtMs, Place = fixes[at % fixes.Length].Place };
            var first = Array.FindIndex(fixes, fix => fix.IsSamePosition(filled));
            var before = OpenChunk.From(1, fixes);
            var after = before.Replace(filled);
            Assert.Equal(fixes, before.Fixes.AsEnumerable());
            Assert.Equal(fixes.Select((fix, i) => i == first ? filled : fix), after.Fixes.AsEnumerable());
        });

    [Fact]
    public void A_chunk_that_two_futures_grow_from_keeps_both_apart() =>
        Gen.Select(AnyTrack.LikelyFix.Array[0, OpenChunk.Capacity - 1], AnyTrack.AnyFix, AnyTrack.AnyFix).Sample((fixes, one, other) =>
        {
            var chunk = fixes.Aggregate(OpenChunk.Empty(3), (open, fix) => open.Add(fix));
            var (first, second) = (chunk.Add(one), chunk.Add(other));
            Assert.Equal(fixes, chunk.Fixes.AsEnumerable());
            Assert.Equal([.. fixes, one], first.Fixes.AsEnumerable());
            Assert.Equal([.. fixes, other], second.Fixes.AsEnumerable());
        });

    [Fact]
    public void A_full_chunk_takes_no_more()
    {
        var fix = new TrackFix { FixedAtMs = 1, Place = new GeoPoint(1, 1), ReceivedAtS = 1 };
        var full = OpenChunk.From(1, Enumerable.Repeat(fix, OpenChunk.Capacity));
        Assert.Throws<InvalidOperationException>(() => full.Add(fix));
        Assert.Throws<ArgumentException>(() => OpenChunk.From(1, Enumerable.Repeat(fix, OpenChunk.Capacity + 1)));
        Assert.Throws<ArgumentException>(() => OpenChunk.Empty(1).Replace(fix));
    }
}
