using System.Buffers.Binary;
using System.Security.Cryptography;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Domain.Agents;

/// <summary>
/// The server's secrets towards agents. Each is derived from the organization's key and kept nowhere, so that the sealed
/// master keys are all there is to guard. An enrolment keeps the master key's number under which it was made.
/// </summary>
public static class AgentKeys
{
    /// <summary>Bytes of a recovery secret.</summary>
    public const int RecoverySecretLength = 32;

    /// <summary>The organization's P-256 key, with which it signs commands and policies; null if there is no such master key.</summary>
    public static ECDsa? ServerKey(MasterKeys keys, byte masterKey, OrganizationNumber organization) =>
        keys.OrganizationKey(masterKey, organization) is { } secret ? DerivedP256.From(secret, "antiloss/agent/server-key"u8) : null;

    /// <summary>What an enrolment's recovery codes are made with: given to the phone once, when it enrols; null if there is no such master key.</summary>
    public static byte[]? RecoverySecret(MasterKeys keys, byte masterKey, DeviceKey device, int enrolment)
    {
        if (keys.OrganizationKey(masterKey, device.Organization) is not { } secret)
            return null;
        var label = "antiloss/agent/recovery"u8;
        Span<byte> info = stackalloc byte[label.Length + DeviceKey.ByteLength + 4];
        label.CopyTo(info);
        device.WriteTo(info[label.Length..]);
        BinaryPrimitives.WriteInt32BigEndian(info[^4..], enrolment);
        var derived = new byte[RecoverySecretLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, derived, salt: [], info);
        return derived;
    }
}
