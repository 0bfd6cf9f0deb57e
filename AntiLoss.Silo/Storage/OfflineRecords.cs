using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;
using AntiLoss.Silo.Storage.Sqlite;

namespace AntiLoss.Silo.Storage;

/// <summary>The records of a data folder, read beside the server that may run on it, or without one. Nothing is written.</summary>
public sealed class OfflineRecords : IRecordStore, IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly SqliteSession _session;

    /// <exception cref="StorageRefusedException">There is no database in the folder, or it cannot be read.</exception>
    public OfflineRecords(StorageOptions options)
    {
        DataFolder.RequireDatabase(options.Folder);
        _path = DataFolder.DatabaseIn(options.Folder);
        try
        {
            _session = SqliteSession.OpenToRead(_path, _patience);
        }
        catch (SqliteFailure failure)
        {
            throw new StorageRefusedException(failure.Sentence(_path), failure);
        }
    }

    /// <summary>Every organization that has records of that kind.</summary>
    public ImmutableArray<OrganizationNumber> OrganizationsWith(string kind) => Read(session =>
    {
        var found = ImmutableArray.CreateBuilder<OrganizationNumber>();
        using var next = session.Use("SELECT organization FROM record WHERE organization > ?1 AND kind = ?2 ORDER BY organization LIMIT 1");
        for (var last = -1L; next.Bind(1, last).Bind(2, kind).Step(); next.Dispose())
        {
            last = next.Int64(0);
            found.Add(new OrganizationNumber((uint)last));
        }
        return found.ToImmutable();
    });

    public ValueTask<ImmutableArray<StoredRecord>> ReadAsync(OrganizationNumber organization, string kind, string? before, int limit, CancellationToken cancellationToken = default) =>
        new(Read(session => SqliteRecords.Read(session, organization, kind, before, limit)));

    public ValueTask<ImmutableArray<StoredRecord>> ReadForwardAsync(OrganizationNumber organization, string kind, string from, int limit, CancellationToken cancellationToken = default) =>
        new(Read(session => SqliteRecords.ReadForward(session, organization, kind, from, limit)));

    public ValueTask<ImmutableArray<StoredRecord>> FindAsync(OrganizationNumber organization, string kind, ImmutableArray<string> ids, CancellationToken cancellationToken = default) =>
        new(Read(session => SqliteRecords.Find(session, organization, kind, ids)));

    public ValueTask<bool> InsertAsync(RecordKey key, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) => throw ReadOnly();

    public ValueTask<bool> InsertAllAsync(ImmutableArray<NewRecord> all, CancellationToken cancellationToken = default) => throw ReadOnly();

    public ValueTask ReplaceAsync(
        OrganizationNumber organization, string kind, ImmutableArray<StoredRecord> written, ImmutableArray<string> deleted, CancellationToken cancellationToken = default) => throw ReadOnly();

    public ValueTask<int> DeleteBeforeAsync(OrganizationNumber organization, string kind, string before, CancellationToken cancellationToken = default) => throw ReadOnly();

    public void Dispose() => _session.Dispose();

    private static NotSupportedException ReadOnly() => new("The records are only read here.");

    private TAnswer Read<TAnswer>(Func<SqliteSession, TAnswer> read)
    {
        try
        {
            return read(_session);
        }
        catch (SqliteFailure failure)
        {
            throw new StorageRefusedException(failure.Sentence(_path), failure);
        }
    }
}
