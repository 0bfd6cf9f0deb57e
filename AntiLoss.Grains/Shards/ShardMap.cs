using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Shards;

/// <summary>How many shards there are, and which one a phone lies in. The count is fixed while running and in the storage's manifest.</summary>
public sealed class ShardMap
{
    /// <param name="count">From 1 to 1,024. More shards spread work over more silos and make smaller batches.</param>
    public ShardMap(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1024);
        Count = count;
    }

    public int Count { get; }

    public int Of(DeviceId device) => device.ShardOf(Count);

    /// <summary>The shard of a phone.</summary>
    public IShardGrain ShardOf(IGrainFactory grains, DeviceId device) => grains.GetGrain<IShardGrain>(Of(device));

    /// <summary>Every shard, in order of number.</summary>
    public IEnumerable<IShardGrain> All(IGrainFactory grains) =>
        Enumerable.Range(0, Count).Select(shard => grains.GetGrain<IShardGrain>(shard));
}
