using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AntiLoss.Grains.Shards;

/// <summary>What one phone may send. Section <c>AntiLoss:Limits</c>.</summary>
public sealed class ShardOptions
{
    public const string Section = "AntiLoss:Limits";

    /// <summary>Positions a second that refill a phone's bucket. Default: 10. More lets one noisy phone take more of its shard.</summary>
    [Range(0.01, 1_000_000)]
    public double DeviceRatePerSecond { get; set; } = 10;

    /// <summary>
    /// Positions that a phone's bucket holds; a request is taken whole while the bucket is not empty and may leave it in
    /// debt, so that a day's backlog drains. Default: 1,000.
    /// </summary>
    [Range(1, 10_000_000)]
    public double DeviceBurst { get; set; } = 1_000;
}

/// <summary>Checks the ranges at start.</summary>
[OptionsValidator]
public sealed partial class ShardOptionsValidator : IValidateOptions<ShardOptions>;
