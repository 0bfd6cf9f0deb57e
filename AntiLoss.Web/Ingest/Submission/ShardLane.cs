using AntiLoss.Grains.Shards;

namespace AntiLoss.Web.Ingest.Submission;

/// <summary>
/// The way to one shard: requests that wait, and a few calls on their way. Calls overlap, so that the next batch gathers
/// while the last one is being written; they are few, so that under load batches grow instead of queues.
/// </summary>
internal sealed partial class ShardLane(int shard, IShardGrain grain, IngestInstruments instruments, ILogger logger)
{
    /// <summary>A shard holds at most four blocks that wait for its log; one is left for everybody else who writes to it.</summary>
    private const int MaxCalls = 3;

    private const int MaxWeightOfCall = 4_096;

    private static readonly RequestAnswer Busy = RequestAnswer.Refused(RequestOutcome.Busy);

    private readonly Lock _gate = new();
    private readonly List<PendingRequest> _waiting = [];
    private readonly List<SubmittedBatch> _calls = [];

    public void Add(PendingRequest request)
    {
        lock (_gate)
            _waiting.Add(request);
    }

    /// <summary>Sends what waits, as far as calls are free.</summary>
    public void Send()
    {
        while (Next() is { } batch)
            _ = SendAsync(batch);
    }

    /// <summary>Answers *busy* to everybody who arrived before a moment and has no answer yet.</summary>
    public void GiveUp(long arrivedBefore)
    {
        List<PendingRequest> late = [];
        lock (_gate)
        {
            foreach (var call in _calls)
            {
                if (call.OldestArrivedAt < arrivedBefore && call.Claim() is { } callers)
                    late.AddRange(callers);
            }
            var waiting = _waiting.FindIndex(request => request.ArrivedAt >= arrivedBefore) is >= 0 and var index ? index : _waiting.Count;
            late.AddRange(_waiting.GetRange(0, waiting));
            _waiting.RemoveRange(0, waiting);
        }
        if (late.Count == 0)
            return;
        LogGaveUp(logger, shard, late.Count);
        SubmittedBatch.AnswerAll(late, Busy);
    }

    private SubmittedBatch? Next()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0 || _calls.Count >= MaxCalls)
                return null;
            var count = 0;
            for (var weight = 0; count < _waiting.Count && (count == 0 || weight + _waiting[count].Weight <= MaxWeightOfCall); count++)
                weight += _waiting[count].Weight;
            var requests = new PendingRequest[count];
            _waiting.CopyTo(0, requests, 0, count);
            _waiting.RemoveRange(0, count);
            var batch = new SubmittedBatch(requests);
            _calls.Add(batch);
            return batch;
        }
    }

    private async Task SendAsync(SubmittedBatch batch)
    {
        instruments.OnBatchSent(batch.Requests.Length);
        ImmutableArray<RequestAnswer> answers = default;
        try
        {
            answers = await grain.SubmitAsync(batch.Requests);
        }
        catch (Exception exception)
        {
            // Fan-out to one of many: whatever happened to this shard's call, its phones have their copies and send again.
            LogCallFailed(logger, exception, shard, batch.Requests.Length);
        }
        lock (_gate)
            _calls.Remove(batch);
        Send();
        if (batch.Claim() is not { } callers)
            return;
        if (answers.IsDefault || answers.Length != callers.Length)
            SubmittedBatch.AnswerAll(callers, Busy);
        else
            SubmittedBatch.Answer(callers, answers);
    }
}
