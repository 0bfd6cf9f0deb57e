using System.Runtime.CompilerServices;
using AntiLoss.Domain.Devices;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>One shard's log, as long as nobody else takes it over and no append fails.</summary>
internal sealed class SqliteShardLog(SqliteStorage storage, int shard, int epoch) : IShardLog
{
    private const int PieceBytes = 256 * 1024;

    private Exception? _ended;
    private long _lastNumber;

    public int Epoch => epoch;

    public Task AppendAsync(LogBlock block, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfNotEqual(block.Epoch, epoch);
        ArgumentOutOfRangeException.ThrowIfLessThan(block.EntryCount, 1);
        var append = new Append(this, block) { Size = block.Bytes.Length + 64, IsOneStatement = true };
        storage.Writer.AddToLog(append);
        return append.Done;
    }

    public async IAsyncEnumerable<LogBlock> ReadAsync(LogPosition after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var key = new LogPosition(after.Epoch, -1); ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // A page is up to 256 kB from a disk that may be cold: not on a grain's thread.
            var start = key;
            var page = await Task.Run(() => ReadPage(start, after), cancellationToken);
            foreach (var block in page)
                yield return block;
            if (page.Count == 0)
                yield break;
            key = new LogPosition(page[^1].Epoch, page[^1].FirstEntry + 1);
        }
    }

    public async Task WriteSnapshotAsync(LogPosition through, IReadOnlyList<ReadOnlyMemory<byte>> pieces, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var number = 0L;
        for (var i = 0; i < pieces.Count; i++)
        {
            var (piece, bytes) = (i, pieces[i]);
            number = await storage.Writer.WriteAsync(bytes.Length, session => WritePiece(session, piece, bytes));
        }
        await storage.Writer.WriteAsync(100, session => NameSnapshot(session, number, pieces.Count, through));
        await InPiecesAsync(DropOldSnapshots);
    }

    public async ValueTask<LogSnapshot?> ReadSnapshotAsync(CancellationToken cancellationToken = default) =>
        await Task.Run(() => storage.Readers.Read(ReadSnapshot), cancellationToken);

    public async Task TrimAsync(LogPosition through, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await InPiecesAsync(session => TrimPiece(session, through));
    }

    /// <summary>Repeats a write until it answers that nothing is left; other writes go between.</summary>
    private async Task InPiecesAsync(Func<SqliteSession, bool> piece)
    {
        while (await storage.Writer.WriteAsync(PieceBytes, piece))
        {
        }
    }

    private void RequireEpoch(SqliteSession session)
    {
        using var select = session.Use("SELECT epoch FROM log_head WHERE shard = ?1");
        var current = select.Bind(1, shard).Step() ? select.Int32(0) : 0;
        if (current != epoch)
            throw new LogFencedException($"Shard {shard} has epoch {current}; this writer has {epoch}.");
    }

    private void Write(SqliteSession session, LogBlock block)
    {
        // The caller's later blocks are queued behind one that failed. Each names the one before it, so none may land.
        if (_ended is not null)
            throw _ended is LogFencedException ? new LogFencedException(_ended.Message, _ended)
                : new StorageUnavailableException($"An earlier block of shard {shard} failed; the log must be taken over again.", _ended);
        RequireEpoch(session);
        if (block.Number != _lastNumber + 1)
            throw new InvalidOperationException($"Shard {shard}: block {block.Number} follows block {_lastNumber}.");
        using var insert = session.Use("INSERT INTO log_block (shard, epoch, first_entry, number, entries, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        insert.Bind(1, shard).Bind(2, epoch).Bind(3, block.FirstEntry).Bind(4, block.Number).Bind(5, block.EntryCount).Bind(6, block.Bytes.Span).Run();
        _lastNumber = block.Number;
    }

    /// <summary>Blocks from a key on, about 256 kB of them, those left out that end at or before <paramref name="after"/>.</summary>
    private List<LogBlock> ReadPage(LogPosition from, LogPosition after) => storage.Readers.Read(session =>
    {
        using var select = session.Use("""
            SELECT epoch, number, first_entry, entries, bytes FROM log_block
            WHERE shard = ?1 AND (epoch, first_entry) >= (?2, ?3) ORDER BY epoch, first_entry
            """);
        var first = from.Number < 0 ? FirstKeyOf(session, after) : from;
        select.Bind(1, shard).Bind(2, first.Epoch).Bind(3, first.Number);
        var blocks = new List<LogBlock>();
        for (var bytes = 0; bytes < PieceBytes && select.Step();)
        {
            var block = new LogBlock(select.Int32(0), select.Int64(1), select.Int64(2), select.Int32(3), select.Bytes(4));
            if (block.Last <= after)
                continue;
            bytes += block.Bytes.Length + 64;
            blocks.Add(block);
        }
        return blocks;
    });

    /// <summary>Key of the block that holds the entry, or would: nothing before it is wanted.</summary>
    private LogPosition FirstKeyOf(SqliteSession session, LogPosition after)
    {
        using var select = session.Use("SELECT max(first_entry) FROM log_block WHERE shard = ?1 AND epoch = ?2 AND first_entry <= ?3");
        _ = select.Bind(1, shard).Bind(2, after.Epoch).Bind(3, after.Number).Step();
        return new LogPosition(after.Epoch, select.Int64(0));
    }

    private long WritePiece(SqliteSession session, int piece, ReadOnlyMemory<byte> bytes)
    {
        RequireEpoch(session);
        using var select = session.Use("SELECT snapshot + 1 FROM log_head WHERE shard = ?1");
        _ = select.Bind(1, shard).Step();
        var number = select.Int64(0);
        using var insert = session.Use("INSERT OR REPLACE INTO log_snapshot (shard, snapshot, piece, bytes) VALUES (?1, ?2, ?3, ?4)");
        insert.Bind(1, shard).Bind(2, number).Bind(3, piece).Bind(4, bytes.Span).Run();
        return number;
    }

    private bool NameSnapshot(SqliteSession session, long number, int pieces, LogPosition through)
    {
        RequireEpoch(session);
        using var update = session.Use("""
            UPDATE log_head SET snapshot = snapshot + 1, snapshot_pieces = ?2, snapshot_epoch = ?3, snapshot_entry = ?4
            WHERE shard = ?1 AND (?5 = 0 OR snapshot = ?5 - 1)
            """);
        if (update.Bind(1, shard).Bind(2, pieces).Bind(3, through.Epoch).Bind(4, through.Number).Bind(5, number).Run() == 0)
            throw new InvalidOperationException($"Shard {shard}: two snapshots were written at once.");
        return true;
    }

    private bool DropOldSnapshots(SqliteSession session)
    {
        RequireEpoch(session);
        using var delete = session.Use("""
            DELETE FROM log_snapshot WHERE rowid IN (
                SELECT rowid FROM log_snapshot
                WHERE shard = ?1 AND snapshot < (SELECT snapshot FROM log_head WHERE shard = ?1) LIMIT 1)
            """);
        return delete.Bind(1, shard).Run() > 0;
    }

    private LogSnapshot? ReadSnapshot(SqliteSession session)
    {
        session.Run("BEGIN");
        using var head = session.Use("SELECT snapshot, snapshot_pieces, snapshot_epoch, snapshot_entry FROM log_head WHERE shard = ?1");
        if (!head.Bind(1, shard).Step() || head.Int64(0) == 0)
        {
            session.Run("COMMIT");
            return null;
        }
        using var select = session.Use("SELECT bytes FROM log_snapshot WHERE shard = ?1 AND snapshot = ?2 AND piece < ?3 ORDER BY piece");
        select.Bind(1, shard).Bind(2, head.Int64(0)).Bind(3, head.Int64(1));
        var pieces = new List<ReadOnlyMemory<byte>>();
        while (select.Step())
            pieces.Add(select.Bytes(0));
        var snapshot = new LogSnapshot(new LogPosition(head.Int32(2), head.Int64(3)), pieces);
        session.Run("COMMIT");
        return snapshot;
    }

    private bool TrimPiece(SqliteSession session, LogPosition through)
    {
        RequireEpoch(session);
        using var select = session.Use("SELECT epoch, first_entry, entries, length(bytes) FROM log_block WHERE shard = ?1 ORDER BY epoch, first_entry");
        select.Bind(1, shard);
        LogPosition? last = null;
        var isMore = false;
        for (var bytes = 0L; select.Step();)
        {
            var first = new LogPosition(select.Int32(0), select.Int64(1));
            if (first with { Number = first.Number + select.Int64(2) - 1 } > through)
                break;
            isMore = bytes >= PieceBytes;
            if (isMore)
                break;
            bytes += select.Int64(3) + 64;
            last = first;
        }
        if (last is not { } key)
            return false;
        using var delete = session.Use("DELETE FROM log_block WHERE shard = ?1 AND (epoch, first_entry) <= (?2, ?3)");
        delete.Bind(1, shard).Bind(2, key.Epoch).Bind(3, key.Number).Run();
        return isMore;
    }

    /// <summary>A block on its way; its failure ends the log for this writer before a later block is looked at.</summary>
    private sealed class Append(SqliteShardLog log, LogBlock block) : PendingWrite<bool>(session =>
    {
        log.Write(session, block);
        return true;
    })
    {
        public override void Fail(Exception failure)
        {
            log._ended ??= failure;
            base.Fail(failure);
        }
    }
}
