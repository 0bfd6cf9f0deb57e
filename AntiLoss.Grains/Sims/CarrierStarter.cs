using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Grains.Sims;

/// <summary>Starts the desk when the silo has started: what it had not passed on before a stop waits for nobody's touch.</summary>
public sealed partial class CarrierStarter(IGrainFactory grains, TimeProvider time, ILogger<CarrierStarter> logger) : BackgroundService
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
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogNotStarted(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The carriers' desk could not be started; it is tried again.")]
    private partial void LogNotStarted(Exception exception);
}
