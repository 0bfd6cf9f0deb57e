using System.Security.Cryptography;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Domain.Audit;

/// <summary>
/// The installation's keys for its audit, derived from the first master key, which a rotation leaves: the sealed master
/// keys are all there is to guard.
/// </summary>
public sealed class AuditKeys(MasterKeys keys) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly byte[] _sealing = keys.ServerKey(keys.Oldest, "audit/person-keys")!;
    private readonly ECDsa _signing = DerivedP256.From(keys.ServerKey(keys.Oldest, "audit/signing")!, "antiloss/audit/signing-key"u8);

    /// <summary>The X.509 SubjectPublicKeyInfo of the key that signs, in base64.</summary>
    public string PublicKey => field ??= Convert.ToBase64String(_signing.ExportSubjectPublicKeyInfo());

    /// <summary>Whose tree an organization's is.</summary>
    public string OriginOf(OrganizationNumber organization) => OriginOf(PublicKey) + organization;

    public SignedText Sign(string text)
    {
        lock (_lock)
            return SignedText.Sign(_signing, text);
    }

    /// <summary>A person's key as it lies in the storage: AES-256-GCM, bound to the person.</summary>
    public byte[] Seal(byte[] personKey, OrganizationNumber organization, int person) =>
        SealedBytes.Seal(_sealing, personKey, Binding(organization, person));

    /// <summary>A person's key; null if it was sealed by another installation, for another person, or is damaged.</summary>
    public byte[]? Unseal(ReadOnlySpan<byte> bytes, OrganizationNumber organization, int person)
    {
        try
        {
            return SealedBytes.Open(_sealing, bytes, Binding(organization, person)) is { Length: AuditRecord.KeyLength } key ? key : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public void Dispose() => _signing.Dispose();

    /// <summary>What the origins of an installation's trees begin with; empty for a text that is no key.</summary>
    internal static string OriginOf(string publicKey)
    {
        Span<byte> bytes = stackalloc byte[200];
        return Convert.TryFromBase64String(publicKey, bytes, out var read) ? $"antiloss/{Convert.ToHexStringLower(SHA256.HashData(bytes[..read]))[..16]}/" : "";
    }

    private static byte[] Binding(OrganizationNumber organization, int person) => System.Text.Encoding.ASCII.GetBytes($"antiloss/person-key/{organization}/{person}");
}
