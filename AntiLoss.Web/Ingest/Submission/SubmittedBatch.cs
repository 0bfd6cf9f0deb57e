using AntiLoss.Grains.Shards;

namespace AntiLoss.Web.Ingest.Submission;

/// <summary>The requests of one call to a shard. Answered once: by the call, or by the deadline if that comes first.</summary>
internal sealed class SubmittedBatch(PendingRequest[] requests)
{
    /// <summary>Callers that go on in one thread, one after another; more are shared among threads.</summary>
    private const int AnsweredInOneGo = 64;

    private readonly ImmutableArray<PhoneRequest> _requests = [.. requests.Select(pending => pending.Request)];
    private PendingRequest[]? _waiting = requests;

    /// <summary>What is sent to the shard.</summary>
    public ImmutableArray<PhoneRequest> Requests => _requests;

    /// <summary>When the request that has waited longest arrived.</summary>
    public long OldestArrivedAt { get; } = requests.Length == 0 ? 0 : requests[0].ArrivedAt;

    /// <summary>Takes the callers to answer them; null if they have been answered.</summary>
    public PendingRequest[]? Claim() => Interlocked.Exchange(ref _waiting, null);

    /// <summary>Gives each caller its answer.</summary>
    public static void Answer(PendingRequest[] callers, ImmutableArray<RequestAnswer> answers)
    {
        for (var start = AnsweredInOneGo; start < callers.Length; start += AnsweredInOneGo)
            ThreadPool.UnsafeQueueUserWorkItem(static some => AnswerSome(some.callers, some.answers, some.start), (callers, answers, start), preferLocal: false);
        AnswerSome(callers, answers, 0);
    }

    /// <summary>Gives all callers one answer.</summary>
    public static void AnswerAll(IReadOnlyList<PendingRequest> callers, RequestAnswer answer)
    {
        foreach (var caller in callers)
            caller.Complete(answer);
    }

    private static void AnswerSome(PendingRequest[] callers, ImmutableArray<RequestAnswer> answers, int start)
    {
        for (var i = start; i < callers.Length && i < start + AnsweredInOneGo; i++)
            callers[i].Complete(answers[i]);
    }
}
