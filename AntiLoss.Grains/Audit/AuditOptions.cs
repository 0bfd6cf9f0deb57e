using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AntiLoss.Grains.Audit;

/// <summary>How often audits are signed. Section <c>AntiLoss:Audit</c>.</summary>
public sealed class AuditOptions
{
    public const string Section = "AntiLoss:Audit";

    /// <summary>Entries after which a checkpoint is signed at once. Default: 1000.</summary>
    [Range(1, 1_000_000)]
    public int CheckpointEntries { get; set; } = 1_000;

    /// <summary>Seconds after which entries are under a checkpoint, however few they are. Default: 60.</summary>
    [Range(1, 86_400)]
    public int CheckpointSeconds { get; set; } = 60;
}

/// <summary>Checks the ranges at start.</summary>
[OptionsValidator]
public sealed partial class AuditOptionsValidator : IValidateOptions<AuditOptions>;
