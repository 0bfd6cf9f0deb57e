using AntiLoss.Domain.Silences;

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

/// <summary>How a phone was lost.</summary>
/// <param name="By">The operator's account, <c>person</c> for the assigned person, or <c>policy</c>.</param>
[GenerateSerializer, Immutable, Alias("loss")]
public sealed record Loss(
    [property: Id(0)] DateTimeOffset At, [property: Id(1)] string By, [property: Id(2)] string Reason,
    [property: Id(3)] string? Message, [property: Id(4)] string? PhoneNumber);

/// <summary>A wipe that is wanted of a lost phone: asked for by one person, approved by another, told 5 minutes later.</summary>
[GenerateSerializer, Immutable, Alias("wipe-wanted")]
public sealed record WipeWanted(
    [property: Id(0)] Operator By, [property: Id(1)] string Reason, [property: Id(2)] DateTimeOffset At)
{
    /// <summary>How long a request waits for the second person.</summary>
    public static readonly TimeSpan ApprovableFor = TimeSpan.FromMinutes(30);

    /// <summary>How long an approved wipe can be undone before the phone is told.</summary>
    public static readonly TimeSpan UndoFor = TimeSpan.FromMinutes(5);

    [Id(3)] public string? ApprovedBy { get; init; }
    [Id(4)] public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>The command, once it is queued.</summary>
    [Id(5)] public string? CommandId { get; init; }

    /// <summary>When it changes without anybody's doing: the request lapses, or the phone is told.</summary>
    public DateTimeOffset? DueAt => CommandId is not null ? null : ApprovedAt is { } approved ? approved + UndoFor : At + ApprovableFor;
}

/// <summary>A time in which an operator works on the phone: SIMs come and go, it is off.</summary>
[GenerateSerializer, Immutable, Alias("maintenance")]
public sealed record Maintenance(
    [property: Id(0)] DateTimeOffset From, [property: Id(1)] DateTimeOffset Until, [property: Id(2)] string By, [property: Id(3)] string Reason)
{
    public bool Includes(DateTimeOffset at) => From <= at && at < Until;
}

/// <summary>An action that waits for a second person's word.</summary>
/// <param name="Id">What the second person agrees to: the entry that asked.</param>
[GenerateSerializer, Immutable, Alias("pending-action")]
public sealed record PendingAction(
    [property: Id(0)] string Id, [property: Id(1)] TwoPersonAction Action, [property: Id(2)] Operator By,
    [property: Id(3)] string Reason, [property: Id(4)] DateTimeOffset At)
{
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(30);
}

/// <summary>What one person alone may not do to a lost phone.</summary>
public enum TwoPersonAction : byte
{
    /// <summary>Mark it found while a stranger's SIM is in it or its last contact is over an hour old.</summary>
    Found = 1,

    /// <summary>Write it off.</summary>
    Retire = 2,

    /// <summary>Enrol it again.</summary>
    EnrolAgain = 3,
}
