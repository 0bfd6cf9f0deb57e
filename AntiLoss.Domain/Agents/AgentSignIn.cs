using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Domain.Agents;

/// <summary>
/// What an agent gives where a transport wants a password: <c>agent.&lt;message&gt;.&lt;signature&gt;</c>, both base64url.
/// The message names the phone, its enrolment, the moment and a random nonce, so that it opens one connection, once.
/// </summary>
/// <param name="At">By the phone's clock.</param>
public sealed record AgentSignIn(DeviceKey Device, int Enrolment, DateTimeOffset At, string Nonce)
{
    /// <summary>How far the phone's clock may be off, either way.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(5);

    private const string Prefix = "agent.";
    private const int Longest = 1_024;
    private const int Version = 1;
    private const int NonceLength = 16;

    /// <summary>The bytes that are signed.</summary>
    public ReadOnlyMemory<byte> Message { get; private init; }

    public ReadOnlyMemory<byte> Signature { get; private init; }

    /// <summary>Whether a password is an agent's, whatever it is worth.</summary>
    public static bool HasForm(string? password) => password?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <exception cref="AgentFormatException">It is not as it must be.</exception>
    public static AgentSignIn Read(string password)
    {
        if (password.Length > Longest || password.Split('.') is not [_, var message, var signature] || !Base64Url.IsValid(message) || !Base64Url.IsValid(signature))
            throw new AgentFormatException("password", "expected agent.<message>.<signature>, both base64url");
        var bytes = Base64Url.DecodeFromChars(message);
        var fields = new AgentFields(AgentFields.Parse(bytes, "password"));
        _ = fields.RequiredInteger("v", Version, Version);
        if (fields.Bytes("nonce", NonceLength).Length != NonceLength)
            throw fields.Wrong("nonce", $"expected {NonceLength} bytes");
        return new AgentSignIn(
            fields.Device(),
            (int)fields.RequiredInteger("enrolment", 1, int.MaxValue),
            fields.Moment("at") ?? throw fields.Wrong("at", "is missing"),
            fields.RequiredText("nonce", Longest))
        {
            Message = bytes,
            Signature = Base64Url.DecodeFromChars(signature),
        };
    }

    /// <summary>A password for one connection.</summary>
    public static string Write(ECDsa key, DeviceKey device, int enrolment, DateTimeOffset at)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteNumber("organization", device.Organization.Value);
            json.WriteString("device", device.Device.ToString());
            json.WriteNumber("enrolment", enrolment);
            json.WriteNumber("at", at.ToUnixTimeMilliseconds());
            json.WriteString("nonce", Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NonceLength)));
            json.WriteEndObject();
        }
        var signed = SignedMessage.Sign(key, SignedAs.SignIn, buffer.WrittenSpan.ToArray());
        return $"{Prefix}{signed.Message}.{signed.Signature}";
    }
}
