namespace AntiLoss.Domain.Devices;

/// <summary>What a SIM bound to one phone of the organization does in another one of it.</summary>
public enum OwnSimRule : byte
{
    /// <summary>Both phones say so; one click moves the binding.</summary>
    Warn = 0,

    /// <summary>It is a tamper on both phones, and only an operator who rebinds helps.</summary>
    Refuse = 1,
}
