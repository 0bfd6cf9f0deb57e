using System.Text.Json;
using AntiLoss.Domain.Audit;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Audit;

/// <summary>
/// Appends to one organization's tree. An entry, its id, and what its place in the tree completes are inserted together
/// under numbers that must be free: of two writers one is refused, and reads the tree anew.
/// </summary>
internal sealed class AuditWriter(IRecordStore records, AuditKeys keys, OrganizationNumber organization)
{
    private const int MostTogether = 256;

    private readonly AuditTree _tree = new(records, organization);
    private TreeEdge? _edge;

    public PersonKeyring People { get; } = new(records, keys, organization);

    public AuditTree Tree => _tree;

    /// <summary>The tree's right edge as of now.</summary>
    public async ValueTask<TreeEdge> EdgeAsync(CancellationToken cancellationToken = default) =>
        _edge ??= await _tree.LoadEdgeAsync(cancellationToken);

    /// <summary>Appends those that are not there already: durable when it completes.</summary>
    /// <exception cref="StorageUnavailableException">They can't be written, or another writer was faster; try again.</exception>
    public async Task AppendAsync(IEnumerable<AuditDraft> drafts, CancellationToken cancellationToken = default)
    {
        foreach (var together in drafts.Chunk(MostTogether))
        {
            try
            {
                await AppendTogetherAsync(together, cancellationToken);
            }
            catch
            {
                // What became of it is unknown.
                _edge = null;
                throw;
            }
        }
    }

    /// <summary>The last checkpoint; null if there never was one whose signature holds.</summary>
    public async ValueTask<(AuditCheckpoint Checkpoint, SignedText Signed)?> LastCheckpointAsync(CancellationToken cancellationToken = default)
    {
        var last = await records.ReadAsync(organization, AuditRecords.Checkpoint, null, 1, cancellationToken);
        return last is [var record] && CheckpointRecord.Open(record) is { } signed && AuditCheckpoint.Open(signed) is { } checkpoint ? (checkpoint, signed) : null;
    }

    /// <summary>A checkpoint over the whole tree, signed now unless the last one is; null if the tree does not continue the last one, which nothing may hide.</summary>
    public async Task<SignedText?> CheckpointAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var edge = await EdgeAsync(cancellationToken);
        if (await LastCheckpointAsync(cancellationToken) is var (last, signed))
        {
            if (last.Size > edge.Size || last.Root != await _tree.HashAsync(new TreeRange(0, last.Size), edge, cancellationToken))
                return null;
            if (last.Size == edge.Size)
                return signed;
        }
        var next = keys.Sign(new AuditCheckpoint(keys.OriginOf(organization), edge.Size, edge.Root, now).ToText());
        await records.InsertAsync(new RecordKey(organization, AuditRecords.Checkpoint, AuditRecords.NumberId(edge.Size)), CheckpointRecord.BodyOf(next), cancellationToken);
        return next;
    }

    private async Task AppendTogetherAsync(AuditDraft[] drafts, CancellationToken cancellationToken)
    {
        var known = (await records.FindAsync(organization, AuditRecords.Id, [.. drafts.Select(draft => draft.Id)], cancellationToken))
            .Select(record => record.Id).ToHashSet(StringComparer.Ordinal);
        var fresh = drafts.Where(draft => known.Add(draft.Id)).ToList();
        if (fresh.Count == 0)
            return;
        var edge = await EdgeAsync(cancellationToken);
        var all = ImmutableArray.CreateBuilder<NewRecord>();
        var (made, hashes) = (new Dictionary<int, byte[]?>(), new List<TreeHash>());
        foreach (var draft in fresh)
        {
            if (!made.TryGetValue(draft.Person, out var key))
            {
                (key, var record) = await People.FindOrMakeAsync(draft.Person, cancellationToken);
                made.Add(draft.Person, key);
                if (record is { } fresher)
                    all.Add(fresher);
            }
            var number = edge.Size + hashes.Count;
            var values = AuditValues.New(draft.Before, draft.After, draft.Reason);
            var leaf = new AuditLeaf(number, draft.Id, draft.At, draft.Actor, draft.Action, draft.Device.Length == 0 ? null : draft.Device, draft.Person, values.Digests);
            var entry = AuditRecord.Of(leaf, values, key);
            var hash = MerkleTree.LeafHash(entry.Leaf.Span);
            hashes.Add(hash);
            all.Add(AuditRecords.New(organization, AuditRecords.Leaf, AuditRecords.NumberId(number), entry.ToBytes()));
            all.Add(AuditRecords.New(organization, AuditRecords.Id, draft.Id, AuditRecords.IdBody(number, hash)));
            if (leaf.Device is { } device)
                all.Add(AuditRecords.New(organization, AuditRecords.Device, AuditRecords.DeviceId(device, number)));
        }
        var (next, tiles) = edge.Append(hashes);
        all.AddRange(tiles.Select(tile => AuditRecords.New(organization, AuditRecords.Tile, AuditRecords.TileId(tile.Level, tile.Index), tile.ToBytes())));
        if (!await records.InsertAllAsync(all.ToImmutable(), CancellationToken.None))
            throw new StorageUnavailableException("The audit was written by another activation.");
        _edge = next;
    }
}

/// <summary>A checkpoint at rest: the signed text as JSON.</summary>
internal static class CheckpointRecord
{
    public static byte[] BodyOf(SignedText signed) => JsonSerializer.SerializeToUtf8Bytes(signed);

    /// <summary>Null for a record that can't be read.</summary>
    public static SignedText? Open(StoredRecord record)
    {
        try
        {
            return JsonSerializer.Deserialize<SignedText>(record.Body.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
