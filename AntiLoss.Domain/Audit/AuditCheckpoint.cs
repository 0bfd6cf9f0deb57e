using System.Globalization;

namespace AntiLoss.Domain.Audit;

/// <summary>The installation's word on how large a tree was at a moment, and with which root. Whoever keeps it can tell later that the tree only grew.</summary>
/// <param name="Origin">Whose tree: <c>antiloss/</c>, the installation's key by its first 16 hexadecimal digits of SHA-256, <c>/</c>, the organization's number.</param>
public sealed record AuditCheckpoint(string Origin, long Size, TreeHash Root, DateTimeOffset At)
{
    private const string Kind = "antiloss-checkpoint-v1";

    /// <summary>What is signed: kind, origin, size in decimal, root in base64 and time, a line each.</summary>
    public string ToText() => string.Create(
        CultureInfo.InvariantCulture, $"{Kind}\n{Origin}\n{Size}\n{Root.ToBase64()}\n{At.UtcDateTime:O}\n");

    /// <summary>Reads a checkpoint whose signature holds; null for anything else.</summary>
    public static AuditCheckpoint? Open(SignedText signed) =>
        signed.IsSigned && signed.Lines(Kind) is [_, var origin, var size, var root, var at]
        && origin.StartsWith(AuditKeys.OriginOf(signed.PublicKey), StringComparison.Ordinal)
        && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        && TreeHash.FromBase64(root) is { } hash
        && DateTimeOffset.TryParseExact(at, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new AuditCheckpoint(origin, count, hash, time)
            : null;
}
