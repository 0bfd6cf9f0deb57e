using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AntiLoss.Grains.Retention;

/// <summary>Deletes what is older than its retention, sees that nothing of it is left in the storage's files, and gives the disk back what they no longer need.</summary>
public sealed partial class RetentionPass(
    IGrainFactory grains, ITrackStore tracks, IRecordStore records, IErasure erasure, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionPass> logger)
    : BackgroundService
{
    // A process that ended between deleting and erasing leaves the erasing to the next.
    private bool _owesErasure = true;

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
            {
                var before = DeviceId.New(oldestLetter, new byte[10]).ToString();
                letters += await records.DeleteBeforeAsync(organization, DeadLetters.Kind, before, cancellationToken);
                await records.DeleteBeforeAsync(organization, DeadLetters.BytesKind, before, cancellationToken);
            }
        }
        _owesErasure |= chunks + letters > 0;
        if (_owesErasure)
            await erasure.EraseAsync(cancellationToken);
        else
            await erasure.GiveBackAsync(cancellationToken);
        _owesErasure = false;
        if (chunks + letters > 0)
            LogDeleted(chunks, letters);
        return (chunks, letters);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(options.Value.EveryMinutes), time);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The retention pass failed; it is tried again with the next one.")]
    private partial void LogFailed(Exception exception);
}
