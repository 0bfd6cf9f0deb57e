using System.Collections.Concurrent;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Ingest.Submission;

/// <summary>
/// Takes what phones sent to their shards: what arrives within about a millisecond is grouped by shard and goes in one
/// call each. An answer of <see cref="RequestOutcome.Taken"/> means durable.
/// </summary>
public sealed class ReportSubmitter : IDisposable
{
    /// <summary>Nothing in the chain waits longer than 25 s; the rest is for the answer's own way.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan DeadlineCheckEvery = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of unread messages that take the room of one report.</summary>
    private const int UnreadBytesPerReport = 256;

    private static readonly RequestAnswer Busy = RequestAnswer.Refused(RequestOutcome.Busy);

    private readonly ShardMap _shards;
    private readonly ShardLane[] _lanes;
    private readonly TimeProvider _time;
    private readonly TimeSpan _gather;
    private readonly ITimer _gathered;
    private readonly ITimer _deadlines;
    private readonly ConcurrentDictionary<uint, (Room Room, OrganizationRate Rate)> _organizations = new();
    private readonly Room _node;
    private readonly int _organizationRoom;
    private readonly int _organizationRate;
    private int _armed;

    public ReportSubmitter(ShardMap shards, IGrainFactory grains, TimeProvider time, IOptions<LimitOptions> limits, IngestInstruments instruments, ILogger<ReportSubmitter> logger)
    {
        _shards = shards;
        _time = time;
        _lanes = [.. shards.All(grains).Select((grain, shard) => new ShardLane(shard, grain, instruments, logger))];
        _gather = TimeSpan.FromMilliseconds(limits.Value.GatherMilliseconds);
        _node = new Room(limits.Value.WaitingReports);
        _organizationRoom = Math.Max(1, (int)((long)limits.Value.WaitingReports * limits.Value.OrganizationShare / 100));
        _organizationRate = limits.Value.OrganizationRatePerSecond;
        _gathered = time.CreateTimer(static self => ((ReportSubmitter)self!).Send(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _deadlines = time.CreateTimer(static self => ((ReportSubmitter)self!).GiveUp(), this, DeadlineCheckEvery, DeadlineCheckEvery);
    }

    /// <summary>
    /// Submits one phone's request. Repeating it changes nothing. Not cancellable: once it is on its way its outcome is
    /// known only from the answer, which comes within 21 s.
    /// </summary>
    public async ValueTask<RequestAnswer> SubmitAsync(PhoneRequest request)
    {
        var weight = WeightOf(request);
        var (organization, rate) = LimitsOf(request.Device.Organization);
        if (!_node.TryEnter(weight))
            return Busy;
        try
        {
            if (!organization.TryEnter(weight))
                return Busy;
            try
            {
                if (!rate.TryTake(weight))
                    return RequestAnswer.Refused(RequestOutcome.RateLimited);
                var pending = PendingRequest.Rent(request, weight, _time.GetTimestamp());
                var answer = pending.Answer;
                _lanes[_shards.Of(request.Device.Device)].Add(pending);
                Arm();
                return await answer;
            }
            finally
            {
                organization.Leave(weight);
            }
        }
        finally
        {
            _node.Leave(weight);
        }
    }

    public void Dispose()
    {
        _gathered.Dispose();
        _deadlines.Dispose();
    }

    private static int WeightOf(PhoneRequest request)
    {
        var weight = Math.Max(1, request.Reports.Length);
        foreach (var unread in request.Unread)
            weight += 1 + unread.Bytes.Length / UnreadBytesPerReport;
        return weight;
    }

    // Organizations are named by credentials whose MAC held, so there are as many rooms as organizations.
    private (Room Room, OrganizationRate Rate) LimitsOf(OrganizationNumber organization) =>
        _organizations.TryGetValue(organization.Value, out var limits)
            ? limits
            : _organizations.GetOrAdd(organization.Value, static (_, self) => (new Room(self._organizationRoom), new OrganizationRate(self._organizationRate, self._time)), this);

    private void Arm()
    {
        if (Interlocked.Exchange(ref _armed, 1) == 0)
            _gathered.Change(_gather, Timeout.InfiniteTimeSpan);
    }

    private void Send()
    {
        // Before the lanes are looked at: what is added after that arms the timer again.
        Volatile.Write(ref _armed, 0);
        Interlocked.MemoryBarrier();
        foreach (var lane in _lanes)
            lane.Send();
    }

    private void GiveUp()
    {
        var arrivedBefore = _time.GetTimestamp() - (long)(Deadline.TotalSeconds * _time.TimestampFrequency);
        foreach (var lane in _lanes)
            lane.GiveUp(arrivedBefore);
    }

    /// <summary>Room for so many reports. A request larger than all of it may enter while nothing else is in.</summary>
    private sealed class Room(int most)
    {
        private int _taken;

        public bool TryEnter(int weight)
        {
            if (Interlocked.Add(ref _taken, weight) <= most || Volatile.Read(ref _taken) == weight)
                return true;
            Leave(weight);
            return false;
        }

        public void Leave(int weight) => Interlocked.Add(ref _taken, -weight);
    }
}
