using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AntiLoss.Grains.Retention;

/// <summary>Deletes what is older than its retention, once an hour.</summary>
public sealed partial class RetentionPass(
    IGrainFactory grains, ITrackStore tracks, IRecordStore records, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionPass> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>One pass over every organization; answers how many chunks and records were deleted.</summary>
    public async Task<(int Chunks, int Records)> RunAsync(CancellationToken cancellationToken = default)
    {
        var (chunks, letters) = (0, 0);
        var installation = await grains.GetGrain<IInstallationGrain>(0).ReadAsync(-1, cancellationToken);
        foreach (var number in installation?.Organizations.Keys ?? [])
        {
            var organization = new OrganizationNumber(number);
            if (Limit(options.Value.Days) is { } oldest)
                chunks += await tracks.DeleteBeforeAsync(organization, oldest, cancellationToken);
            if (Limit(options.Value.DeadLetterDays) is { } oldestLetter)
                letters += await records.DeleteBeforeAsync(organization, DeadLetters.Kind, DeviceId.New(oldestLetter, new byte[10]).ToString(), cancellationToken);
        }
        if (chunks + letters > 0)
            LogDeleted(chunks, letters);
        return (chunks, letters);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }
        }
    }

    private DateTimeOffset? Limit(int days) => days == 0 ? null : time.GetUtcNow().AddDays(-days);

    [LoggerMessage(Level = LogLevel.Information, Message = "Retention: {Chunks} track chunks and {Letters} dead letters were deleted.")]
    private partial void LogDeleted(int chunks, int letters);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The retention pass failed; it is tried again in an hour.")]
    private partial void LogFailed(Exception exception);
}
