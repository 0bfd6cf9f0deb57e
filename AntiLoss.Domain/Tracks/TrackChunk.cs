using System.Buffers.Binary;
using System.IO.Hashing;
using AntiLoss.Domain.Binary;

namespace AntiLoss.Domain.Tracks;

/// <summary>
/// Positions of one phone at rest: a version, how many, a column of bits for each field, and a check sum
/// (<c>docs/architecture-track-chunks.md</c>). Keeps their order and every value of every field.
/// </summary>
public static class TrackChunk
{
    /// <summary>Most positions of a chunk: what a joined day is cut into.</summary>
    public const int MaxCount = 4_096;

    private const byte Version = 1;
    private const int CheckLength = sizeof(uint);
    private const int HeadLength = 3;

    /// <summary>The bytes of these positions, in this order.</summary>
    public static byte[] Encode(ReadOnlySpan<TrackFix> fixes)
    {
        if (fixes.Length > MaxCount)
            throw new ArgumentException($"A chunk holds at most {MaxCount} positions.", nameof(fixes));
        var writer = new BitWriter(fixes.Length * 10);
        TrackColumns.Write(writer, fixes);
        Span<byte> head = stackalloc byte[HeadLength];
        head[0] = Version;
        var headLength = 1;
        Varint.Write(head, ref headLength, (ulong)fixes.Length);
        var bytes = writer.ToArray(head[..headLength], CheckLength);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(^CheckLength), Crc32.HashToUInt32(bytes.AsSpan(..^CheckLength)));
        return bytes;
    }

    /// <summary>What <see cref="Encode"/> was given; throws <see cref="FormatException"/> for anything that it did not make.</summary>
    public static ImmutableArray<TrackFix> Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2 + CheckLength)
            throw new FormatException("The chunk is cut off.");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[^CheckLength..]) != Crc32.HashToUInt32(bytes[..^CheckLength]))
            throw new FormatException("The chunk is damaged: its check sum does not hold.");
        if (bytes[0] != Version)
            throw new FormatException($"The chunk is of version {bytes[0]}; this program knows version {Version}.");
        var at = 1;
        var count = Varint.Read(bytes[..^CheckLength], ref at);
        if (count > MaxCount)
            throw new FormatException($"The chunk claims {count} positions; it holds at most {MaxCount}.");
        var reader = new BitReader(bytes[at..^CheckLength]);
        var fixes = TrackColumns.Read(ref reader, (int)count);
        return reader.IsAtEnd ? fixes : throw new FormatException("The chunk has more bytes than positions.");
    }
}
