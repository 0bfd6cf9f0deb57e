using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;

namespace AntiLoss.Grains.Shards;

/// <summary>What a shard works with.</summary>
internal sealed partial class ShardServices(
    int shard, int shards, IGrainFactory grains, TimeProvider time, ShardOptions options, DeadLetters deadLetters, PolicyBook policies,
    IWakeDesk wakeDesk, Serializer<RowSnapshot[]> rows, ILogger logger)
{
    private readonly ILogger _logger = logger;

    public int Shard { get; } = shard;

    /// <summary>How many there are.</summary>
    public int Shards { get; } = shards;

    public IGrainFactory Grains { get; } = grains;

    public TimeProvider Time { get; } = time;

    public ShardOptions Options { get; } = options;

    public DeadLetters DeadLetters { get; } = deadLetters;

    public PolicyBook Policies { get; } = policies;

    public IWakeDesk WakeDesk { get; } = wakeDesk;

    public Serializer<RowSnapshot[]> Rows { get; } = rows;

    /// <summary>
    /// Version of the policy in force for a phone; while its organization can't be read the one that it had last: an
    /// older one would be pushed to it again.
    /// </summary>
    public int PolicyVersionOf(Phone phone) => phone.Row is { } row
        ? Policies.VersionInForce(phone.Key.Organization, row.Fleet) ?? row.PolicyVersion
        : DevicePolicy.Default.Version;

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public long MonotonicMs => (long)Time.GetElapsedTime(0).TotalMilliseconds;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard}: a block could not be written; its phones are asked to send again.")]
    public partial void LogAppendFailed(int shard, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Phone {Device}: could not be called; its entries wait.")]
    public partial void LogCallFailed(DeviceKey device, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Phone {Device}: could not be saved; the log keeps its entries.")]
    public partial void LogSaveFailed(DeviceKey device, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Phone {Device}: its days could not be joined; it is tried again tomorrow.")]
    public partial void LogJoinFailed(DeviceKey device, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} cannot open its log yet: {Reason}")]
    public partial void LogNotOpen(int shard, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} is open in epoch {Epoch} with {Phones} phones.")]
    public partial void LogOpen(int shard, int epoch, int phones);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard}: {What} failed; it is tried again.")]
    public partial void LogUpkeepFailed(int shard, string what, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The clock jumped by {Seconds:F0} s against the monotonic clock.")]
    public partial void LogClockJumped(double seconds);
}
