using AntiLoss.Domain.Tracks;

namespace AntiLoss.Tests.Tracks;

public sealed class TrackSizeTests(ITestOutputHelper output)
{
    /// <summary>What a row of the table costs beside its bytes: key, times, count and the page's own.</summary>
    private const int RowBytes = 40;

    /// <summary>An open chunk's two objects beside its packed positions.</summary>
    private const int ObjectBytes = 64;

    [Fact]
    public void Real_tracks_take_at_most_10_bytes_a_position_at_rest_and_15_in_memory()
    {
        var (positions, atRest, asDays, inMemory) = (0L, 0L, 0L, 0L);
        foreach (var file in RealTracks.Files)
        {
            var (ofFile, restOfFile, daysOfFile, memoryOfFile) = (0L, 0L, 0L, 0L);
            foreach (var track in RealTracks.Of(file))
            {
                ofFile += track.Length;
                restOfFile += track.Chunk(OpenChunk.Capacity).Sum(StoredLength);
                memoryOfFile += track.Chunk(OpenChunk.Capacity).Sum(fixes => ObjectBytes + OpenChunk.From(1, fixes).PackedLength);
                var join = TrackJoin.Of(track.Chunk(OpenChunk.Capacity).Select((fixes, i) => new TrackPart(i, [.. fixes])), DateTimeOffset.UnixEpoch.AddYears(1_000));
                daysOfFile += join.Joined.Sum(part => StoredLength([.. part.Fixes]));
            }
            Print(file, ofFile, restOfFile, daysOfFile, memoryOfFile);
            (positions, atRest, asDays, inMemory) = (positions + ofFile, atRest + restOfFile, asDays + daysOfFile, inMemory + memoryOfFile);
        }
        Print("in total", positions, atRest, asDays, inMemory);
        Assert.InRange((double)atRest / positions, 1, 10);
        Assert.InRange((double)asDays / positions, 1, 10);
        Assert.InRange((double)inMemory / positions, 1, 15);
    }

    private static long StoredLength(TrackFix[] fixes)
    {
        var bytes = TrackChunk.Encode(fixes);
        Assert.Equal(fixes, TrackChunk.Decode(bytes).AsEnumerable());
        return bytes.Length + RowBytes;
    }

    private void Print(string what, long positions, long atRest, long asDays, long inMemory) => output.WriteLine(FormattableString.Invariant(
        $"{what}: {positions} positions; bytes each: {(double)atRest / positions:F2} in chunks of 48, {(double)asDays / positions:F2} in joined days, {(double)inMemory / positions:F2} in memory"));
}
