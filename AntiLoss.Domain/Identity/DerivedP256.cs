using System.Numerics;
using System.Security.Cryptography;

namespace AntiLoss.Domain.Identity;

/// <summary>P-256 keys that are derived from a secret and kept nowhere.</summary>
internal static class DerivedP256
{
    private static readonly BigInteger Order = new(
        Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), isUnsigned: true, isBigEndian: true);

    /// <summary>The key that HKDF-SHA256(<paramref name="secret"/>, <paramref name="label"/>) makes.</summary>
    public static ECDsa From(byte[] secret, ReadOnlySpan<byte> label)
    {
        // FIPS 186-5, A.2.1: 128 bits more than the order has leave no bias worth the name.
        var random = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 48, salt: [], label.ToArray());
        var scalar = new BigInteger(random, isUnsigned: true, isBigEndian: true) % (Order - 1) + 1;
        var d = new byte[32];
        scalar.TryWriteBytes(d.AsSpan(32 - scalar.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);
        return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = d });
    }
}
