using AntiLoss.Domain.Audit;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Audit;

/// <summary>Reads an organization's whole audit from the record store, and says what is wrong with which entry. It may be written to meanwhile.</summary>
public sealed class AuditVerifier(IRecordStore records, AuditKeys keys)
{
    /// <summary>Kind of the records that an organization with an audit has.</summary>
    public const string RecordKind = AuditRecords.Leaf;

    private const int PageSize = 500;
    private const int MostMissing = 100_000;

    /// <summary>What makes of an id one above it and below every other.</summary>
    private const string Next = "!";

    public async Task<AuditVerdict> VerifyAsync(OrganizationNumber organization, CancellationToken cancellationToken = default)
    {
        var people = new PersonKeyring(records, keys, organization);
        // Checkpoints first: entries that come meanwhile are in none of them.
        var (checkpoints, unsound) = await CheckpointsAsync(organization, cancellationToken);
        var tiles = new List<TreeTile>();
        var check = new AuditCheck(checkpoints, tiles.Add);
        foreach (var id in unsound)
            check.Find(null, $"the checkpoint over {AuditRecords.NumberOf(id)} entries is not signed by this installation, or is another's");
        var from = "";
        while (await records.ReadForwardAsync(organization, AuditRecords.Leaf, from, PageSize, cancellationToken) is { IsEmpty: false } page)
        {
            if (!await TakeAsync(check, organization, page, people, cancellationToken))
                break;
            await CompareTilesAsync(organization, check, tiles, cancellationToken);
            from = page[^1].Id + Next;
        }
        check.Flush();
        await CompareTilesAsync(organization, check, tiles, cancellationToken);
        return check.Finish();
    }

    /// <summary>Takes a page of entries; false if so many are missing before one that looking further says nothing.</summary>
    private async Task<bool> TakeAsync(
        AuditCheck check, OrganizationNumber organization, ImmutableArray<StoredRecord> page, PersonKeyring people, CancellationToken cancellationToken)
    {
        var entries = page.Select(record => AuditRecord.Read(record.Body)).ToList();
        var ids = await IdsAsync(organization, entries, cancellationToken);
        foreach (var (record, entry) in page.Zip(entries))
        {
            var number = AuditRecords.NumberOf(record.Id);
            if (number < check.Size || record.Id != AuditRecords.NumberId(number))
            {
                check.Find(null, $"there is an entry under the number '{record.Id}', which is none");
                continue;
            }
            if (number - check.Size > MostMissing)
            {
                check.Find(check.Size, $"it and all others before {number} are missing");
                return false;
            }
            while (check.Size < number)
                check.TakeMissing();
            await TakeAsync(check, entry, ids, people, cancellationToken);
        }
        return true;
    }

    private static async ValueTask TakeAsync(
        AuditCheck check, AuditRecord? entry, Dictionary<string, (long Number, TreeHash Hash)?> ids, PersonKeyring people, CancellationToken cancellationToken)
    {
        var number = check.Size;
        if (entry is null)
        {
            check.Take(default, values: null, mayBeErased: false);
            return;
        }
        var leaf = AuditLeaf.Read(entry.Leaf);
        var key = await people.FindAsync(leaf?.Person ?? 0, cancellationToken);
        var hash = check.Take(entry.Leaf, entry.Open(key), mayBeErased: entry.Kind == BesideKind.None || (entry.Kind == BesideKind.Sealed && key is null));
        if (leaf is null)
            return;
        if (!ids.TryGetValue(leaf.Id, out var known))
            check.Find(number, "its id is not among the ids of the entries");
        else if (known != (number, hash))
            check.Find(number, "its leaf is not the one that was entered under its id");
    }

    private async Task<(List<AuditCheckpoint> Sound, List<string> Unsound)> CheckpointsAsync(OrganizationNumber organization, CancellationToken cancellationToken)
    {
        var (sound, unsound) = (new List<AuditCheckpoint>(), new List<string>());
        for (var from = ""; ; from = AuditRecords.NumberId(AuditRecords.NumberOf(from) + 1))
        {
            var page = await records.ReadForwardAsync(organization, AuditRecords.Checkpoint, from, PageSize, cancellationToken);
            foreach (var record in page)
            {
                if (CheckpointRecord.Open(record) is { } signed && signed.PublicKey == keys.PublicKey && AuditCheckpoint.Open(signed) is { } checkpoint
                    && checkpoint.Origin == keys.OriginOf(organization) && AuditRecords.NumberId(checkpoint.Size) == record.Id)
                    sound.Add(checkpoint);
                else
                    unsound.Add(record.Id);
            }
            if (page.Length < PageSize)
                return (sound, unsound);
            from = page[^1].Id;
        }
    }

    private async Task<Dictionary<string, (long Number, TreeHash Hash)?>> IdsAsync(
        OrganizationNumber organization, IEnumerable<AuditRecord?> entries, CancellationToken cancellationToken)
    {
        var ids = entries.Select(entry => entry is null ? null : AuditLeaf.Read(entry.Leaf)?.Id).OfType<string>().Distinct().ToImmutableArray();
        return (await records.FindAsync(organization, AuditRecords.Id, ids, cancellationToken))
            .ToDictionary(record => record.Id, record => AuditRecords.ReadId(record.Body.Span), StringComparer.Ordinal);
    }

    /// <summary>Proofs are made from the tiles: one that is not the entries' would prove something else.</summary>
    private async Task CompareTilesAsync(OrganizationNumber organization, AuditCheck check, List<TreeTile> tiles, CancellationToken cancellationToken)
    {
        if (tiles.Count == 0)
            return;
        var stored = (await records.FindAsync(organization, AuditRecords.Tile, [.. tiles.Select(tile => AuditRecords.TileId(tile.Level, tile.Index))], cancellationToken))
            .ToDictionary(record => record.Id, record => record.Body, StringComparer.Ordinal);
        foreach (var tile in tiles)
        {
            if (!stored.TryGetValue(AuditRecords.TileId(tile.Level, tile.Index), out var body) || !body.Span.SequenceEqual(tile.ToBytes()))
                check.Find(null, $"the hashes kept of the entries from {tile.Index << (tile.Level + 1) * TreeTile.Height} on are missing or not theirs");
        }
        tiles.Clear();
    }
}
