using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Grains.Shards;

/// <summary>
/// Starts the shards when the silo has started, and sees every 30 s that they run: they are the phones' clock, and must
/// not wait for a report.
/// </summary>
public sealed partial class ShardStarter(IGrainFactory grains, ShardMap shards, TimeProvider time, ILogger<ShardStarter> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await Task.WhenAll(shards.All(grains).Select(shard => shard.StatusAsync(stoppingToken).AsTask()));
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogNotStarted(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not every shard could be started; it is tried again.")]
    private partial void LogNotStarted(Exception exception);
}
