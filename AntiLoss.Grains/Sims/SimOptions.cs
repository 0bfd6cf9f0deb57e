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

    /// <summary>The same for lines registered in a country, by its ISO 3166 alpha-2 code: <c>LinesPerPersonIn:TH = 3</c>. Default: none; <see cref="LinesPerPerson"/> holds. Free.</summary>
    [JurisdictionLimits]
    public IReadOnlyDictionary<string, int> LinesPerPersonIn { get; set; } = new Dictionary<string, int>();

    /// <summary>How many lines a person may hold in a jurisdiction; null: where none was named.</summary>
    public int MostIn(string? jurisdiction) =>
        jurisdiction is not null && LinesPerPersonIn.TryGetValue(jurisdiction, out var most) ? most : LinesPerPerson;
}

/// <summary>Limits by two capital letters, each from 1 to 1,000.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class JurisdictionLimitsAttribute : ValidationAttribute
{
    public JurisdictionLimitsAttribute() : base("{0} takes a number from 1 to 1000 for each country, by two capital letters such as CN.")
    {
    }

    public override bool IsValid(object? value) => value is not IReadOnlyDictionary<string, int> limits
        || limits.All(limit => limit.Key is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'] && limit.Value is >= 1 and <= 1_000);
}

/// <summary>Checks the ranges at start.</summary>
[OptionsValidator]
public sealed partial class SimOptionsValidator : IValidateOptions<SimOptions>;
