using System.Text.Json;
using System.Text.Json.Serialization;

namespace AntiLoss.Grains.Shards;

/// <summary>A message that was acknowledged to a phone that could only lose it, and set aside for an operator to see.</summary>
[GenerateSerializer, Immutable, Alias("dead-letter")]
public sealed record DeadLetter
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Device { get; init; }
    [Id(2)] public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The protocol that could not read it, or <c>log-entry</c> for a report whose phone could not take it.</summary>
    [Id(3)] public required string Protocol { get; init; }

    /// <summary>Why, in words.</summary>
    [Id(4)] public required string Reason { get; init; }

    /// <summary>Bytes of the message as it arrived.</summary>
    [Id(5)] public required long Length { get; init; }

    /// <summary>SHA-256 of the message, hexadecimal; of a message longer than one may be, of its first <see cref="Kept"/> bytes.</summary>
    [Id(6)] public required string Sha256 { get; init; }

    /// <summary>The first bytes, base64, at most <see cref="DeadLetters.BytesInList"/>; null where privacy forbids keeping them.</summary>
    [Id(7)] public string? Bytes { get; init; }

    /// <summary>How many bytes are kept: all of them, the first ones of a message longer than one may be, or none.</summary>
    [Id(8)] public int Kept { get; init; }
}

[JsonSerializable(typeof(DeadLetter))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class DeadLetterJson : JsonSerializerContext
{
    public static byte[] Write(DeadLetter letter) => JsonSerializer.SerializeToUtf8Bytes(letter, Default.DeadLetter);

    public static DeadLetter Read(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, Default.DeadLetter) ?? throw new FormatException("The dead letter is null.");
}
