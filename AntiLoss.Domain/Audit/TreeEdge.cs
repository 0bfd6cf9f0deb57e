namespace AntiLoss.Domain.Audit;

/// <summary>256 neighbouring hashes of one tile level that never change again: a proof reads a few tiles, whatever the tree's size.</summary>
/// <param name="Level">0: hashes of leaves; n: roots of the tiles of level n − 1.</param>
/// <param name="Index">Of the tiles of its level.</param>
public sealed record TreeTile(int Level, long Index, ImmutableArray<TreeHash> Hashes)
{
    /// <summary>Hashes in a tile.</summary>
    public const int Width = 1 << Height;

    /// <summary>Levels of the tree that a tile spans.</summary>
    public const int Height = 8;

    /// <summary>Bytes of a tile at rest.</summary>
    public const int ByteLength = Width * TreeHash.Length;

    public TreeHash Root => TreeEdge.RootOf(Hashes.AsSpan());

    /// <summary>The tile that a node is in or computed from.</summary>
    public static (int Level, long Index) Of(TreeNode node) =>
        (node.Level / Height, node.Index << node.Level % Height >> Height);

    /// <summary>A node's hash, of the hashes of the tile that <see cref="Of"/> says, or of its beginning.</summary>
    public static TreeHash HashOf(TreeNode node, ReadOnlySpan<TreeHash> hashes)
    {
        var count = 1 << node.Level % Height;
        var start = (int)((node.Index << node.Level % Height) % Width);
        return TreeEdge.RootOf(hashes.Slice(start, count));
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[ByteLength];
        for (var i = 0; i < Width; i++)
            Hashes[i].WriteTo(bytes.AsSpan(i * TreeHash.Length));
        return bytes;
    }

    /// <summary>The hashes of a tile at rest; null if it has another length.</summary>
    public static ImmutableArray<TreeHash>? HashesOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != ByteLength)
            return null;
        var hashes = ImmutableArray.CreateBuilder<TreeHash>(Width);
        for (var i = 0; i < Width; i++)
            hashes.Add(TreeHash.From(bytes[(i * TreeHash.Length)..]));
        return hashes.MoveToImmutable();
    }
}

/// <summary>
/// The right edge of a growing tree: for each tile level the hashes that no full tile has yet. With the full tiles it is
/// the whole tree; by itself it is enough to append and to say the root, and of logarithmic size. Pure.
/// </summary>
public sealed class TreeEdge
{
    public static readonly TreeEdge Empty = new(0, []);

    private TreeEdge(long size, ImmutableArray<ImmutableArray<TreeHash>> levels) => (Size, Levels) = (size, levels);

    /// <summary>How many leaves the tree has.</summary>
    public long Size { get; }

    /// <summary>By tile level, fewer than <see cref="TreeTile.Width"/> hashes each.</summary>
    public ImmutableArray<ImmutableArray<TreeHash>> Levels { get; }

    public TreeHash Root => RootAt(Size);

    /// <summary>The edge as it was, of what <see cref="Levels"/> had.</summary>
    /// <exception cref="ArgumentException">The levels are not those of a tree of that size.</exception>
    public static TreeEdge Of(long size, ImmutableArray<ImmutableArray<TreeHash>> levels)
    {
        for (var level = 0; level < levels.Length || size >> level * TreeTile.Height > 0; level++)
        {
            if (level == levels.Length || levels[level].Length != (size >> level * TreeTile.Height) % TreeTile.Width)
                throw new ArgumentException($"Level {level} is not that of a tree of {size} leaves.", nameof(levels));
        }
        return new(size, levels);
    }

    /// <summary>The edge with leaves appended, and the tiles that they completed.</summary>
    public (TreeEdge Edge, ImmutableArray<TreeTile> Tiles) Append(IEnumerable<TreeHash> leaves)
    {
        var tiles = ImmutableArray.CreateBuilder<TreeTile>();
        var levels = Levels.Select(level => level.ToBuilder()).ToList();
        var size = Size;
        foreach (var leaf in leaves)
        {
            size++;
            var hash = leaf;
            for (var level = 0; ; level++)
            {
                if (level == levels.Count)
                    levels.Add(ImmutableArray.CreateBuilder<TreeHash>());
                levels[level].Add(hash);
                if (levels[level].Count < TreeTile.Width)
                    break;
                var tile = new TreeTile(level, (size >> (level + 1) * TreeTile.Height) - 1, levels[level].ToImmutable());
                levels[level].Clear();
                tiles.Add(tile);
                hash = tile.Root;
            }
        }
        return (new TreeEdge(size, [.. levels.Select(level => level.ToImmutable())]), tiles.ToImmutable());
    }

    /// <summary>A complete node's hash, if the edge has what it is computed from.</summary>
    public TreeHash? Find(TreeNode node)
    {
        var (level, tile) = TreeTile.Of(node);
        return level < Levels.Length && tile == Size >> (level + 1) * TreeTile.Height ? TreeTile.HashOf(node, Levels[level].AsSpan()) : null;
    }

    /// <summary>Root over hashes, a power of two of them, at least one.</summary>
    internal static TreeHash RootOf(ReadOnlySpan<TreeHash> hashes) => hashes.Length == 1
        ? hashes[0]
        : MerkleTree.NodeHash(RootOf(hashes[..(hashes.Length / 2)]), RootOf(hashes[(hashes.Length / 2)..]));

    private TreeHash RootAt(long size) => TreeRange.Fold([.. new TreeRange(0, size).Nodes.Select(node => Find(node) ?? throw new InvalidOperationException("The edge lacks one of its own nodes."))]);
}
