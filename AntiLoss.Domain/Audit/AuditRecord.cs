using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using AntiLoss.Domain.Binary;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Domain.Audit;

/// <summary>How the values beside a leaf are kept. Stored: numbers are never reused.</summary>
public enum BesideKind : byte
{
    /// <summary>They are about nobody.</summary>
    Clear = 0,

    /// <summary>Sealed under the key of the person they are about, and bound to the leaf they lie beside.</summary>
    Sealed = 1,

    /// <summary>That person was erased before the entry was made: they were never kept.</summary>
    None = 2,
}

/// <summary>An entry at rest: its leaf's bytes, and what lies beside.</summary>
public sealed record AuditRecord(ReadOnlyMemory<byte> Leaf, BesideKind Kind, ReadOnlyMemory<byte> Beside)
{
    /// <summary>Bytes of a person's key.</summary>
    public const int KeyLength = 32;

    private const byte Format = 1;

    private static AuditJson Json => AuditJson.Default;

    /// <param name="personKey">Of the leaf's person; null if there is no person, or none any more.</param>
    public static AuditRecord Of(AuditLeaf leaf, AuditValues values, byte[]? personKey)
    {
        var bytes = leaf.ToBytes();
        if (leaf.Person != 0 && personKey is null)
            return new(bytes, BesideKind.None, default);
        var json = JsonSerializer.SerializeToUtf8Bytes(values, Json.AuditValues);
        return personKey is null ? new(bytes, BesideKind.Clear, json) : new(bytes, BesideKind.Sealed, SealedBytes.Seal(personKey, json, bytes));
    }

    /// <summary>The values; null if they can't be read under that key, or are none.</summary>
    public AuditValues? Open(byte[]? personKey)
    {
        try
        {
            return Kind switch
            {
                // What says the same in other bytes is not what was written.
                BesideKind.Clear when JsonSerializer.Deserialize(Beside.Span, Json.AuditValues) is { } values && Beside.Span.SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(values, Json.AuditValues)) => values,
                BesideKind.Sealed when personKey is not null => JsonSerializer.Deserialize(SealedBytes.Open(personKey, Beside.Span, Leaf.Span), Json.AuditValues),
                _ => null,
            };
        }
        catch (Exception exception) when (exception is JsonException or CryptographicException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Format, length of the leaf, leaf, kind, and the rest is what lies beside.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[2 + 10 + Leaf.Length + Beside.Length];
        var writer = new RecordWriter(bytes);
        writer.Byte(Format);
        writer.Unsigned((ulong)Leaf.Length);
        Leaf.Span.CopyTo(bytes.AsSpan(writer.Length));
        var at = writer.Length + Leaf.Length;
        bytes[at++] = (byte)Kind;
        Beside.Span.CopyTo(bytes.AsSpan(at));
        return bytes[..(at + Beside.Length)];
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; null for anything else.</summary>
    public static AuditRecord? Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new RecordReader(bytes.Span);
            if (reader.Byte() != Format)
                return null;
            var length = (int)Math.Min(reader.Unsigned(), int.MaxValue);
            var start = reader.Position;
            _ = reader.Bytes(length);
            var kind = (BesideKind)reader.Byte();
            return kind <= BesideKind.None ? new(bytes.Slice(start, length), kind, bytes[reader.Position..]) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>How values are written.</summary>
[JsonSerializable(typeof(AuditValues))]
[JsonSerializable(typeof(SignedText))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
internal sealed partial class AuditJson : JsonSerializerContext;
