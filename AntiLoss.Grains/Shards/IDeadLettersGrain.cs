using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Shards;

/// <summary>Reads an organization's dead letters, keyed by its number.</summary>
[Alias("dead-letters"), GrainInterfaceType("dead-letters")]
public interface IDeadLettersGrain : IGrainWithIntegerKey
{
    /// <summary>Newest first, ids below <paramref name="before"/> only (null: from the newest), at most <paramref name="limit"/>.</summary>
    [Alias("read")]
    ValueTask<ImmutableArray<DeadLetter>> ReadAsync(string? before, int limit, CancellationToken cancellationToken = default);

    /// <summary>All kept bytes of one; null if there is none of that id, or none were kept.</summary>
    [Alias("read-bytes")]
    ValueTask<byte[]?> ReadBytesAsync(DeviceId id, CancellationToken cancellationToken = default);
}
