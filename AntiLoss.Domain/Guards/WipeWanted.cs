namespace AntiLoss.Domain.Guards;

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
