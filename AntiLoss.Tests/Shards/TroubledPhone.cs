using System.Text;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Devices;
using AntiLoss.Grains.Shards;
using AntiLoss.Tests.Guards;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Shards;

/// <summary>
/// A phone that lives a random life. What its agent says gets to its shard as the protocol allows: cut anywhere, the later
/// before the earlier or both at once, again and again until it is acknowledged, and answers get lost. It remembers what
/// was said and done, and what was acknowledged of that.
/// </summary>
internal sealed class TroubledPhone(ShardCluster cluster, DeviceKey key, IReadOnlyList<string> sims)
{
    private const ulong Outbox = 0xA11CE;

    /// <summary>Whoever is not answered by then asks again, as every phone does.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly List<AgentReported> _waiting = [];
    private readonly List<AgentReported> _heard = [];
    private int _enrolment;
    private long _sequence;

    public DeviceKey Key { get; } = key;

    public bool IsRetired { get; private set; }

    /// <summary>What the agent said, by enrolment and number.</summary>
    public Dictionary<(int Enrolment, long Sequence), AgentReported> Said { get; } = [];

    /// <summary>What the server has told it to forget.</summary>
    public HashSet<(int Enrolment, long Sequence)> Acknowledged { get; } = [];

    /// <summary>What people did, and the answer; null where none came.</summary>
    public List<(string Change, ChangeAnswer? Answer)> Acts { get; } = [];

    public async Task EnrolAsync()
    {
        var enrolled = new AgentEnrolled(_enrolment + 1, AgentKind.OemAgent, [1, 2, 3], "test agent");
        // Nobody goes on before knowing whether the phone is enrolled; the same number again changes nothing.
        var answer = await Eventually.GetAsync(() => ChangeAsync(enrolled), $"{Key} is enrolled");
        if (answer.Refusal is not null || answer.Outcome != RequestOutcome.Taken)
            return;
        (_enrolment, _sequence) = (enrolled.Enrolment, 0);
        // An outbox goes with its enrolment. What an earlier one says late is history.
        _heard.AddRange(_waiting);
        _waiting.Clear();
    }

    /// <summary>Lives one step.</summary>
    public async Task LiveAsync(RandomStep step, DateTimeOffset now)
    {
        if (IsRetired)
            return;
        switch (step.Kind)
        {
            case < 37:
                Say(step.Event(await GuardsAsync(), sims), now.AddSeconds(-(step.B % 90)));
                await DeliverAsync(step.Way);
                break;
            case < 55:
                await ChangeAsync(step.Act(await GuardsAsync(), now));
                break;
            case < 57:
                await ChangeAsync(step.Judged(sims));
                break;
            case 57 when step.A < 64:
                await EnrolAsync();
                break;
            case 58:
                await ChangeAsync(new CommandsHandedOver([.. (await GuardsAsync()).Commands.ToSend.Select(command => command.Id)]));
                break;
            case 59 when step.A < 8:
                await AwakenAnewAsync(save: step.B % 2 == 0);
                break;
            case 60:
                await ChangeAsync(new DueReached());
                break;
            default:
                await DeliverAsync(step.Way);
                break;
        }
    }

    /// <summary>Sends until nothing is left to say.</summary>
    public Task FinishAsync() => Eventually.TrueAsync(
        async () =>
        {
            await SendAsync([.. _waiting], hears: true);
            return IsRetired || _waiting.Count == 0;
        },
        $"everything of {Key} is acknowledged");

    public async Task<DeviceState> StateAsync() => (await cluster.ShardOf(Key).ReadAsync(Key))!.State;

    private void Say(AgentEvent said, DateTimeOffset at)
    {
        var item = new AgentReported(_enrolment, Outbox, ++_sequence) { Event = said, HappenedAt = at };
        Said.Add((item.Enrolment, item.Sequence), item);
        _waiting.Add(item);
    }

    private async Task DeliverAsync(int way)
    {
        var (trouble, where, hears) = (way & 7, way >> 3 & 0xff, (way >> 11 & 3) != 0);
        var all = _waiting.ToArray();
        var cut = all.Length * where / 256;
        switch (trouble)
        {
            // No signal: it waits.
            case 0 or 1:
                break;
            // The later overtakes the earlier.
            case 2:
                await SendAsync(all[cut..], hears);
                await SendAsync(all[..cut], hears);
                break;
            // Both are under way, and share an item.
            case 3:
                await Task.WhenAll(SendAsync(all[cut..], hears), SendAsync(all[..Math.Min(cut + 1, all.Length)], hears));
                break;
            // The same twice at once.
            case 4:
                await Task.WhenAll(SendAsync(all, hears), SendAsync(all, hears));
                break;
            // What was heard comes once more, of earlier enrolments too.
            case 5:
                await SendAsync([.. _heard.Skip(_heard.Count * where / 256).Take(5)], hears);
                await SendAsync(all, hears);
                break;
            default:
                await SendAsync(all, hears);
                break;
        }
    }

    /// <param name="hears">The answer arrives.</param>
    private async Task SendAsync(AgentReported[] items, bool hears)
    {
        foreach (var part in items.GroupBy(item => item.Enrolment))
        {
            if (await SendAsync(part.Key, [.. part]) is not { } answer)
                continue;
            IsRetired |= answer.Outcome == RequestOutcome.Retired;
            if (hears && answer.Outcome == RequestOutcome.Taken && part.Key == _enrolment)
                Forget(answer.Through);
        }
    }

    private void Forget(long through)
    {
        lock (_waiting)
        {
            var heard = _waiting.Where(item => item.Sequence <= through).ToList();
            Acknowledged.UnionWith(heard.Select(item => (item.Enrolment, item.Sequence)));
            _waiting.RemoveAll(heard.Contains);
            _heard.AddRange(heard);
        }
    }

    private async Task<AgentAnswer?> SendAsync(int enrolment, AgentReported[] items)
    {
        try
        {
            return await cluster.ShardOf(Key).ExchangeAsync(Key, new AgentRequest
            {
                Enrolment = enrolment,
                Outbox = Outbox,
                Items = [.. items.Select(item => new AgentItem(item.Sequence, item.HappenedAt, null, AgentEventJson.Write(item.Event!)))],
            }).AsTask().WaitAsync(Patience);
        }
        catch (Exception exception) when (IsNoAnswer(exception))
        {
            return null;
        }
    }

    private async Task<ChangeAnswer?> ChangeAsync(OperationalChange change)
    {
        ChangeAnswer? answer = null;
        try
        {
            answer = await cluster.ShardOf(Key).ChangeAsync(Key, DeviceOperation.From(change)).AsTask().WaitAsync(Patience);
            IsRetired |= answer.View?.Row.Retired == true;
        }
        catch (Exception exception) when (IsNoAnswer(exception))
        {
            // Whether it was done the log will tell.
        }
        if (IsAct(change))
            Acts.Add((Words(change), answer));
        return answer;
    }

    /// <summary>Something that only a person does, and not the server by itself too.</summary>
    public static bool IsAct(OperationalChange change) => change is OperatorAct or DeviceRetired;

    /// <summary>What an act is counted by.</summary>
    public static string Words(OperationalChange change) => Encoding.UTF8.GetString(DeviceChangeJson.Write(change));

    private async Task<GuardState> GuardsAsync() =>
        await Eventually.GetAsync(async () => (await cluster.ShardOf(Key).ReadAsync(Key).AsTask().WaitAsync(Patience))?.State.Guards, $"{Key} is read");

    /// <summary>Its activation goes, with or without having saved: the next one has the log.</summary>
    private async Task AwakenAnewAsync(bool save)
    {
        var grain = cluster.Grains.GetGrain<IDeviceGrain>(Key.ToString());
        try
        {
            if (save)
                await grain.SaveAsync().AsTask().WaitAsync(Patience);
            await grain.LeaveAsync().AsTask().WaitAsync(Patience);
        }
        catch (Exception exception) when (IsNoAnswer(exception))
        {
            // It went with its silo.
        }
    }

    private static bool IsNoAnswer(Exception exception) =>
        exception is TimeoutException or OrleansException or Orleans.Runtime.SiloUnavailableException or Grains.Storage.StorageUnavailableException;
}
