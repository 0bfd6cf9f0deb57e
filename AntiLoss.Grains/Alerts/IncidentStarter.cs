using AntiLoss.Grains.Fleets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Grains.Alerts;

/// <summary>Wakes every organization's incidents when the silo has started, and now and then: their clock waits for nobody's touch.</summary>
public sealed partial class IncidentStarter(IGrainFactory grains, TimeProvider time, ILogger<IncidentStarter> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                var installation = await grains.GetGrain<IInstallationGrain>(0).ReadAsync(-1, stoppingToken);
                foreach (var organization in installation?.Organizations.Keys ?? [])
                    await grains.GetGrain<IIncidentsGrain>(organization).WakeAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogNotStarted(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The incidents could not be woken; it is tried again.")]
    private partial void LogNotStarted(Exception exception);
}
