namespace AntiLoss.Domain.Guards;

/// <summary>How a phone is protected. Stored: numbers are never reused.</summary>
public enum Protection : byte
{
    Disarmed = 0,
    Armed = 1,

    /// <summary>Something happened to it that its user would not do.</summary>
    Suspected = 2,
    Lost = 3,
    Wiped = 4,
    Retired = 5,
}
