using System.Numerics;

namespace AntiLoss.Domain.Audit;

/// <summary>A node over 2^<paramref name="Level"/> leaves, all of them there: it never changes again.</summary>
/// <param name="Index">Of the nodes of its level, from 0 at the first leaf.</param>
public readonly record struct TreeNode(int Level, long Index);

/// <summary>A run of leaves whose hash a proof names; proofs are computed as ranges, so that whoever has the hashes looks them up.</summary>
/// <param name="Start">The first leaf.</param>
/// <param name="End">The leaf after the last.</param>
public readonly record struct TreeRange(long Start, long End)
{
    /// <summary>The complete nodes that the range is made of, from the left; each is larger than the next.</summary>
    public ImmutableArray<TreeNode> Nodes
    {
        get
        {
            var nodes = ImmutableArray.CreateBuilder<TreeNode>();
            for (var start = Start; start < End;)
            {
                var level = BitOperations.Log2((ulong)(End - start));
                nodes.Add(new TreeNode(level, start >> level));
                start += 1L << level;
            }
            return nodes.ToImmutable();
        }
    }

    /// <summary>The range's hash, of its <see cref="Nodes"/>' hashes in their order.</summary>
    public static TreeHash Fold(IReadOnlyList<TreeHash> nodes)
    {
        if (nodes.Count == 0)
            return MerkleTree.Empty;
        var hash = nodes[^1];
        for (var i = nodes.Count - 2; i >= 0; i--)
            hash = MerkleTree.NodeHash(nodes[i], hash);
        return hash;
    }

    /// <summary>PATH(index, D[size]) of RFC 6962, 2.1.1.</summary>
    public static ImmutableArray<TreeRange> InclusionPath(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = ImmutableArray.CreateBuilder<TreeRange>();
        for (var range = new TreeRange(0, size); range.End - range.Start > 1;)
        {
            var split = range.Split;
            var (taken, other) = index < split
                ? (range with { End = split }, range with { Start = split })
                : (range with { Start = split }, range with { End = split });
            path.Add(other);
            range = taken;
        }
        path.Reverse();
        return path.ToImmutable();
    }

    /// <summary>PROOF(first, D[second]) of RFC 6962, 2.1.2; empty from the tree without leaves, which every tree continues.</summary>
    public static ImmutableArray<TreeRange> ConsistencyPath(long first, long second)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, second);
        if (first == 0 || first == second)
            return [];
        var path = ImmutableArray.CreateBuilder<TreeRange>();
        var range = new TreeRange(0, second);
        while (first != range.End)
        {
            var split = range.Split;
            var (taken, other) = first <= split
                ? (range with { End = split }, range with { Start = split })
                : (range with { Start = split }, range with { End = split });
            path.Add(other);
            range = taken;
        }
        // The verifier has the smaller tree's root already, and needs it told only where it is not a node of the larger one.
        if (range.Start > 0)
            path.Add(range);
        path.Reverse();
        return path.ToImmutable();
    }

    /// <summary>Where the tree over the range divides: after the largest power of two of leaves that is smaller than all.</summary>
    private long Split => Start + (1L << BitOperations.Log2((ulong)(End - Start - 1)));
}
