using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AntiLoss.Domain.Identity;

/// <summary>
/// What proves a phone: <c>key number (1 byte) · version (2) · organization (4) · 128-bit MAC</c>, written as 37
/// characters of <see cref="Base32"/>, where MAC = the first 16 bytes of HMAC-SHA256(organization key, organization ·
/// device id · version). It is checked without storage, in constant time; whether its version is still the current one
/// only the phone's shard knows. It is typed into phones, never stored here.
/// </summary>
/// <param name="Device">The phone, its organization read from the credential and believed because the MAC held.</param>
/// <param name="Version">From 1 on.</param>
public readonly record struct Credential(DeviceKey Device, int Version, byte MasterKey)
{
    private const int HeadLength = 7;
    private const int MacLength = 16;

    /// <summary>Highest version: two bytes hold it.</summary>
    public const int MaxVersion = ushort.MaxValue;

    /// <summary>Characters of a credential.</summary>
    public static readonly int TextLength = Base32.LengthOf(HeadLength + MacLength);

    /// <summary>A new credential under the current master key.</summary>
    public static Credential For(MasterKeys keys, DeviceKey device, int version) =>
        version is >= 1 and <= MaxVersion
            ? new(device, version, keys.Current)
            : throw new ArgumentOutOfRangeException(nameof(version), version, "A credential's version is from 1 to 65,535.");

    /// <summary>The text that a person types.</summary>
    public string ToText(MasterKeys keys)
    {
        Span<byte> bytes = stackalloc byte[HeadLength + MacLength];
        bytes[0] = MasterKey;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[1..], (ushort)Version);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[3..], Device.Organization.Value);
        Mac(keys.OrganizationKey(MasterKey, Device.Organization)!, bytes[HeadLength..]);
        return Base32.Encode(bytes);
    }

    /// <summary>
    /// Whether the text looks like a credential at all: right length and alphabet. One that does not is a phone we do
    /// not know (quarantine); one that does and fails <see cref="TryVerify"/> is a wrong password (401).
    /// </summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text) =>
        Base32.TryDecode(text, stackalloc byte[HeadLength + MacLength]);

    /// <summary>Checks the text against the device it was sent with; false for anything but our own MAC.</summary>
    public static bool TryVerify(MasterKeys keys, DeviceId device, ReadOnlySpan<char> text, out Credential credential)
    {
        credential = default;
        Span<byte> bytes = stackalloc byte[HeadLength + MacLength];
        if (!Base32.TryDecode(text, bytes))
            return false;
        var organization = new OrganizationNumber(BinaryPrimitives.ReadUInt32BigEndian(bytes[3..]));
        var claimed = new Credential(new DeviceKey(organization, device), BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]), bytes[0]);
        if (keys.OrganizationKey(claimed.MasterKey, organization) is not { } key)
            return false;
        Span<byte> mac = stackalloc byte[MacLength];
        claimed.Mac(key, mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes[HeadLength..]))
            return false;
        keys.Remember(claimed.MasterKey, organization, key);
        credential = claimed;
        return true;
    }

    /// <summary>
    /// The secret for OwnTracks' encrypted payloads: the first 32 characters of base32(HKDF-SHA256(organization key,
    /// organization · device id · version · "owntracks")). OwnTracks' own key is 32 bytes long at most.
    /// </summary>
    public string OwnTracksSecret(MasterKeys keys)
    {
        Span<byte> info = stackalloc byte[DeviceKey.ByteLength + 2 + 9];
        WriteSubject(info);
        "owntracks"u8.CopyTo(info[(DeviceKey.ByteLength + 2)..]);
        Span<byte> secret = stackalloc byte[20];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, keys.OrganizationKey(MasterKey, Device.Organization)!, secret, salt: [], info);
        return Base32.Encode(secret);
    }

    private void Mac(ReadOnlySpan<byte> key, Span<byte> mac)
    {
        Span<byte> subject = stackalloc byte[DeviceKey.ByteLength + 2];
        WriteSubject(subject);
        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, subject, full);
        full[..MacLength].CopyTo(mac);
    }

    private void WriteSubject(Span<byte> subject)
    {
        Device.WriteTo(subject);
        BinaryPrimitives.WriteUInt16BigEndian(subject[DeviceKey.ByteLength..], (ushort)Version);
    }
}
