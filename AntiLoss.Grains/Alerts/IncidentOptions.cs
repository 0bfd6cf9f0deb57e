using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AntiLoss.Grains.Alerts;

/// <summary>When an incident asks for people again. Section <c>AntiLoss:Incidents</c>.</summary>
public sealed class IncidentOptions
{
    public const string Section = "AntiLoss:Incidents";

    /// <summary>How long an incident may be open before it alarms because nobody has looked at it. Default: 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan UnseenAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a lost phone may be without a new position before its incident alarms. Default: 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan NoFixAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>After how long an open incident asks whether the phone should be erased. Default: 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan ConsiderWipeAfter { get; set; } = TimeSpan.FromHours(24);
}

/// <summary>Checks the ranges at start.</summary>
[OptionsValidator]
public sealed partial class IncidentOptionsValidator : IValidateOptions<IncidentOptions>;
