using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Tests.Shards;

/// <summary>A phone with an agent, speaking to its shard as the agent protocol does once signatures are checked.</summary>
internal sealed class GuardedPhone(ShardCluster cluster, DeviceKey key)
{
    private const ulong Outbox = 0xA11CE;
    private long _sequence;

    public DeviceKey Key { get; } = key;

    public static async Task<GuardedPhone> EnrolAsync(ShardCluster cluster, string name = "Phone")
    {
        var phone = new GuardedPhone(cluster, await cluster.EnrolAsync(name));
        await phone.ChangeAsync(new AgentEnrolled(1, AgentKind.OemAgent, [1, 2, 3], "test agent 1"));
        return phone;
    }

    /// <summary>An operator whose account is old enough to be a second person.</summary>
    public static Operator Person(string id) => new(id, $"session of {id}", DateTimeOffset.UnixEpoch);

    public Task<ChangeAnswer> ActAsync(Func<Operator, OperatorAct> act, string by = "olga") => ChangeAsync(act(Person(by)));

    public async Task<ChangeAnswer> ChangeAsync(OperationalChange change) =>
        await cluster.ShardOf(Key).ChangeAsync(Key, DeviceOperation.From(change));

    public Task<AgentAnswer> SayAsync(params AgentEvent[] said) => SayAgainAsync(++_sequence, said);

    /// <summary>Sends items from a number on, whether or not they were sent before.</summary>
    public async Task<AgentAnswer> SayAgainAsync(long sequence, params AgentEvent[] said)
    {
        _sequence = Math.Max(_sequence, sequence + said.Length - 1);
        return await cluster.ShardOf(Key).ExchangeAsync(Key, new AgentRequest
        {
            Enrolment = 1,
            Outbox = Outbox,
            Items = [.. said.Select((item, i) => new AgentItem(sequence + i, null, null, AgentEventJson.Write(item)))],
        });
    }

    public async Task<DeviceState> StateAsync() => (await cluster.ShardOf(Key).ReadAsync(Key))!.State;

    public async Task<GuardState> GuardsAsync() => (await StateAsync()).Guards ?? GuardState.Empty;
}
