namespace AntiLoss.Domain.Privacy;

/// <summary>When a fleet's positions may be stored.</summary>
public enum PrivacySetting : byte
{
    /// <summary>Always.</summary>
    Always = 0,
}
