namespace AntiLoss.Domain.Commands;

/// <summary>What a phone can be told to do. Stored and sent: numbers are never reused.</summary>
public enum CommandKind : byte
{
    /// <summary>Say where you are. Expires after 10 minutes; a second one joins the first.</summary>
    Locate = 1,

    /// <summary>Ring aloud. Expires after 5 minutes; a second one joins the first.</summary>
    Ring = 2,

    /// <summary>Lock the screen, with a message and a number to call.</summary>
    Lock = 3,
    Unlock = 4,

    /// <summary>Erase everything. Two people, and 7 days.</summary>
    Wipe = 5,
    SetPolicy = 6,
    DisableFallback = 7,

    /// <summary>A SIM belongs into this phone from now on.</summary>
    RebindSim = 8,

    /// <summary>A signed package for the eUICC; expires with its package.</summary>
    EsimOperation = 9,

    /// <summary>Show a text. Expires after 24 hours.</summary>
    Message = 10,
}

/// <summary>How a command fares. Stored: numbers are never reused.</summary>
public enum CommandState : byte
{
    Queued = 0,
    Sent = 1,
    Acknowledged = 2,
    Succeeded = 3,
    Failed = 4,
    Expired = 5,
    Cancelled = 6,
}

/// <summary>One command to one phone: who wants what, why, until when, and how it fares.</summary>
[GenerateSerializer, Immutable, Alias("command")]
public sealed record Command
{
    /// <summary>A ULID: the phone remembers it within its enrolment and executes it once.</summary>
    [Id(0)] public required string Id { get; init; }

    [Id(1)] public required CommandKind Kind { get; init; }

    /// <summary>Rises by one with each command of an enrolment.</summary>
    [Id(2)] public long Counter { get; init; }

    [Id(3)] public int Enrolment { get; init; }

    /// <summary>The operator's account, or <c>policy</c>.</summary>
    [Id(4)] public required string By { get; init; }

    [Id(5)] public string? Reason { get; init; }
    [Id(6)] public DateTimeOffset At { get; init; }

    /// <summary>Null for a desired state, which does not expire.</summary>
    [Id(7)] public DateTimeOffset? ExpiresAt { get; init; }

    [Id(8)] public CommandState State { get; init; }
    [Id(9)] public DateTimeOffset? SentAt { get; init; }
    [Id(10)] public DateTimeOffset? AcknowledgedAt { get; init; }
    [Id(11)] public DateTimeOffset? DoneAt { get; init; }

    /// <summary>Why it failed or was cancelled, kebab-case.</summary>
    [Id(12)] public string? Code { get; init; }

    /// <summary>What the screen shows, at most 500 characters.</summary>
    [Id(13)] public string? Text { get; init; }

    /// <summary>The number that a locked phone offers to call.</summary>
    [Id(14)] public string? PhoneNumber { get; init; }

    [Id(15)] public int? PolicyVersion { get; init; }

    /// <summary>Of the SIM that is meant.</summary>
    [Id(16)] public string? Iccid { get; init; }

    /// <summary>When a push service took a wake of the phone for it; null if none did.</summary>
    [Id(17)] public DateTimeOffset? WokenAt { get; init; }

    /// <summary>Why the last wake for it failed, kebab-case; null if it did not.</summary>
    [Id(18)] public string? WakeFailure { get; init; }

    /// <summary>The phone was handed to another person: it asks for a new guard PIN.</summary>
    [Id(19)] public bool NewPin { get; init; }

    /// <summary>Neither done nor given up.</summary>
    public bool IsPending => State is CommandState.Queued or CommandState.Sent or CommandState.Acknowledged;

    /// <summary>The phone is yet to have it: it goes out at the next contact.</summary>
    public bool IsToSend => State is CommandState.Queued or CommandState.Sent;
}
