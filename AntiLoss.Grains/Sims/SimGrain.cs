using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Alerts;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Grains.Sims;

/// <summary>
/// Keeps <see cref="SimRecord"/>, written before anybody is answered. What it owes phones waits in the record and goes
/// from a timer: nothing that a shard awaits may await a shard.
/// </summary>
[GrainType("sim")]
internal sealed partial class SimGrain(
    [PersistentState("sim")] IPersistentState<SimRecord> stored, ShardMap shards, ILogger<SimGrain> logger) : Grain, ISimGrain
{
    private static readonly TimeSpan PayEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(5);

    private IGrainTimer? _timer;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _timer = this.RegisterGrainTimer(PayAsync, new() { DueTime = Timeout.InfiniteTimeSpan, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
        PayLater(PayEvery);
        return Task.CompletedTask;
    }

    public async ValueTask TakeAsync(Told told, CancellationToken cancellationToken)
    {
        await stored.WriteAsync(stored.State.Take(told), cancellationToken);
        PayLater(PayEvery);
    }

    public ValueTask<SimView?> ReadAsync(uint organization, CancellationToken cancellationToken)
    {
        var binding = stored.State.Of(new OrganizationNumber(organization));
        return new(binding is null ? null : new SimView(
            this.GetPrimaryKeyString(), binding.Device.Device.ToString(), binding.Proven, binding.At, binding.Proven ? stored.State.SeenAbroadAt : null));
    }

    private void PayLater(TimeSpan after)
    {
        if (!stored.State.Owed.IsEmpty)
            _timer?.Change(after, Timeout.InfiniteTimeSpan);
    }

    private async Task PayAsync()
    {
        try
        {
            while (stored.State.Owed is [var notice, ..])
            {
                await TellAsync(notice);
                await stored.WriteAsync(stored.State.Paid(notice));
            }
        }
        catch (Exception exception)
        {
            LogNotPaid(exception);
            PayLater(RetryEvery);
        }
    }

    private async ValueTask TellAsync(SimNotice notice)
    {
        var word = notice.Word;
        // Whether the SIM's own phone is in trouble decides what the other one is told, and its state is known there only.
        if (word is { Verdict: SimVerdict.OtherDevice, Other: { } other } && DeviceId.TryParse(other, out var owner))
            word = word with { OtherIsTroubled = await IsTroubledAsync(notice.Device with { Device = owner }) };
        var answer = await ShardOf(notice.Device).ChangeAsync(notice.Device, DeviceOperation.From(word));
        if (answer.Outcome == RequestOutcome.Busy)
            throw new InvalidOperationException("The phone's shard is busy.");
    }

    private async ValueTask<bool> IsTroubledAsync(DeviceKey device) =>
        (await ShardOf(device).ReadAsync(device))?.Row.Protection is Protection.Suspected or Protection.Lost;

    private IShardGrain ShardOf(DeviceKey device) => shards.ShardOf(GrainFactory, device.Device);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A SIM's notice could not be given to its phone; it is tried again.")]
    private partial void LogNotPaid(Exception exception);
}
