using AntiLoss.Grains.Shards;
using AntiLoss.Silo.Storage;

namespace AntiLoss.Silo.Hosting;

/// <summary>Whether reports can be taken now: every shard is open, and the storage takes writes.</summary>
public sealed class SiloReadiness(ShardMap shards, IGrainFactory grains, StorageHealth storage)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>One sentence about what is missing; null if nothing is.</summary>
    public async Task<string?> TroubleAsync(CancellationToken cancellationToken)
    {
        if (storage.Trouble is { } trouble)
            return trouble;
        try
        {
            var asked = shards.All(grains).Select(shard => shard.StatusAsync(cancellationToken).AsTask());
            var answers = await Task.WhenAll(asked).WaitAsync(_patience, cancellationToken);
            var closed = answers.Count(status => !status.IsOpen);
            return closed == 0 ? null : $"{closed} of {shards.Count} shards are still recovering.";
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            return "The shards do not answer.";
        }
    }
}
