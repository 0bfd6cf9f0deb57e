using System.Security.Cryptography;
using System.Text;

namespace AntiLoss.Domain.Agents;

/// <summary>What a signature is for: a signature over one kind of message is none over another.</summary>
public enum SignedAs
{
    /// <summary>A phone proves, with its one-time code, that it holds the key it enrols with.</summary>
    Enrolment,

    /// <summary>A phone's envelope.</summary>
    Envelope,

    /// <summary>A command of the organization's server.</summary>
    Command,

    /// <summary>A phone opens a connection: see <see cref="AgentSignIn"/>.</summary>
    SignIn,
}

/// <summary>
/// The protocol's only signature: ES256 (ECDSA on P-256 with SHA-256), r and s as 32 bytes each, over a line that names
/// the kind of message and the message's bytes exactly as they travel. Nothing in a message chooses an algorithm.
/// </summary>
public static class AgentSignature
{
    /// <summary>Bytes of a signature.</summary>
    public const int Length = 64;

    public static byte[] Sign(ECDsa key, SignedAs kind, ReadOnlySpan<byte> message) =>
        key.SignData(InputOf(kind, message), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public static bool Verify(ECDsa key, SignedAs kind, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == Length
        && key.VerifyData(InputOf(kind, message), signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>The key of an X.509 SubjectPublicKeyInfo; null unless it is a valid point on P-256 and nothing else.</summary>
    public static ECDsa? ImportPublicKey(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out var read);
            if (read == subjectPublicKeyInfo.Length && key.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value)
                return key;
        }
        catch (CryptographicException)
        {
        }
        key.Dispose();
        return null;
    }

    private static byte[] InputOf(SignedAs kind, ReadOnlySpan<byte> message) =>
        [.. Encoding.ASCII.GetBytes($"antiloss-agent-v1/{kind switch
        {
            SignedAs.Enrolment => "enrolment",
            SignedAs.Envelope => "envelope",
            SignedAs.Command => "command",
            SignedAs.SignIn => "sign-in",
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        }}\n"), .. message];
}
