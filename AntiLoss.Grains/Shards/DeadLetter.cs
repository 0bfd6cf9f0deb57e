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

    [Id(5)] public required int Length { get; init; }

    /// <summary>SHA-256 of the bytes, hexadecimal.</summary>
    [Id(6)] public required string Sha256 { get; init; }

    /// <summary>The bytes, base64; null where privacy forbids keeping them.</summary>
    [Id(7)] public string? Bytes { get; init; }
}

[JsonSerializable(typeof(DeadLetter))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class DeadLetterJson : JsonSerializerContext
{
    public static byte[] Write(DeadLetter letter) => JsonSerializer.SerializeToUtf8Bytes(letter, Default.DeadLetter);

    public static DeadLetter Read(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, Default.DeadLetter) ?? throw new FormatException("The dead letter is null.");
}
