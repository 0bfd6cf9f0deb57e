namespace AntiLoss.Domain.Devices;

/// <summary>Whether a phone speaks as often as its policy expects. Stored: numbers are never reused.</summary>
public enum Presence : byte
{
    /// <summary>It has never spoken.</summary>
    Never = 0,

    /// <summary>It spoke within one expected interval and 20 %.</summary>
    Online = 1,

    /// <summary>Silent beyond one expected interval and 20 %.</summary>
    Overdue = 2,

    /// <summary>Silent beyond three expected intervals.</summary>
    Offline = 3,
}
