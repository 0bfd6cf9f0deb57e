using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Domain.Guards;

/// <summary>What a slot's SIM is to its phone. Stored: numbers are never reused.</summary>
public enum SimGuard : byte
{
    /// <summary>A SIM that nobody has bound, in a phone that is not guarded: arming binds it.</summary>
    Unbound = 0,

    /// <summary>A SIM that belongs into this phone.</summary>
    Matched = 1,

    /// <summary>The slot had a SIM and is empty.</summary>
    Missing = 2,

    /// <summary>A stranger's SIM; the PIN is asked for.</summary>
    ForeignPending = 3,

    /// <summary>A stranger's SIM, let in by the PIN until it is removed.</summary>
    ForeignAuthorised = 4,

    /// <summary>A stranger's SIM that stays disabled.</summary>
    ForeignRejected = 5,

    /// <summary>A SIM that is bound to another phone.</summary>
    Borrowed = 6,
}

/// <summary>One SIM slot of a phone, as the newest event about it says.</summary>
[GenerateSerializer, Immutable, Alias("sim-slot")]
public sealed record SimSlot([property: Id(0)] int Slot)
{
    [Id(1)] public SimGuard Guard { get; init; }

    /// <summary>What is, or was last, in it: <see cref="SimName"/>.</summary>
    [Id(2)] public string? Sim { get; init; }

    [Id(3)] public string? Operator { get; init; }
    [Id(4)] public string? Plmn { get; init; }
    [Id(5)] public SimConfidence Confidence { get; init; }

    /// <summary>Since when, by the phone's clock.</summary>
    [Id(6)] public DateTimeOffset Since { get; init; }

    /// <summary>The event that said so.</summary>
    [Id(7)] public EventOrder Order { get; init; }

    /// <summary>Wrong PINs for the SIM that is in it.</summary>
    [Id(8)] public int Tries { get; init; }

    /// <summary>A SIM that the phone does not know is in it.</summary>
    public bool IsForeign => Guard is SimGuard.ForeignPending or SimGuard.ForeignAuthorised or SimGuard.ForeignRejected;
}

/// <summary>A SIM that belongs into the phone.</summary>
/// <param name="Sim">Its <see cref="SimName"/>.</param>
/// <param name="Proven">The phone read it in its own slot and signed that, or the carrier confirmed it.</param>
[GenerateSerializer, Immutable, Alias("bound-sim")]
public sealed record BoundSim(
    [property: Id(0)] string Sim, [property: Id(1)] bool Proven, [property: Id(2)] DateTimeOffset At, [property: Id(3)] string By);

/// <summary>A window in which the first unknown SIM is bound instead of challenged.</summary>
[GenerateSerializer, Immutable, Alias("accept-next-sim")]
public sealed record AcceptNextSim(
    [property: Id(0)] DateTimeOffset Until, [property: Id(1)] string By, [property: Id(2)] string Reason);

/// <summary>
/// What a SIM goes by within its phone: the canonical ICCID where one was read, else <c>slot/operator/network</c>,
/// which tells two SIMs of one operator apart by their slots only.
/// </summary>
public static class SimName
{
    /// <summary>The name of a SIM that was seen. An ICCID that can't be one counts as none.</summary>
    public static string Of(SimSeen seen) => Iccid.TryParse(seen.Iccid, out var iccid)
        ? iccid.Canonical
        : $"{seen.Slot}/{seen.Operator}/{seen.Plmn}";

    /// <summary>Whether a name is an ICCID, which means the same in every phone.</summary>
    public static bool IsIccid(string name) => !name.Contains('/', StringComparison.Ordinal);
}
