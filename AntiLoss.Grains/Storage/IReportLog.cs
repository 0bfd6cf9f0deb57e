using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Storage;

/// <summary>
/// The shards' logs: what was appended is durable, in order, and only by the shard's one current writer. The first of
/// the four storage seams; see <c>docs/architecture.md</c>.
/// </summary>
public interface IReportLog
{
    /// <summary>
    /// Becomes the shard's only writer: raises its epoch, so that every earlier writer's next append fails with
    /// <see cref="LogFencedException"/>, and opens the log. Everything appended before is readable from it.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The storage cannot be reached or written; try again later.</exception>
    ValueTask<IShardLog> TakeOverAsync(int shard, CancellationToken cancellationToken = default);
}

/// <summary>One shard's log, held by its current writer.</summary>
public interface IShardLog
{
    /// <summary>The epoch of this writer, from 1 on; blocks it appends carry it.</summary>
    int Epoch { get; }

    /// <summary>
    /// Appends one block. When the task completes the block is durable; when it throws
    /// <see cref="StorageUnavailableException"/> the block is not, or may be (an unknown outcome is never acknowledged
    /// by a second try, and blocks after it continue from what a new takeover reads). Calls may overlap; blocks land
    /// in the order of the calls, or fail with all that follow.
    /// </summary>
    /// <exception cref="LogFencedException">A later writer has taken over: this one can acknowledge nothing more.</exception>
    Task AppendAsync(LogBlock block, CancellationToken cancellationToken = default);

    /// <summary>Reads the blocks that hold an entry after <paramref name="after"/>, of any epoch, in order.</summary>
    IAsyncEnumerable<LogBlock> ReadAsync(LogPosition after, CancellationToken cancellationToken = default);

    /// <summary>
    /// Replaces the shard's snapshot of rows, in pieces, each durable by itself; the new snapshot counts once the last
    /// piece and its head are written. <paramref name="through"/>: every entry up to it is in the rows.
    /// </summary>
    Task WriteSnapshotAsync(LogPosition through, IReadOnlyList<ReadOnlyMemory<byte>> pieces, CancellationToken cancellationToken = default);

    /// <summary>The last complete snapshot; null if there is none.</summary>
    ValueTask<LogSnapshot?> ReadSnapshotAsync(CancellationToken cancellationToken = default);

    /// <summary>Forgets every block all of whose entries are at or before <paramref name="through"/>. Idempotent.</summary>
    Task TrimAsync(LogPosition through, CancellationToken cancellationToken = default);
}

/// <summary>
/// A block of the log: entries encoded by the shard, opaque to the storage. Its key is (shard, epoch,
/// <see cref="Number"/>), numbers from 1 on without a gap.
/// </summary>
/// <param name="FirstEntry">Number of its first entry within the epoch.</param>
/// <param name="EntryCount">How many entries it holds, at least 1.</param>
public sealed record LogBlock(int Epoch, long Number, long FirstEntry, int EntryCount, ReadOnlyMemory<byte> Bytes)
{
    public LogPosition Last => new(Epoch, FirstEntry + EntryCount - 1);
}

/// <summary>A snapshot of a shard's rows: every entry through <paramref name="Through"/> is in the pieces.</summary>
public sealed record LogSnapshot(LogPosition Through, IReadOnlyList<ReadOnlyMemory<byte>> Pieces);
