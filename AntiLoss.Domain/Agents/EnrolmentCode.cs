using System.Buffers.Binary;
using System.Security.Cryptography;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Domain.Agents;

/// <summary>
/// A code with which one phone enrols once: master key (1 byte), organization (4), device (16), enrolment (4), expiry
/// (8, Unix ms), and 16 bytes of HMAC-SHA-256 over them under the organization's key, as <see cref="Base32"/>. It needs
/// no storage: the enrolment it names exists once, so that the first phone that uses the code is the only one.
/// </summary>
/// <param name="Enrolment">The one that the code makes.</param>
public readonly record struct EnrolmentCode(DeviceKey Device, int Enrolment, DateTimeOffset ExpiresAt, byte MasterKey)
{
    private const int HeadLength = 1 + DeviceKey.ByteLength + 4 + 8;
    private const int MacLength = 16;

    /// <summary>How long a code is good for.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(10);

    public string ToText(MasterKeys keys)
    {
        Span<byte> bytes = stackalloc byte[HeadLength + MacLength];
        bytes[0] = MasterKey;
        Device.WriteTo(bytes[1..]);
        BinaryPrimitives.WriteInt32BigEndian(bytes[(1 + DeviceKey.ByteLength)..], Enrolment);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(5 + DeviceKey.ByteLength)..], ExpiresAt.ToUnixTimeMilliseconds());
        Mac(keys.OrganizationKey(MasterKey, Device.Organization)!, bytes[..HeadLength], bytes[HeadLength..]);
        return Base32.Encode(bytes);
    }

    /// <summary>Reads a code of ours; null for anything else. Its expiry is the caller's to judge.</summary>
    public static EnrolmentCode? Read(MasterKeys keys, ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[HeadLength + MacLength];
        if (text.Length != Base32.LengthOf(bytes.Length) || !Base32.TryDecode(text, bytes))
            return null;
        var device = DeviceKey.FromBytes(bytes[1..]);
        if (keys.OrganizationKey(bytes[0], device.Organization) is not { } key)
            return null;
        Span<byte> mac = stackalloc byte[MacLength];
        Mac(key, bytes[..HeadLength], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes[HeadLength..]))
            return null;
        return new EnrolmentCode(
            device,
            BinaryPrimitives.ReadInt32BigEndian(bytes[(1 + DeviceKey.ByteLength)..]),
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes[(5 + DeviceKey.ByteLength)..])),
            bytes[0]);
    }

    private static void Mac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> head, Span<byte> mac)
    {
        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        // Labelled, so that no other MAC under the organization's key can ever be taken for a code.
        HMACSHA256.HashData(key, [.. "antiloss/agent/code"u8, .. head], full);
        full[..MacLength].CopyTo(mac);
    }
}
