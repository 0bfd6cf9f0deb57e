using AntiLoss.Domain.Silences;

namespace AntiLoss.Domain.Guards;

/// <summary>What makes a guarded phone suspected. Stored: numbers are never reused.</summary>
public enum TamperReason : byte
{
    SimRemoved = 1,
    ForeignSim = 2,

    /// <summary>A SIM of ours is in a phone that it is not bound to.</summary>
    SimElsewhere = 3,
    PowerOffRefused = 4,
    RadiosOff = 5,

    /// <summary>It fell silent in a way that its user does not cause.</summary>
    WentDark = 6,
    EsimTampered = 7,

    /// <summary>A report in its name that its key did not sign.</summary>
    ReportForged = 8,
    AgentTampered = 9,
}

/// <summary>One reason to suspect a phone, open until the facts clear it or a person ends the suspicion.</summary>
/// <param name="Detail">The ICCID, the class of the silence, or what the agent said.</param>
[GenerateSerializer, Immutable, Alias("tamper")]
public sealed record Tamper(
    [property: Id(0)] TamperReason Reason, [property: Id(1)] DateTimeOffset Since, [property: Id(2)] string? Detail = null)
{
    /// <summary>For <see cref="TamperReason.WentDark"/>: how the silence was classified.</summary>
    [Id(3)] public SilenceClass? Silence { get; init; }

    /// <summary>Of the SIM that is meant.</summary>
    [Id(4)] public int? Slot { get; init; }

    /// <summary>The facts took it back.</summary>
    [Id(5)] public bool Cleared { get; init; }

    /// <summary>Its alert.</summary>
    [Id(6)] public string AlertId { get; init; } = "";
}
