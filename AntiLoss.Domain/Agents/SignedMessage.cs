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

/// <summary>How signed messages are written.</summary>
[JsonSerializable(typeof(SignedMessage))]
[JsonSerializable(typeof(SignedEnvelope.Wire))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class SignedMessageJson : JsonSerializerContext;
