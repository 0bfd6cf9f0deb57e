using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Web.Ingest.Submission;

/// <summary>
/// One phone's request while it waits for its shard, and the awaitable of its caller. Taken from a pool and returned to
/// it when the caller has read the answer: at 15,000 requests a second a completion source each would be most of the
/// garbage.
/// </summary>
internal sealed class PendingRequest : IValueTaskSource<RequestAnswer>
{
    private const int MaxPooled = 4_096;
    private static readonly ConcurrentQueue<PendingRequest> Pool = new();

    private ManualResetValueTaskSourceCore<RequestAnswer> _core;

    /// <summary>What the phone sent.</summary>
    public PhoneRequest Request { get; private set; } = null!;

    /// <summary>How many reports' worth of room it takes.</summary>
    public int Weight { get; private set; }

    /// <summary>When it arrived, a timestamp of the time provider.</summary>
    public long ArrivedAt { get; private set; }

    public static PendingRequest Rent(PhoneRequest request, int weight, long arrivedAt)
    {
        if (!Pool.TryDequeue(out var pending))
            pending = new PendingRequest();
        pending.Request = request;
        pending.Weight = weight;
        pending.ArrivedAt = arrivedAt;
        return pending;
    }

    /// <summary>To be awaited once.</summary>
    public ValueTask<RequestAnswer> Answer => new(this, _core.Version);

    /// <summary>
    /// Answers the caller, who goes on on this thread: waking another one for each caller of a batch costs more than
    /// writing its answer.
    /// </summary>
    public void Complete(RequestAnswer answer) => _core.SetResult(answer);

    RequestAnswer IValueTaskSource<RequestAnswer>.GetResult(short token)
    {
        var answer = _core.GetResult(token);
        _core.Reset();
        Request = null!;
        if (Pool.Count < MaxPooled)
            Pool.Enqueue(this);
        return answer;
    }

    ValueTaskSourceStatus IValueTaskSource<RequestAnswer>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<RequestAnswer>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
