using System.Globalization;
using System.Text;
using AntiLoss.Domain.Audit;
using AntiLoss.Grains.Audit;
using AntiLoss.Grains.Fleets;

namespace AntiLoss.Web.Api;

/// <summary>One change, who made it and why.</summary>
/// <param name="Number">Place in the tree, from 0.</param>
/// <param name="Device">Null for an entry that is about no phone.</param>
/// <param name="Person">Null for an entry that is about nobody.</param>
/// <param name="Before">Null if it was erased with the person.</param>
/// <param name="Verified">True: what is shown is what the entry was made with, and a signed checkpoint has it or will. False: it was changed in the storage.</param>
public sealed record AuditView(
    long Number, string Id, DateTimeOffset At, ActorView Actor, string Action, string? Device, string? Person, string? Before, string? After, string? Reason,
    bool Erased, bool Verified)
{
    internal static AuditView Of(AuditEntry entry, Organization organization) => new(
        entry.Number, entry.Id, entry.At, ActorView.Of(entry.Actor, organization), entry.Action, entry.Device.Length == 0 ? null : entry.Device,
        entry.Person == 0 ? null : Numbers.Text(entry.Person), entry.IsErased ? null : entry.Before, entry.IsErased ? null : entry.After, entry.Reason,
        entry.IsErased, !entry.IsDamaged);
}

/// <summary>The installation's word on a tree: keep it, and nobody can change what was in the tree unseen.</summary>
/// <param name="Origin">Whose tree.</param>
/// <param name="Size">How many entries it had.</param>
/// <param name="Root">Base64.</param>
/// <param name="Checkpoint">What was signed.</param>
public sealed record CheckpointView(string Origin, long Size, string Root, DateTimeOffset At, SignedText Checkpoint)
{
    internal static CheckpointView? Of(SignedText signed) =>
        AuditCheckpoint.Open(signed) is { } checkpoint ? new(checkpoint.Origin, checkpoint.Size, checkpoint.Root.ToBase64(), checkpoint.At, signed) : null;
}

/// <summary>Proof that an entry is in a tree, as RFC 6962 has it.</summary>
/// <param name="Leaf">The leaf: what is hashed is its UTF-8.</param>
/// <param name="Path">Base64 hashes, from the leaf's neighbour up.</param>
/// <param name="Checkpoint">Of the tree.</param>
public sealed record AuditProofView(long Number, string Leaf, IReadOnlyList<string> Path, CheckpointView? Checkpoint)
{
    internal static AuditProofView Of(long number, AuditProof proof) => new(
        number, Encoding.UTF8.GetString(proof.Leaf.Span), [.. proof.Path.Select(hash => hash.ToBase64())], CheckpointView.Of(proof.Checkpoint));
}

/// <summary>Proof that a larger tree begins with all entries of a smaller one, as RFC 6962 has it.</summary>
/// <param name="Path">Base64 hashes.</param>
public sealed record AuditGrowthView(long From, long To, IReadOnlyList<string> Path);

/// <summary>The key that signs checkpoints and incident files.</summary>
/// <param name="PublicKey">Base64 of its X.509 SubjectPublicKeyInfo, on P-256.</param>
public sealed record AuditKeyView(string PublicKey);

/// <summary>Something that is wrong with the audit.</summary>
/// <param name="Number">The entry; null if it can't be said which.</param>
public sealed record AuditFindingView(long? Number, string What);

/// <summary>What reading the whole audit came to.</summary>
/// <param name="Checkpoints">Checkpoints that it was compared with.</param>
/// <param name="Erased">Entries whose values were erased with their person.</param>
/// <param name="Findings">The first of them.</param>
public sealed record AuditVerdictView(
    bool Sound, long Size, string Root, int Checkpoints, long Erased, long FindingCount, IReadOnlyList<AuditFindingView> Findings)
{
    internal static AuditVerdictView Of(AuditVerdict verdict) => new(
        verdict.IsSound, verdict.Size, verdict.Root.ToBase64(), verdict.Checkpoints, verdict.Erased, verdict.FindingCount,
        [.. verdict.Findings.Select(finding => new AuditFindingView(finding.Number, finding.What))]);
}

/// <summary>Cursors of lists by number.</summary>
internal static class NumberCursor
{
    /// <summary>Reads one; false for anything that is none. Nothing at all is the beginning of the list, null.</summary>
    public static bool TryRead(string? cursor, out long? number)
    {
        number = null;
        if (string.IsNullOrEmpty(cursor))
            return true;
        var isNumber = long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var read);
        number = isNumber ? read : null;
        return isNumber;
    }
}
