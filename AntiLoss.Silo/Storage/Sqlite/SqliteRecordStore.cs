using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>Records as rows by (organization, kind, id).</summary>
internal sealed class SqliteRecordStore(SqliteStorage storage) : IRecordStore
{
    private const int PieceBytes = 256 * 1024;
    private const int PieceRows = 500;
    private const int RowBytes = 100;

    public async ValueTask<bool> InsertAsync(RecordKey key, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await storage.Writer.WriteAsync(body.Length + RowBytes, session =>
        {
            using var insert = session.Use("INSERT INTO record (organization, kind, id, bytes) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING");
            return insert.Bind(1, key.Organization.Value).Bind(2, key.Kind).Bind(3, key.Id).Bind(4, body.Span).Run() > 0;
        }, isOneStatement: true);
    }

    public async ValueTask<bool> InsertAllAsync(ImmutableArray<NewRecord> all, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await storage.Writer.WriteAsync(all.Sum(record => record.Body.Length + RowBytes), session =>
        {
            using var select = session.Use("SELECT 1 FROM record WHERE organization = ?1 AND kind = ?2 AND id = ?3");
            foreach (var (key, _) in all)
            {
                if (select.Bind(1, key.Organization.Value).Bind(2, key.Kind).Bind(3, key.Id).Step())
                    return false;
                select.Dispose();
            }
            foreach (var (key, body) in all)
            {
                using var insert = session.Use("INSERT INTO record (organization, kind, id, bytes) VALUES (?1, ?2, ?3, ?4)");
                insert.Bind(1, key.Organization.Value).Bind(2, key.Kind).Bind(3, key.Id).Bind(4, body.Span).Run();
            }
            return true;
        });
    }

    public async ValueTask<ImmutableArray<StoredRecord>> FindAsync(OrganizationNumber organization, string kind, ImmutableArray<string> ids, CancellationToken cancellationToken = default) =>
        await Task.Run(() => storage.Readers.Read(session => SqliteRecords.Find(session, organization, kind, ids)), cancellationToken);

    public async ValueTask<ImmutableArray<StoredRecord>> ReadForwardAsync(OrganizationNumber organization, string kind, string from, int limit, CancellationToken cancellationToken = default) =>
        await Task.Run(() => storage.Readers.Read(session => SqliteRecords.ReadForward(session, organization, kind, from, limit)), cancellationToken);

    public async ValueTask<ImmutableArray<StoredRecord>> ReadAsync(OrganizationNumber organization, string kind, string? before, int limit, CancellationToken cancellationToken = default) =>
        await Task.Run(() => storage.Readers.Read(session => SqliteRecords.Read(session, organization, kind, before, limit)), cancellationToken);

    public async ValueTask ReplaceAsync(
        OrganizationNumber organization, string kind, ImmutableArray<StoredRecord> written, ImmutableArray<string> deleted, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await storage.Writer.WriteAsync(written.Sum(record => record.Body.Length + RowBytes) + deleted.Length * RowBytes, session =>
        {
            foreach (var record in written)
            {
                using var write = session.Use("INSERT INTO record (organization, kind, id, bytes) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET bytes = excluded.bytes");
                write.Bind(1, organization.Value).Bind(2, kind).Bind(3, record.Id).Bind(4, record.Body.Span).Run();
            }
            foreach (var id in deleted)
            {
                using var delete = session.Use("DELETE FROM record WHERE organization = ?1 AND kind = ?2 AND id = ?3");
                delete.Bind(1, organization.Value).Bind(2, kind).Bind(3, id).Run();
            }
            return written.Length + deleted.Length;
        });
    }

    public async ValueTask<int> DeleteBeforeAsync(OrganizationNumber organization, string kind, string before, CancellationToken cancellationToken = default)
    {
        var deleted = 0;
        for (var more = true; more;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var piece = await storage.Writer.WriteAsync(PieceBytes, session => DeletePiece(session, organization, kind, before));
            deleted += piece;
            more = piece > 0;
        }
        return deleted;
    }

    /// <summary>Every organization and kind that has a record, found without reading the records.</summary>
    public ImmutableArray<(OrganizationNumber Organization, string Kind)> Kinds() => storage.Readers.Read(session =>
    {
        var found = ImmutableArray.CreateBuilder<(OrganizationNumber, string)>();
        using var next = session.Use("SELECT organization, kind FROM record WHERE (organization, kind) > (?1, ?2) ORDER BY organization, kind LIMIT 1");
        for (var (organization, kind) = (-1L, ""); next.Bind(1, organization).Bind(2, kind).Step(); next.Dispose())
        {
            (organization, kind) = (next.Int64(0), next.Text(1));
            found.Add((new OrganizationNumber((uint)organization), kind));
        }
        return found.ToImmutable();
    });

    /// <summary>Deletes the oldest, about 256 kB of them and one at least; answers how many.</summary>
    private static int DeletePiece(SqliteSession session, OrganizationNumber organization, string kind, string before)
    {
        using var select = session.Use("""
            SELECT id, length(bytes) FROM record WHERE organization = ?1 AND kind = ?2 AND id < ?3 ORDER BY id LIMIT ?4
            """);
        select.Bind(1, organization.Value).Bind(2, kind).Bind(3, before).Bind(4, PieceRows);
        var last = "";
        for (var bytes = 0L; bytes < PieceBytes && select.Step(); bytes += select.Int64(1))
            last = select.Text(0);
        using var delete = session.Use("DELETE FROM record WHERE organization = ?1 AND kind = ?2 AND id <= ?3");
        return last == "" ? 0 : delete.Bind(1, organization.Value).Bind(2, kind).Bind(3, last).Run();
    }
}
