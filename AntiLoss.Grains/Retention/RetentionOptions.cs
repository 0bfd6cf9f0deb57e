using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AntiLoss.Grains.Retention;

/// <summary>How long things are kept. Section <c>AntiLoss:Retention</c>.</summary>
public sealed class RetentionOptions
{
    public const string Section = "AntiLoss:Retention";

    /// <summary>
    /// Days that positions are kept, by their fix time; 0 keeps them for ever. Default: 90. A longer time costs about 10
    /// bytes of disk a position. Counted by the UTC day: a position is deleted at most 2 days later.
    /// </summary>
    [Range(0, 36_500)]
    public int Days { get; set; } = 90;

    /// <summary>Days that dead letters are kept; 0 keeps them for ever. Default: 30.</summary>
    [Range(0, 36_500)]
    public int DeadLetterDays { get; set; } = 30;

    /// <summary>
    /// Minutes between two passes that delete, and give free space back to the disk. Default: 60. After one that deleted
    /// anything the whole data file is read once, to erase what is left of it.
    /// </summary>
    [Range(0.01, 1_440)]
    public double EveryMinutes { get; set; } = 60;
}

/// <summary>Checks the ranges at start.</summary>
[OptionsValidator]
public sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;
