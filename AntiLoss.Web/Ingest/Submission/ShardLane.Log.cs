namespace AntiLoss.Web.Ingest.Submission;

internal sealed partial class ShardLane
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard}: a call with {Count} requests failed; the phones will send again.")]
    private static partial void LogCallFailed(ILogger logger, Exception exception, int shard, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard}: {Count} requests got no answer in time; the phones will send again.")]
    private static partial void LogGaveUp(ILogger logger, int shard, int count);
}
