using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>Chunks of positions as rows by (organization, device, number).</summary>
internal sealed class SqliteTrackStore(SqliteStorage storage) : ITrackStore
{
    private const int PieceBytes = 256 * 1024;
    private const int ScannedRows = 4000;
    private const int RowBytes = 64;

    public async Task WriteAsync(DeviceKey device, StoredChunk chunk, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await storage.Writer.WriteAsync(chunk.Bytes.Length + RowBytes, session => Write(session, device, chunk), isOneStatement: true);
    }

    public ValueTask<StoredChunk?> ReadAsync(DeviceKey device, long number, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(storage.Readers.Read(session =>
        {
            using var select = session.Use("""
                SELECT number, first_fix_ms, last_fix_ms, fixes, bytes FROM track_chunk
                WHERE organization = ?1 AND device = ?2 AND number = ?3
                """);
            return Bind(select, device).Bind(3, number).Step() ? ChunkOf(select) : null;
        }));
    }

    public async ValueTask<ImmutableArray<StoredChunk>> ReadAsync(DeviceKey device, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken = default) =>
        // A year of one phone is megabytes from a disk that may be cold: not on a grain's thread.
        await Task.Run(() => storage.Readers.Read(session => Read(session, device, since, until)), cancellationToken);

    public async ValueTask<ImmutableArray<StoredChunk>> ReadUnjoinedAsync(DeviceKey device, long before, int limit, CancellationToken cancellationToken = default) =>
        await Task.Run(() => storage.Readers.Read(session => ReadUnjoined(session, device, before, limit)), cancellationToken);

    public async Task JoinAsync(DeviceKey device, ImmutableArray<long> numbers, ImmutableArray<StoredChunk> joined, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await storage.Writer.WriteAsync(joined.Sum(chunk => chunk.Bytes.Length + RowBytes), session =>
        {
            foreach (var number in numbers)
                Delete(session, device, number, before: long.MaxValue);
            foreach (var chunk in joined)
                Write(session, device, chunk);
            return true;
        });
    }

    public async ValueTask<int> DeleteBeforeAsync(OrganizationNumber organization, DateTimeOffset until, CancellationToken cancellationToken = default)
    {
        var before = until.ToUnixTimeMilliseconds();
        var deleted = 0;
        for (ChunkKey? after = new ChunkKey(default, -1); after is { } from;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await Task.Run(() => storage.Readers.Read(session => Scan(session, organization, from, before)), cancellationToken);
            foreach (var piece in page.Expired)
                deleted += await storage.Writer.WriteAsync(PieceBytes, session => piece.Sum(key => Delete(session, new DeviceKey(organization, key.Device), key.Number, before)));
            after = page.Last;
        }
        return deleted;
    }

    /// <summary>Every organization that has a chunk, found without reading the chunks.</summary>
    public ImmutableArray<OrganizationNumber> Organizations() => storage.Readers.Read(session =>
    {
        var found = ImmutableArray.CreateBuilder<OrganizationNumber>();
        using var next = session.Use("SELECT min(organization) FROM track_chunk WHERE organization > ?1");
        for (var last = -1L; next.Bind(1, last).Step() && !next.IsNull(0); next.Dispose())
        {
            last = next.Int64(0);
            found.Add(new OrganizationNumber((uint)last));
        }
        return found.ToImmutable();
    });

    private static SqliteStatement Bind(SqliteStatement statement, DeviceKey device)
    {
        Span<byte> id = stackalloc byte[16];
        device.Device.WriteTo(id);
        return statement.Bind(1, device.Organization.Value).Bind(2, id);
    }

    private static int Write(SqliteSession session, DeviceKey device, StoredChunk chunk)
    {
        using var write = session.Use("""
            INSERT OR REPLACE INTO track_chunk (organization, device, number, first_fix_ms, last_fix_ms, fixes, bytes)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """);
        return Bind(write, device).Bind(3, chunk.Number)
            .Bind(4, chunk.FirstFixAt.ToUnixTimeMilliseconds()).Bind(5, chunk.LastFixAt.ToUnixTimeMilliseconds())
            .Bind(6, chunk.Count).Bind(7, chunk.Bytes.Span).Run();
    }

    private static int Delete(SqliteSession session, DeviceKey device, long number, long before)
    {
        using var delete = session.Use("DELETE FROM track_chunk WHERE organization = ?1 AND device = ?2 AND number = ?3 AND last_fix_ms < ?4");
        return Bind(delete, device).Bind(3, number).Bind(4, before).Run();
    }

    private static ImmutableArray<StoredChunk> Read(SqliteSession session, DeviceKey device, DateTimeOffset since, DateTimeOffset until)
    {
        using var select = session.Use("""
            SELECT number, first_fix_ms, last_fix_ms, fixes, bytes FROM track_chunk
            WHERE organization = ?1 AND device = ?2 AND last_fix_ms >= ?3 AND first_fix_ms <= ?4 ORDER BY number
            """);
        return Chunks(Bind(select, device).Bind(3, since.ToUnixTimeMilliseconds()).Bind(4, until.ToUnixTimeMilliseconds()));
    }

    private static ImmutableArray<StoredChunk> ReadUnjoined(SqliteSession session, DeviceKey device, long before, int limit)
    {
        using var select = session.Use("""
            SELECT number, first_fix_ms, last_fix_ms, fixes, bytes FROM track_chunk
            WHERE organization = ?1 AND device = ?2 AND number >= 0 AND number < ?3 ORDER BY number LIMIT ?4
            """);
        return Chunks(Bind(select, device).Bind(3, before).Bind(4, limit));
    }

    private static ImmutableArray<StoredChunk> Chunks(SqliteStatement select)
    {
        var chunks = ImmutableArray.CreateBuilder<StoredChunk>();
        while (select.Step())
            chunks.Add(ChunkOf(select));
        return chunks.ToImmutable();
    }

    private static StoredChunk ChunkOf(SqliteStatement row) => new(
        row.Int64(0),
        DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(1)),
        DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(2)),
        row.Int32(3),
        row.Bytes(4));

    /// <summary>Looks through some rows, so that no reader stands in the way of the write-ahead log for long.</summary>
    private static (List<List<ChunkKey>> Expired, ChunkKey? Last) Scan(SqliteSession session, OrganizationNumber organization, ChunkKey from, long before)
    {
        using var select = session.Use("""
            SELECT device, number, last_fix_ms, length(bytes) FROM track_chunk
            WHERE organization = ?1 AND (device, number) > (?2, ?3) ORDER BY device, number LIMIT ?4
            """);
        Bind(select, new DeviceKey(organization, from.Device)).Bind(3, from.Number).Bind(4, ScannedRows);
        var expired = new List<List<ChunkKey>>();
        ChunkKey? last = null;
        for (var bytes = PieceBytes; select.Step();)
        {
            last = new ChunkKey(DeviceId.FromBytes(select.Bytes(0)), select.Int64(1));
            if (select.Int64(2) >= before)
                continue;
            bytes += select.Int32(3) + RowBytes;
            if (bytes > PieceBytes)
            {
                expired.Add([]);
                bytes = 0;
            }
            expired[^1].Add(last.Value);
        }
        return (expired, last);
    }

    private readonly record struct ChunkKey(DeviceId Device, long Number);
}
