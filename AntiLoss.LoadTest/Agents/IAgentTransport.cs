using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Reports;

namespace AntiLoss.LoadTest.Agents;

/// <summary>What carries a simulated phone's messages to its server, and proves them to be the phone's.</summary>
public interface IAgentTransport
{
    /// <summary>Sends items of the outbox; null if there was no answer, and all of it is to be sent again.</summary>
    Task<AgentReply?> ExchangeAsync(AgentMessage message, CancellationToken cancellationToken);

    /// <summary>The policy of a version that a command named.</summary>
    Task<DevicePolicy> PolicyAsync(int version, CancellationToken cancellationToken);
}

/// <summary>What the agent sends at once.</summary>
/// <param name="Outbox">The random id that the phone made with its outbox.</param>
public sealed record AgentMessage(int Enrolment, ulong Outbox, ImmutableArray<OutboxItem> Items);

/// <summary>What the server answers: everything up to <paramref name="Through"/> is durable, and this is wanted of the phone.</summary>
public sealed record AgentReply(long Through, ImmutableArray<Command> Commands);

/// <summary>One thing that waits on the phone until the server has it.</summary>
public sealed record OutboxItem(long Sequence, DateTimeOffset HappenedAt)
{
    public Report? Report { get; init; }

    public AgentEvent? Event { get; init; }
}
