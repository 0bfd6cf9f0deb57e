using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Grains.Sims;

/// <summary>
/// Starts the carriers' desk when the silo has started, and sees every 30 s to the lines that have lapsed: neither waits
/// for anybody's touch.
/// </summary>
public sealed partial class SimStarter(IGrainFactory grains, TimeProvider time, ILogger<SimStarter> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await grains.GetGrain<ICarrierDeskGrain>(0).WakeAsync(stoppingToken);
                await grains.GetGrain<ILineLapsesGrain>(0).WakeAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogNotStarted(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The carriers' desk could not be started, or lapsed lines not be seen to; it is tried again.")]
    private partial void LogNotStarted(Exception exception);
}
