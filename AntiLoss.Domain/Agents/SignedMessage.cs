using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AntiLoss.Domain.Agents;

/// <summary>A message as it travels, either way: its bytes and the signature over exactly those, both as base64url.</summary>
/// <param name="Message">JSON, UTF-8.</param>
/// <param name="Signature">See <see cref="AgentSignature"/>.</param>
public sealed record SignedMessage(string Message, string Signature)
{
    public static SignedMessage Sign(ECDsa key, SignedAs kind, byte[] message) =>
        new(Base64Url.EncodeToString(message), Base64Url.EncodeToString(AgentSignature.Sign(key, kind, message)));

    /// <summary>The message's bytes if the key signed them as such a message; null otherwise.</summary>
    public byte[]? Open(ECDsa key, SignedAs kind)
    {
        if (!Base64Url.IsValid(Message) || !Base64Url.IsValid(Signature))
            return null;
        var bytes = Base64Url.DecodeFromChars(Message);
        return AgentSignature.Verify(key, kind, bytes, Base64Url.DecodeFromChars(Signature)) ? bytes : null;
    }
}

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

/// <summary>How signed messages are written.</summary>
[JsonSerializable(typeof(SignedMessage))]
[JsonSerializable(typeof(SignedEnvelope.Wire))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class SignedMessageJson : JsonSerializerContext;
