namespace AntiLoss.Domain.Agents;

/// <summary>What a recovery code frees. Stored: numbers are never reused.</summary>
public enum RecoveryPurpose : byte
{
    /// <summary>The PIN may be tried again; its failure count is 0.</summary>
    EndLockout = 1,

    /// <summary>The phone may be switched off once, also while it is lost.</summary>
    PowerOffOnce = 2,

    /// <summary>A new PIN may be chosen.</summary>
    NewPin = 3,
}
