using System.Buffers.Binary;
using System.Numerics;
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

    private static readonly BigInteger Order = new(
        Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), isUnsigned: true, isBigEndian: true);

    /// <summary>The organization's P-256 key, with which it signs commands and policies; null if there is no such master key.</summary>
    public static ECDsa? ServerKey(MasterKeys keys, byte masterKey, OrganizationNumber organization)
    {
        if (keys.OrganizationKey(masterKey, organization) is not { } secret)
            return null;
        // FIPS 186-5, A.2.1: 128 bits more than the order has leave no bias worth the name.
        var random = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 48, salt: [], "antiloss/agent/server-key"u8.ToArray());
        var scalar = new BigInteger(random, isUnsigned: true, isBigEndian: true) % (Order - 1) + 1;
        var d = new byte[32];
        scalar.TryWriteBytes(d.AsSpan(32 - scalar.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);
        return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = d });
    }

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
