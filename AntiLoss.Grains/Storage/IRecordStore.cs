using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Storage;

/// <summary>
/// Records that are inserted once by id and read by range: dead letters, alerts, incidents and audit. The third of the
/// four storage seams (the fourth is Orleans' grain storage).
/// </summary>
public interface IRecordStore
{
    /// <summary>Inserts a record; false if one of that id is there already, which confirms it just as well. Durable when it completes.</summary>
    ValueTask<bool> InsertAsync(RecordKey key, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default);

    /// <summary>Inserts all records, or none if one of their ids is there already; then it answers false. Durable when it completes.</summary>
    ValueTask<bool> InsertAllAsync(ImmutableArray<NewRecord> all, CancellationToken cancellationToken = default);

    /// <summary>Those of the records that are there, in no order.</summary>
    ValueTask<ImmutableArray<StoredRecord>> FindAsync(OrganizationNumber organization, string kind, ImmutableArray<string> ids, CancellationToken cancellationToken = default);

    /// <summary>A page of one organization's records of one kind, oldest (smallest id) first, at most <paramref name="limit"/>, from <paramref name="from"/> on.</summary>
    ValueTask<ImmutableArray<StoredRecord>> ReadForwardAsync(OrganizationNumber organization, string kind, string from, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// A page of one organization's records of one kind, newest (greatest id) first, at most <paramref name="limit"/>,
    /// only ids below <paramref name="before"/> (null: from the newest).
    /// </summary>
    ValueTask<ImmutableArray<StoredRecord>> ReadAsync(OrganizationNumber organization, string kind, string? before, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes records of one kind, instead of those of the same ids that are there, and deletes others: all of it or
    /// nothing. Durable when it completes. For what is small and changes; whoever calls it is the only one who does.
    /// </summary>
    ValueTask ReplaceAsync(
        OrganizationNumber organization, string kind, ImmutableArray<StoredRecord> written, ImmutableArray<string> deleted, CancellationToken cancellationToken = default);

    /// <summary>Deletes records of one kind with ids below <paramref name="before"/>; answers how many.</summary>
    ValueTask<int> DeleteBeforeAsync(OrganizationNumber organization, string kind, string before, CancellationToken cancellationToken = default);
}

/// <summary>Key of a record.</summary>
/// <param name="Kind">Kebab-case: <c>dead-letter</c>, <c>quarantine</c>.</param>
/// <param name="Id">A ULID, or a ULID and a suffix: ids sort by the time they name. Or a number with leading zeros.</param>
public readonly record struct RecordKey(OrganizationNumber Organization, string Kind, string Id);

/// <summary>A record to be inserted.</summary>
public readonly record struct NewRecord(RecordKey Key, ReadOnlyMemory<byte> Body);

/// <summary>A record at rest.</summary>
public sealed record StoredRecord(string Id, ReadOnlyMemory<byte> Body);
