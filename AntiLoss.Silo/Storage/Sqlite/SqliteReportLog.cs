using AntiLoss.Grains.Storage;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>The shards' logs as tables: a head row per shard, and a row per block.</summary>
internal sealed class SqliteReportLog(SqliteStorage storage) : IReportLog
{
    /// <summary>
    /// Raising the epoch is the fence: every write of the shard reads it in its own transaction. Pieces of a snapshot
    /// that an earlier writer did not finish are dropped with it.
    /// </summary>
    public async ValueTask<IShardLog> TakeOverAsync(int shard, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var epoch = await storage.Writer.WriteAsync(100, session => RaiseEpoch(session, shard));
        return new SqliteShardLog(storage, shard, epoch);
    }

    private static int RaiseEpoch(SqliteSession session, int shard)
    {
        using var raise = session.Use("INSERT INTO log_head (shard, epoch) VALUES (?1, 1) ON CONFLICT DO UPDATE SET epoch = epoch + 1");
        raise.Bind(1, shard).Run();
        using var drop = session.Use("DELETE FROM log_snapshot WHERE shard = ?1 AND snapshot > (SELECT snapshot FROM log_head WHERE shard = ?1)");
        drop.Bind(1, shard).Run();
        using var select = session.Use("SELECT epoch FROM log_head WHERE shard = ?1");
        _ = select.Bind(1, shard).Step();
        return select.Int32(0);
    }
}
