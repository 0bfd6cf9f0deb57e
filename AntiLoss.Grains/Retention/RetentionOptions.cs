using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AntiLoss.Grains.Retention;

/// <summary>How long things are kept. Section <c>AntiLoss:Retention</c>.</summary>
public sealed class RetentionOptions
{
    public const string Section = "AntiLoss:Retention";

    /// <summary>
    /// Days that positions are kept, by their fix time; 0 keeps them for ever. Default: 90. A longer time costs about 10
    /// bytes of disk a position. Counted per chunk: one is deleted when its last position is older.
    /// </summary>
    [Range(0, 36_500)]
    public int Days { get; set; } = 90;

    /// <summary>Days that dead letters are kept; 0 keeps them for ever. Default: 30.</summary>
    [Range(0, 36_500)]
    public int DeadLetterDays { get; set; } = 30;
}

/// <summary>Checks the ranges at start.</summary>
[OptionsValidator]
public sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;
