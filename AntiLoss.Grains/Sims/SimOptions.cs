using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AntiLoss.Grains.Sims;

/// <summary>What the SIM registry allows. Section <c>AntiLoss:Sims</c>.</summary>
public sealed class SimOptions
{
    public const string Section = "AntiLoss:Sims";

    /// <summary>Lines that one person may hold within an organization, by the identity number they are registered under. Default: 5, as China allows. Free.</summary>
    [Range(1, 1_000)]
    public int LinesPerPerson { get; set; } = 5;
}

/// <summary>Checks the ranges at start.</summary>
[OptionsValidator]
public sealed partial class SimOptionsValidator : IValidateOptions<SimOptions>;
