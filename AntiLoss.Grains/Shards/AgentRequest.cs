using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Grains.Shards;

/// <summary>What one agent sent in one message, its signature already checked against the enrolment's key.</summary>
[GenerateSerializer, Immutable, Alias("agent-request")]
public sealed record AgentRequest
{
    /// <summary>The enrolment that signed it.</summary>
    [Id(0)] public required int Enrolment { get; init; }

    /// <summary>The random id that the phone made with its outbox.</summary>
    [Id(1)] public required ulong Outbox { get; init; }

    /// <summary>In the order of their numbers.</summary>
    [Id(2)] public required ImmutableArray<AgentItem> Items { get; init; }
}

/// <summary>One item of an agent's outbox.</summary>
/// <param name="EventJson">An <c>AgentEvent</c> as the protocol has it; empty if the item is none.</param>
[GenerateSerializer, Immutable, Alias("agent-item")]
public readonly record struct AgentItem(
    [property: Id(0)] long Sequence, [property: Id(1)] DateTimeOffset? HappenedAt,
    [property: Id(2)] Report? Report, [property: Id(3)] ReadOnlyMemory<byte> EventJson);

/// <summary>What an agent is answered.</summary>
/// <param name="Outcome">Unless it is Taken nothing was stored, and all of it is to come again.</param>
/// <param name="Through">Everything of this outbox up to here is durable and known: the phone may forget it. 0 if that is not known yet.</param>
/// <param name="Commands">What goes out with the answer, in order; empty if the phone had not applied the message in time.</param>
[GenerateSerializer, Immutable, Alias("agent-answer")]
public sealed record AgentAnswer(
    [property: Id(0)] RequestOutcome Outcome, [property: Id(1)] long Through, [property: Id(2)] ImmutableArray<Command> Commands)
{
    /// <summary>The newest policy version, which the phone should have.</summary>
    [Id(3)] public int PolicyVersion { get; init; }

    /// <summary>How many of the items were known already, and changed nothing.</summary>
    [Id(4)] public int Repeats { get; init; }

    /// <summary>The phone's present enrolment; 0 if it is not known yet.</summary>
    [Id(5)] public int Enrolment { get; init; }

    public static AgentAnswer Refused(RequestOutcome outcome) => new(outcome, 0, []);
}
