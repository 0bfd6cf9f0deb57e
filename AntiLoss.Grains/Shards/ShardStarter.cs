using AntiLoss.Grains.Hosting;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Grains.Shards;

/// <summary>Starts the shards: they are the phones' clock.</summary>
public sealed class ShardStarter(IGrainFactory grains, ShardMap shards, TimeProvider time, ILogger<ShardStarter> logger)
    : Starter("the shards", TimeSpan.FromSeconds(30), time, logger)
{
    protected override Task WakeAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(shards.All(grains).Select(shard => shard.StatusAsync(cancellationToken).AsTask()));
}
