using System.Security.Cryptography;

namespace AntiLoss.Domain.Audit;

/// <summary>
/// The Merkle tree of RFC 6962, section 2.1 (the same in RFC 9162), over SHA-256: what its hashes are, and whether a
/// proof holds. A leaf and a node are hashed with different first bytes, so that neither can be taken for the other.
/// </summary>
public static class MerkleTree
{
    /// <summary>Root of the tree without leaves: the digest of nothing.</summary>
    public static readonly TreeHash Empty = TreeHash.From(SHA256.HashData([]));

    public static TreeHash LeafHash(ReadOnlySpan<byte> leaf)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0x00]);
        hash.AppendData(leaf);
        Span<byte> digest = stackalloc byte[TreeHash.Length];
        hash.GetHashAndReset(digest);
        return TreeHash.From(digest);
    }

    public static TreeHash NodeHash(TreeHash left, TreeHash right)
    {
        Span<byte> input = stackalloc byte[1 + 2 * TreeHash.Length];
        input[0] = 0x01;
        left.WriteTo(input[1..]);
        right.WriteTo(input[(1 + TreeHash.Length)..]);
        Span<byte> digest = stackalloc byte[TreeHash.Length];
        SHA256.HashData(input, digest);
        return TreeHash.From(digest);
    }

    /// <summary>Whether the path proves that a leaf is at an index of the tree with that size and root (RFC 9162, 2.1.3.2).</summary>
    public static bool IsIncluded(TreeHash leaf, long index, long size, IReadOnlyList<TreeHash> path, TreeHash root)
    {
        if (index < 0 || index >= size)
            return false;
        var (node, last, hash) = (index, size - 1, leaf);
        foreach (var sibling in path)
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = NodeHash(sibling, hash);
                while ((node & 1) == 0 && node != 0)
                    (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                hash = NodeHash(hash, sibling);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && hash == root;
    }

    /// <summary>Whether the path proves that the larger tree begins with all leaves of the smaller one (RFC 9162, 2.1.4.2).</summary>
    public static bool IsConsistent(long firstSize, TreeHash firstRoot, long secondSize, TreeHash secondRoot, IReadOnlyList<TreeHash> path)
    {
        if (firstSize < 0 || firstSize > secondSize)
            return false;
        if (firstSize == secondSize)
            return path.Count == 0 && firstRoot == secondRoot;
        // Every tree begins with no leaves.
        if (firstSize == 0)
            return path.Count == 0 && firstRoot == Empty;
        if (path.Count == 0)
            return false;
        // The smaller root is a node of the larger tree then, and the verifier has it already.
        IReadOnlyList<TreeHash> hashes = long.IsPow2(firstSize) ? [firstRoot, .. path] : path;
        var (node, last) = (firstSize - 1, secondSize - 1);
        while ((node & 1) == 1)
            (node, last) = (node >> 1, last >> 1);
        var (first, second) = (hashes[0], hashes[0]);
        foreach (var hash in hashes.Skip(1))
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                (first, second) = (NodeHash(hash, first), NodeHash(hash, second));
                while ((node & 1) == 0 && node != 0)
                    (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                second = NodeHash(second, hash);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && first == firstRoot && second == secondRoot;
    }
}
