using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace AntiLoss.Domain.Audit;

/// <summary>
/// A ZIP file that the installation has signed: beside its files it has <see cref="SignatureName"/>, whose signed text
/// names every other file with its SHA-256. A file that is changed, added or taken away is found.
/// </summary>
public static class SignedArchive
{
    /// <summary>Name of the file with the signature.</summary>
    public const string SignatureName = "signature.json";

    /// <summary>What the signed text of an incident's file says it is.</summary>
    public const string Incident = "antiloss-incident-v1";

    private const int MostFiles = 1_000;

    // What it is, whose, what it is about, and when it was made.
    private const int HeadLines = 4;

    /// <summary>Makes the archive.</summary>
    /// <param name="head">Whose it is, what it is about, and when it was made: a line each.</param>
    public static byte[] Create(AuditKeys keys, string kind, IEnumerable<string> head, IReadOnlyList<(string Name, byte[] Body)> files, DateTimeOffset at)
    {
        var text = string.Concat(((IEnumerable<string>)[kind, .. head, .. files.Select(file => $"{DigestOf(file.Body)}  {file.Name}")]).Select(line => line + "\n"));
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, body) in files.Append((SignatureName, JsonSerializer.SerializeToUtf8Bytes(keys.Sign(text), AuditJson.Default.SignedText))))
            {
                var entry = zip.CreateEntry(name);
                entry.LastWriteTime = at.UtcDateTime;
                using var content = entry.Open();
                content.Write(body);
            }
        }
        return bytes.ToArray();
    }

    /// <summary>Verifies an archive: who signed what, and what of it is otherwise now.</summary>
    public static SignedArchiveVerdict Verify(Stream archive)
    {
        try
        {
            using var zip = new ZipArchive(archive, ZipArchiveMode.Read);
            if (zip.Entries.Count > MostFiles || zip.GetEntry(SignatureName) is not { } signature)
                return SignedArchiveVerdict.Unreadable($"it has no {SignatureName}");
            using var content = signature.Open();
            if (JsonSerializer.Deserialize(content, AuditJson.Default.SignedText) is not { IsSigned: true } signed || signed.Lines(Incident) is not { Length: >= HeadLines } lines)
                return SignedArchiveVerdict.Unreadable($"its {SignatureName} is not signed by the key that it names");
            var wanted = lines.Skip(HeadLines).Select(line => line.Split("  ", 2)).ToDictionary(parts => parts[^1], parts => parts[0], StringComparer.Ordinal);
            var troubles = new List<string>();
            if (!lines[1].StartsWith(AuditKeys.OriginOf(signed.PublicKey), StringComparison.Ordinal))
                troubles.Add("the key that signed it is not that of the installation that it names");
            foreach (var entry in zip.Entries.Where(entry => entry.FullName != SignatureName))
            {
                if (!wanted.Remove(entry.FullName, out var digest))
                    troubles.Add($"{entry.FullName} was added");
                else if (DigestOf(entry) != digest)
                    troubles.Add($"{entry.FullName} was changed");
            }
            troubles.AddRange(wanted.Keys.Select(name => $"{name} is missing"));
            if (zip.Entries.Count(entry => entry.FullName == SignatureName) > 1)
                troubles.Add($"{SignatureName} is there more than once");
            return new SignedArchiveVerdict(lines[1], lines[2], lines[3], signed.PublicKey, [.. troubles]);
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException or ArgumentException)
        {
            return SignedArchiveVerdict.Unreadable("it is damaged");
        }
    }

    private static string DigestOf(byte[] body) => Convert.ToHexStringLower(SHA256.HashData(body));

    private static string DigestOf(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }
}

/// <summary>What verifying an archive came to.</summary>
/// <param name="Origin">Whose it is.</param>
/// <param name="About">What it is about: an incident's id.</param>
/// <param name="MadeAt">As it was signed.</param>
/// <param name="PublicKey">The key that signed it, base64 of its SubjectPublicKeyInfo.</param>
/// <param name="Troubles">What is wrong, sentences without their full stops.</param>
public sealed record SignedArchiveVerdict(string Origin, string About, string MadeAt, string PublicKey, ImmutableArray<string> Troubles)
{
    public bool IsSound => Troubles.IsEmpty;

    internal static SignedArchiveVerdict Unreadable(string why) => new("", "", "", "", [why]);
}
