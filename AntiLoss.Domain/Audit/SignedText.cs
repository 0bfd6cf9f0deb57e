using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using AntiLoss.Domain.Agents;

namespace AntiLoss.Domain.Audit;

/// <summary>
/// Lines that the installation has signed with its audit key. The first line says what they are, so that a signature
/// over one kind of text is none over another.
/// </summary>
/// <param name="Text">The lines, each with a line feed: what is signed is their UTF-8.</param>
/// <param name="Signature">Base64: ES256 (ECDSA on P-256 with SHA-256), r and s as 32 bytes each.</param>
/// <param name="PublicKey">Base64: the X.509 SubjectPublicKeyInfo of the key that signed.</param>
[GenerateSerializer, Immutable, Alias("signed-text")]
public sealed record SignedText([property: Id(0)] string Text, [property: Id(1)] string Signature, [property: Id(2)] string PublicKey)
{
    public static SignedText Sign(ECDsa key, string text) => new(
        text,
        Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)),
        Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()));

    /// <summary>Whether the key that it names signed it. Whose key that is, is for the reader to know.</summary>
    [JsonIgnore]
    public bool IsSigned
    {
        get
        {
            Span<byte> spki = stackalloc byte[200];
            Span<byte> signature = stackalloc byte[AgentSignature.Length + 2];
            if (!Convert.TryFromBase64String(PublicKey, spki, out var read) || !Convert.TryFromBase64String(Signature, signature, out var length)
                || length != AgentSignature.Length || Convert.ToBase64String(signature[..length]) != Signature
                || AgentSignature.ImportPublicKey(spki[..read]) is not { } key)
                return false;
            using (key)
                return key.VerifyData(Encoding.UTF8.GetBytes(Text), signature[..length], HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    /// <summary>The lines without their line feeds; null unless they begin with that kind and end with a line feed.</summary>
    public string[]? Lines(string kind) =>
        Text.StartsWith(kind + "\n", StringComparison.Ordinal) && Text.EndsWith('\n') ? Text[..^1].Split('\n') : null;
}
