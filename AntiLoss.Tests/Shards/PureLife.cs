using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Tracks;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Tests.Shards;

/// <summary>
/// What the pure step makes of a phone's entries, each item of its agent taken once: no grain, no storage, and no trust in
/// how the step itself knows what it has seen.
/// </summary>
internal sealed class PureLife
{
    private readonly HashSet<(int, ulong, long)> _known = [];
    private OpenChunk _chunk = OpenChunk.Empty(1);
    private LogPosition _last;

    public DeviceState State { get; private set; } = new();

    /// <summary>Every effect there ever was, in order.</summary>
    public List<DeviceEffect> Effects { get; } = [];

    /// <summary>Each item of the agent as it first came.</summary>
    public List<AgentReported> Items { get; } = [];

    /// <summary>What operators did, or the server in their names, and why it was refused.</summary>
    public List<(OperationalChange Change, string? Refusal)> Acts { get; } = [];

    /// <summary>Items that came again.</summary>
    public int Repeats { get; private set; }

    public void Take(LogEntry logged, DevicePolicy policy)
    {
        Assert.Equal(_last, logged.Previous);
        _last = logged.Position;
        var entry = logged.ToDeviceEntry();
        if (entry.Change is AgentReported item)
        {
            if (!_known.Add((item.Enrolment, item.Outbox, item.Sequence)))
            {
                Repeats++;
                // It was passed, under the policy of its time, and did nothing else.
                State = State with { Applied = entry.Position, PolicyVersion = entry.PolicyVersion };
                return;
            }
            Items.Add(item);
        }
        var told = State.Outbox.Length;
        var step = DeviceMachine.Step(State, _chunk, entry, policy);
        (State, _chunk) = (step.State, step.Chunk);
        if (entry.Change is not EffectsConfirmed)
            Effects.AddRange(State.Outbox.Skip(told));
        if (entry.Change is OperationalChange act)
            Acts.Add((act, step.Refusal));
    }
}
