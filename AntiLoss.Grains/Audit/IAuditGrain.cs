using AntiLoss.Domain.Audit;
using AntiLoss.Grains.Shards;
using Orleans.Concurrency;

namespace AntiLoss.Grains.Audit;

/// <summary>The audit of one organization, keyed by its number: a Merkle tree to which entries are appended, each once.</summary>
[Alias("audit"), GrainInterfaceType("audit")]
public interface IAuditGrain : IGrainWithIntegerKey
{
    /// <summary>Enters what happened to phones: durable when it completes. Repeating it enters nothing.</summary>
    [Alias("insert")]
    ValueTask InsertAsync(ImmutableArray<Told> effects, CancellationToken cancellationToken = default);

    /// <summary>Enters what people or programs do: durable when it completes. Repeating it enters nothing.</summary>
    [Alias("write")]
    ValueTask WriteAsync(ImmutableArray<AuditDraft> drafts, CancellationToken cancellationToken = default);

    /// <summary>A page of entries, the last first.</summary>
    [Alias("list"), AlwaysInterleave]
    ValueTask<ImmutableArray<AuditEntry>> ListAsync(AuditQuery query, CancellationToken cancellationToken = default);

    /// <summary>A checkpoint over the whole tree as of now; null if the tree does not continue the last checkpoint: somebody has changed what was signed.</summary>
    [Alias("checkpoint")]
    ValueTask<SignedText?> CheckpointAsync(CancellationToken cancellationToken = default);

    /// <summary>Signed checkpoints, the largest first, of fewer entries than <paramref name="below"/> (null: from the last).</summary>
    [Alias("checkpoints"), AlwaysInterleave]
    ValueTask<ImmutableArray<SignedText>> CheckpointsAsync(long? below, int limit, CancellationToken cancellationToken = default);

    /// <summary>Proves that an entry is in the tree of the last checkpoint, which is made if it is not old enough to have it; null if there is no such entry or no checkpoint.</summary>
    [Alias("prove")]
    ValueTask<AuditProof?> ProveAsync(long number, CancellationToken cancellationToken = default);

    /// <summary>The hashes that prove that the tree of <paramref name="second"/> entries continues that of <paramref name="first"/>; null if the tree is smaller.</summary>
    [Alias("prove-growth")]
    ValueTask<ImmutableArray<TreeHash>?> ProveGrowthAsync(long first, long second, CancellationToken cancellationToken = default);

    /// <summary>Enters that a person is erased, and then deletes the key under which lies what the audit says of that person.</summary>
    [Alias("erase-person")]
    ValueTask ErasePersonAsync(int person, AuditDraft entry, CancellationToken cancellationToken = default);
}

/// <summary>Which entries are wanted.</summary>
/// <param name="Below">Only numbers below; null from the last.</param>
/// <param name="Device">Only one phone's, by id; null for all.</param>
[GenerateSerializer, Immutable, Alias("audit-query")]
public sealed record AuditQuery([property: Id(0)] long? Below, [property: Id(1)] int Limit, [property: Id(2)] string? Device = null);

/// <summary>Proof that an entry is in a tree.</summary>
/// <param name="Leaf">The leaf's bytes: UTF-8 JSON.</param>
/// <param name="Path">Hashes from the leaf's neighbour up.</param>
/// <param name="Checkpoint">Of the tree it is in.</param>
[GenerateSerializer, Immutable, Alias("audit-proof")]
public sealed record AuditProof(
    [property: Id(0)] ReadOnlyMemory<byte> Leaf, [property: Id(1)] ImmutableArray<TreeHash> Path, [property: Id(2)] SignedText Checkpoint);

/// <summary>One change, who made it and why.</summary>
/// <param name="Device">The phone that it is about; empty if it is about none.</param>
/// <param name="Before">Empty if it was erased.</param>
[GenerateSerializer, Immutable, Alias("audit-entry")]
public sealed record AuditEntry(
    [property: Id(0)] string Id, [property: Id(1)] DateTimeOffset At, [property: Id(2)] string Actor, [property: Id(3)] string Action,
    [property: Id(4)] string Device, [property: Id(5)] string Before, [property: Id(6)] string After, [property: Id(7)] string? Reason)
{
    /// <summary>Place in the tree, from 0.</summary>
    [Id(8)] public long Number { get; init; }

    /// <summary>Number of the person whom it is about; 0 for nobody.</summary>
    [Id(9)] public int Person { get; init; }

    /// <summary>Its values were erased with their person.</summary>
    [Id(10)] public bool IsErased { get; init; }

    /// <summary>It is not what its leaf says, or the leaf can't be read.</summary>
    [Id(11)] public bool IsDamaged { get; init; }
}
