using AntiLoss.Domain.Audit;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Audit;

/// <summary>
/// Reads an organization's tree out of the record store, which is all there is of it: a few hundred leaves and tiles for
/// the right edge, a few tiles for a proof, whatever the tree's size.
/// </summary>
internal sealed class AuditTree(IRecordStore records, OrganizationNumber organization)
{
    /// <summary>
    /// The right edge. What is missing or damaged is taken as a hash of zeros: the tree goes on, since phones wait for
    /// it, and is never signed again.
    /// </summary>
    public async Task<TreeEdge> LoadEdgeAsync(CancellationToken cancellationToken = default)
    {
        var last = await records.ReadAsync(organization, AuditRecords.Leaf, null, 1, cancellationToken);
        if (last.IsEmpty)
            return TreeEdge.Empty;
        var size = AuditRecords.NumberOf(last[0].Id) + 1;
        var levels = ImmutableArray.CreateBuilder<ImmutableArray<TreeHash>>();
        for (var level = 0; size >> level * TreeTile.Height > 0; level++)
        {
            var end = size >> level * TreeTile.Height;
            var count = (int)(end % TreeTile.Width);
            levels.Add(await HashesAsync(level, end - count, count, cancellationToken));
        }
        return TreeEdge.Of(size, levels.ToImmutable());
    }

    /// <summary>A range's hash.</summary>
    public async ValueTask<TreeHash> HashAsync(TreeRange range, TreeEdge edge, CancellationToken cancellationToken = default)
    {
        var hashes = new List<TreeHash>();
        foreach (var node in range.Nodes)
            hashes.Add(edge.Find(node) ?? await HashAsync(node, cancellationToken));
        return TreeRange.Fold(hashes);
    }

    public async Task<ImmutableArray<TreeHash>> HashesAsync(ImmutableArray<TreeRange> path, TreeEdge edge, CancellationToken cancellationToken = default)
    {
        var hashes = ImmutableArray.CreateBuilder<TreeHash>();
        foreach (var range in path)
            hashes.Add(await HashAsync(range, edge, cancellationToken));
        return hashes.ToImmutable();
    }

    private async ValueTask<TreeHash> HashAsync(TreeNode node, CancellationToken cancellationToken)
    {
        var (level, index) = TreeTile.Of(node);
        return await records.FindAsync(organization, AuditRecords.Tile, [AuditRecords.TileId(level, index)], cancellationToken) is [var tile]
            && TreeTile.HashesOf(tile.Body.Span) is { } hashes
                ? TreeTile.HashOf(node, hashes.AsSpan())
                : default;
    }

    /// <summary>Hashes of one tile level.</summary>
    private async Task<ImmutableArray<TreeHash>> HashesAsync(int level, long first, int count, CancellationToken cancellationToken)
    {
        var hashes = new TreeHash[count];
        if (level == 0)
        {
            foreach (var record in await records.ReadForwardAsync(organization, AuditRecords.Leaf, AuditRecords.NumberId(first), count, cancellationToken))
            {
                if (AuditRecords.NumberOf(record.Id) - first is var at && at >= 0 && at < count && AuditRecord.Read(record.Body) is { } read)
                    hashes[at] = MerkleTree.LeafHash(read.Leaf.Span);
            }
        }
        else
        {
            var ids = Enumerable.Range(0, count).Select(i => AuditRecords.TileId(level - 1, first + i)).ToImmutableArray();
            foreach (var record in await records.FindAsync(organization, AuditRecords.Tile, ids, cancellationToken))
            {
                if (TreeTile.HashesOf(record.Body.Span) is { } tile)
                    hashes[ids.IndexOf(record.Id)] = new TreeTile(level - 1, 0, tile).Root;
            }
        }
        return [.. hashes];
    }
}
