namespace AntiLoss.Grains.Alerts;

/// <summary>What an incident alarms about while it stays open. Stored: numbers are never reused.</summary>
public enum EscalationStep : byte
{
    /// <summary>Nobody has looked at it.</summary>
    Unseen = 0,

    /// <summary>The phone has told no place since.</summary>
    NoFix = 1,

    /// <summary>It has been lost for so long that it may be better erased.</summary>
    ConsiderWipe = 2,
}

/// <summary>One phone's being lost, from the word to its end.</summary>
[GenerateSerializer, Immutable, Alias("incident")]
public sealed record Incident(
    [property: Id(0)] string Id, [property: Id(1)] string Device, [property: Id(2)] string DeviceName, [property: Id(3)] int Fleet,
    [property: Id(4)] int Person, [property: Id(5)] DateTimeOffset OpenedAt, [property: Id(6)] string OpenedBy, [property: Id(7)] string? Reason)
{
    [Id(8)] public DateTimeOffset? ClosedAt { get; init; }
    [Id(9)] public string? ClosedBy { get; init; }
    [Id(10)] public string? Outcome { get; init; }

    /// <summary>Ids of the effects in it: a repeated delivery changes nothing.</summary>
    [Id(11)] public ImmutableArray<string> Told { get; init; } = [];

    /// <summary>When somebody looked at it first; null if nobody has.</summary>
    [Id(12)] public DateTimeOffset? SeenAt { get; init; }

    [Id(13)] public string? SeenBy { get; init; }

    /// <summary>Steps of the escalation that are done, whether or not they alarmed.</summary>
    [Id(14)] public ImmutableArray<EscalationStep> Steps { get; init; } = [];

    /// <summary>The alert's kind of a step.</summary>
    public static string AlertOf(EscalationStep step) => $"Incident{step}";

    /// <summary>When a step is due; null if it is done, or needed no more.</summary>
    public DateTimeOffset? DueAt(EscalationStep step, IncidentOptions options) => ClosedAt is not null || Steps.Contains(step) ? null : step switch
    {
        EscalationStep.Unseen => SeenAt is null ? OpenedAt + options.UnseenAfter : null,
        EscalationStep.NoFix => OpenedAt + options.NoFixAfter,
        _ => OpenedAt + options.ConsiderWipeAfter,
    };
}

/// <summary>What somebody wrote down about an incident.</summary>
/// <param name="Id">Sorts by time.</param>
[GenerateSerializer, Immutable, Alias("incident-note")]
public sealed record IncidentNote(
    [property: Id(0)] string Id, [property: Id(1)] DateTimeOffset At, [property: Id(2)] string By, [property: Id(3)] string Text);
