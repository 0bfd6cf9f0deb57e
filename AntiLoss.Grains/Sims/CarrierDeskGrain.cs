using AntiLoss.Grains.Storage;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Grains.Sims;

/// <summary>
/// Keeps <see cref="CarrierDesk"/>. Its timer interleaves, since a carrier takes seconds to answer and SIMs that hand in
/// a request must not wait for another's. It only reads the desk: whatever it changes is a call of its own, to the SIM
/// first and then to the desk, so that each write is a turn. It tries one round after the other, so that a line's newer
/// request never overtakes an older one.
/// </summary>
[GrainType("carrier-desk")]
internal sealed partial class CarrierDeskGrain(
    [PersistentState("carrier-desk")] IPersistentState<CarrierDesk> stored, ICarrierConnector carrier, TimeProvider time, ILogger<CarrierDeskGrain> logger)
    : Grain, ICarrierDeskGrain
{
    private const int AtOnce = 16;
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(5);

    private IGrainTimer? _timer;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _timer = this.RegisterGrainTimer(
            SendAsync, new() { DueTime = Timeout.InfiniteTimeSpan, Period = Timeout.InfiniteTimeSpan, Interleave = true, KeepAlive = true });
        SendLater();
        return Task.CompletedTask;
    }

    public async ValueTask AddAsync(CarrierRequest request, CancellationToken cancellationToken)
    {
        await stored.WriteAsync(stored.State.Add(request), cancellationToken);
        SendLater();
    }

    public ValueTask AnsweredAsync(CarrierRequest request, CancellationToken cancellationToken) =>
        stored.WriteAsync(stored.State.Answered(request), cancellationToken);

    public ValueTask WakeAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private void SendLater()
    {
        if (stored.State.Waiting.IsEmpty)
            return;
        var wait = stored.State.Waiting.Min(request => request.NextTryAt) - time.GetUtcNow();
        // The wall clock may be moved meanwhile: it is looked at again.
        _timer?.Change(wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < RetryEvery ? wait : RetryEvery, Timeout.InfiniteTimeSpan);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = stored.State.Waiting.Where(request => request.NextTryAt <= now).Take(AtOnce).ToList();
        var kept = await Task.WhenAll(due.Select(request => TryAsync(request, cancellationToken)));
        // A carrier is not asked over and over because the answer could not be written.
        if (kept.All(isKept => isKept))
            SendLater();
        else
            _timer?.Change(RetryEvery, Timeout.InfiniteTimeSpan);
    }

    private async Task<bool> TryAsync(CarrierRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var tried = request.After(await PassOnAsync(request, cancellationToken), time.GetUtcNow());
            await GrainFactory.GetGrain<ISimGrain>(tried.Iccid).CarrierAnsweredAsync(tried, CancellationToken.None);
            await GrainFactory.GetGrain<ICarrierDeskGrain>(this.GetPrimaryKeyLong()).AnsweredAsync(tried, CancellationToken.None);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotKept(request.Id, exception);
            return false;
        }
    }

    private async ValueTask<CarrierAnswer> PassOnAsync(CarrierRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await carrier.PassOnAsync(request, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotPassedOn(request.Id, exception);
            return new CarrierAnswer(CarrierState.Requested, "the connector failed");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {Request} could not be passed on to its carrier; it is tried again.")]
    private partial void LogNotPassedOn(string request, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What became of the carrier's request {Request} could not be kept; it is passed on again.")]
    private partial void LogNotKept(string request, Exception exception);
}
