using System.Buffers.Text;
using System.Text.Json;

namespace AntiLoss.Domain.Agents;

/// <summary>
/// What a phone posts: its envelope, the signature over it, and beside them the places that the envelope names by
/// digest. So a place can be taken out, and the signature still checks.
/// </summary>
/// <param name="Places">Each the bytes of a <see cref="SaltedPlace"/>.</param>
public sealed record SignedEnvelope(ReadOnlyMemory<byte> Envelope, ReadOnlyMemory<byte> Signature, ImmutableArray<ReadOnlyMemory<byte>> Places)
{
    /// <summary>Bytes of an envelope.</summary>
    public const int MaxBytes = 128 << 10;

    private const int MaxPlaceBytes = 1_024;

    /// <exception cref="AgentFormatException">It is not as it must be.</exception>
    public static SignedEnvelope Read(ReadOnlyMemory<byte> body)
    {
        var fields = new AgentFields(AgentFields.Parse(body, "body"));
        var places = fields.Optional("places");
        if (places is { ValueKind: not JsonValueKind.Array })
            throw fields.Wrong("places", "expected a list");
        if (places?.GetArrayLength() > AgentEnvelope.MaxItems)
            throw fields.Wrong("places", $"more than {AgentEnvelope.MaxItems}");
        return new SignedEnvelope(
            fields.Bytes("message", MaxBytes),
            fields.Bytes("signature", AgentSignature.Length),
            places is { } list ? [.. list.EnumerateArray().Select(PlaceOf)] : []);
    }

    /// <summary>As <see cref="Read"/> reads it.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(new Wire(
        Base64Url.EncodeToString(Envelope.Span), Base64Url.EncodeToString(Signature.Span),
        [.. Places.Select(place => Base64Url.EncodeToString(place.Span))]), SignedMessageJson.Default.Wire);

    private static ReadOnlyMemory<byte> PlaceOf(JsonElement element, int index)
    {
        if (element.ValueKind == JsonValueKind.String && element.GetString() is { Length: <= MaxPlaceBytes } text && Base64Url.IsValid(text))
            return Base64Url.DecodeFromChars(text);
        throw new AgentFormatException($"places[{index}]", "expected base64url");
    }

    internal sealed record Wire(string Message, string Signature, string[] Places);
}
