using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AntiLoss.Domain.Agents;

/// <summary>
/// The answer that frees a phone without a network: 10 digits of HMAC-SHA-256(recovery secret, "antiloss/recovery" ‖
/// enrolment (4 bytes, big-endian) ‖ purpose (1 byte) ‖ challenge (8 ASCII digits)), its first 8 bytes as a big-endian
/// number modulo 10^10. The server and the phone reckon alike, and compare no clocks.
/// </summary>
public static class RecoveryCode
{
    /// <summary>Digits of a challenge.</summary>
    public const int ChallengeLength = 8;

    /// <summary>Digits of a code.</summary>
    public const int Length = 10;

    public static bool IsChallenge(string? text) => text is { Length: ChallengeLength } && text.All(char.IsAsciiDigit);

    /// <exception cref="ArgumentException">The challenge is not 8 digits.</exception>
    public static string Of(ReadOnlySpan<byte> secret, int enrolment, RecoveryPurpose purpose, string challenge)
    {
        if (!IsChallenge(challenge))
            throw new ArgumentException($"A challenge is {ChallengeLength} digits.", nameof(challenge));
        var label = "antiloss/recovery"u8;
        Span<byte> message = stackalloc byte[label.Length + 5 + ChallengeLength];
        label.CopyTo(message);
        BinaryPrimitives.WriteInt32BigEndian(message[label.Length..], enrolment);
        message[label.Length + 4] = (byte)purpose;
        Encoding.ASCII.GetBytes(challenge, message[^ChallengeLength..]);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, message, mac);
        return (BinaryPrimitives.ReadUInt64BigEndian(mac) % 10_000_000_000).ToString("D10", CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a code is the right one, compared in constant time.</summary>
    public static bool IsRight(ReadOnlySpan<byte> secret, int enrolment, RecoveryPurpose purpose, string challenge, string? code) =>
        code is { Length: Length } && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Of(secret, enrolment, purpose, challenge)), Encoding.ASCII.GetBytes(code));
}
