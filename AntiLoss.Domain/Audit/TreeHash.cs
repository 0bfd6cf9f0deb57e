using System.Buffers.Binary;

namespace AntiLoss.Domain.Audit;

/// <summary>A SHA-256 digest: of a leaf, of a node, or of a whole tree.</summary>
[GenerateSerializer, Immutable, Alias("tree-hash")]
public readonly record struct TreeHash(
    [property: Id(0)] ulong First, [property: Id(1)] ulong Second, [property: Id(2)] ulong Third, [property: Id(3)] ulong Fourth)
{
    /// <summary>Bytes of a digest.</summary>
    public const int Length = 32;

    /// <summary>Reads the first <see cref="Length"/> bytes.</summary>
    public static TreeHash From(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));

    /// <summary>Reads base64; null for anything that is not the base64 of a digest.</summary>
    public static TreeHash? FromBase64(string? text)
    {
        Span<byte> bytes = stackalloc byte[Length + 1];
        return text is not null && Convert.TryFromBase64String(text, bytes, out var read) && read == Length ? From(bytes) : null;
    }

    public void WriteTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, First);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Second);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], Third);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], Fourth);
    }

    public string ToBase64()
    {
        Span<byte> bytes = stackalloc byte[Length];
        WriteTo(bytes);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Hexadecimal, lower case.</summary>
    public override string ToString() => $"{First:x16}{Second:x16}{Third:x16}{Fourth:x16}";
}
