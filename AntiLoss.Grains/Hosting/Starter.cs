using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Grains.Hosting;

/// <summary>
/// Starts grains that have a clock of their own when the silo has started, and sees again and again that they run: they
/// must not wait for anybody's touch.
/// </summary>
/// <param name="what">For the log: <c>the shards</c>.</param>
public abstract partial class Starter(string what, TimeSpan period, TimeProvider time, ILogger logger) : BackgroundService
{
    /// <summary>Touches each of them.</summary>
    protected abstract Task WakeAsync(CancellationToken cancellationToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(period, time);
        do
        {
            try
            {
                await WakeAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogNotStarted(what, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not all of {What} could be started; it is tried again.")]
    private partial void LogNotStarted(string what, Exception exception);
}
