using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Hashing;
using AntiLoss.Domain.Tracks;
using CsCheck;

namespace AntiLoss.Tests.Tracks;

public sealed class TrackChunkTests
{
    private static readonly Gen<TrackFix[]> AnyFixes =
        Gen.OneOf(AnyTrack.AnyFix.Array[0, 60], AnyTrack.LikelyFix.Array[0, 60], AnyTrack.DriveFixes);

    [Fact]
    public void A_chunk_keeps_every_field_of_every_position_and_their_order() => AnyFixes.Sample(fixes =>
    {
        var bytes = TrackChunk.Encode(fixes);
        Assert.Equal(fixes, TrackChunk.Decode(bytes).AsEnumerable());
        Assert.Equal(bytes, TrackChunk.Encode(fixes));
    });

    [Fact]
    public void A_joined_day_goes_through_the_same_codec() =>
        Gen.OneOf(AnyTrack.AnyFix, AnyTrack.LikelyFix).Array[TrackChunk.MaxCount].Sample(
            fixes => Assert.Equal(fixes, TrackChunk.Decode(TrackChunk.Encode(fixes)).AsEnumerable()), iter: 10);

    [Fact]
    public void A_chunk_takes_no_more_than_its_most() =>
        Assert.Throws<ArgumentException>(() => TrackChunk.Encode(new TrackFix[TrackChunk.MaxCount + 1]));

    [Fact]
    public void Any_changed_byte_is_noticed() => Gen.Select(AnyFixes, Gen.Int[0, 1 << 20], Gen.Byte[1, 255]).Sample((fixes, at, change) =>
    {
        var bytes = TrackChunk.Encode(fixes);
        bytes[at % bytes.Length] ^= change;
        Assert.Throws<FormatException>(() => TrackChunk.Decode(bytes));
    });

    [Fact]
    public void Any_cut_is_noticed() => Gen.Select(AnyFixes, Gen.Int[0, 1 << 20]).Sample((fixes, at) =>
    {
        var bytes = TrackChunk.Encode(fixes);
        Assert.Throws<FormatException>(() => TrackChunk.Decode(bytes.AsSpan(..(at % bytes.Length))));
    });

    [Fact]
    public void Bytes_that_only_look_right_are_read_or_refused_and_never_more()
    {
        var watch = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tries = 0;
        Gen.Select(AnyFixes, Gen.Select(Gen.Int[0, 1 << 20], Gen.Byte).Array[1, 4], Gen.Int[0, 12]).Sample((fixes, changes, cut) =>
        {
            var bytes = TrackChunk.Encode(fixes);
            foreach (var (at, value) in changes)
                bytes[at % bytes.Length] = value;
            AssertReadOrRefused(Sealed(bytes.AsSpan(..^Math.Min(cut, bytes.Length - 6))));
            tries++;
        }, iter: 3_000, threads: 1);
        Gen.Byte.Array[6, 200].Sample(bytes =>
        {
            bytes[0] = 1;
            AssertReadOrRefused(Sealed(bytes));
            tries++;
        }, iter: 3_000, threads: 1);
        Assert.True(watch.Elapsed < TimeSpan.FromMilliseconds(3) * tries, $"{tries} tries took {watch.Elapsed}.");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000L * tries);
    }

    private static void AssertReadOrRefused(byte[] bytes)
    {
        try
        {
            Assert.True(TrackChunk.Decode(bytes).Length <= TrackChunk.MaxCount);
        }
        catch (FormatException)
        {
        }
    }

    private static byte[] Sealed(ReadOnlySpan<byte> bytes)
    {
        var whole = bytes.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(whole.AsSpan(^4..), Crc32.HashToUInt32(whole.AsSpan(..^4)));
        return whole;
    }
}
