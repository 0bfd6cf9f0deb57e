namespace AntiLoss.Domain.Alerts;

/// <summary>How much an alert matters.</summary>
public enum Severity : byte
{
    Info = 0,
    Warning = 1,
    Critical = 2,
}
