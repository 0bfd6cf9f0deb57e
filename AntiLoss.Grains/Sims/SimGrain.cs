using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Alerts;
using AntiLoss.Grains.Audit;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Grains.Sims;

/// <summary>
/// Keeps <see cref="SimRecord"/>, written before anybody is answered. What it owes phones waits in the record and goes
/// from a timer: nothing that a shard awaits may await a shard. What it owes the audit, a carrier and a person's count
/// goes before an operator is answered, and from the timer if that fails.
/// </summary>
[GrainType("sim")]
internal sealed partial class SimGrain(
    [PersistentState("sim")] IPersistentState<SimRecord> stored, LapseBook lapses, ShardMap shards, TimeProvider time, ILogger<SimGrain> logger) : Grain, ISimGrain
{
    private static readonly TimeSpan PayEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(5);

    private IGrainTimer? _timer;
    private bool _isDue;

    private string Iccid => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _timer = this.RegisterGrainTimer(PayAsync, new() { DueTime = Timeout.InfiniteTimeSpan, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
        PayLater(PayEvery);
        return Task.CompletedTask;
    }

    public async ValueTask TakeAsync(Told told, CancellationToken cancellationToken)
    {
        await stored.WriteAsync(Now.Take(told), cancellationToken);
        PayLater(PayEvery);
    }

    public async ValueTask LapseAsync(CancellationToken cancellationToken)
    {
        await stored.WriteAsync(Now, cancellationToken);
        await SettleAsync();
    }

    public async ValueTask<SimView?> ReadAsync(uint organization, CancellationToken cancellationToken)
    {
        await stored.WriteAsync(Now, cancellationToken);
        PayLater(PayEvery);
        return ViewOf(new OrganizationNumber(organization));
    }

    public async ValueTask<LineAnswer?> RegisterAsync(uint organization, RealName name, string reason, CancellationToken cancellationToken)
    {
        var number = new OrganizationNumber(organization);
        if (!stored.State.IsKnownTo(number))
            return null;
        // Noted first: of a record that is then not taken nothing lapses.
        await lapses.NoteAsync(Iccid, name.Until);
        if (LineSeat.Of(organization, name) is { } seat)
        {
            // Written down first, so that a place which is taken and then not used is given back, whatever happens between.
            await stored.WriteAsync(Now.Reserve(seat), cancellationToken);
            if (!await SeatsOf(seat).TakeAsync(Iccid, name.Until, CancellationToken.None))
            {
                PayLater(PayEvery);
                return Answer(number, LineRefusal.TooMany);
            }
        }
        await stored.WriteAsync(Now.Register(Iccid, number, name, new LineChange(name.RecordedBy, name.RecordedAt, reason)), CancellationToken.None);
        return await SettledAsync(number);
    }

    public async ValueTask<LineAnswer?> WithdrawNameAsync(uint organization, string by, string reason, CancellationToken cancellationToken)
    {
        var number = new OrganizationNumber(organization);
        if (!stored.State.IsKnownTo(number))
            return null;
        if (stored.State.LineOf(number).RealName is null)
            return Answer(number, LineRefusal.NoRecord);
        await stored.WriteAsync(Now.Register(Iccid, number, name: null, new LineChange(by, time.GetUtcNow(), reason)), cancellationToken);
        return await SettledAsync(number);
    }

    public async ValueTask<LineAnswer?> ActAsync(uint organization, LineOrder order, CancellationToken cancellationToken)
    {
        var number = new OrganizationNumber(organization);
        if (!stored.State.IsKnownTo(number))
            return null;
        await stored.WriteAsync(Now, cancellationToken);
        var now = time.GetUtcNow();
        var isProven = stored.State.Of(number)?.Proven;
        if (order.Act == LineAct.Confirm && isProven != false)
            return Answer(number, isProven is null ? LineRefusal.Unbound : LineRefusal.Proven);
        // A carrier acts on the line itself, whoever's it is: only an organization whose it is proven to be may ask for that.
        if (order.Act != LineAct.Confirm && isProven != true)
            return Answer(number, LineRefusal.NotProven);
        if (stored.State.LineOf(number).RefusalOf(order.Act, now) is { } refusal)
            return Answer(number, refusal);
        var id = DerivedId.From(now, $"{number}/{Iccid}/{stored.State.LastAudit + 1}");
        await stored.WriteAsync(stored.State.Act(new CarrierRequest(id, number, Iccid, order.Act, order.By, now, order.Reason)), cancellationToken);
        return await SettledAsync(number);
    }

    public async ValueTask CarrierAnsweredAsync(CarrierRequest request, CancellationToken cancellationToken)
    {
        await stored.WriteAsync(stored.State.Answered(request), cancellationToken);
        PayLater(PayEvery);
    }

    private SimRecord Now => stored.State.At(Iccid, time.GetUtcNow());

    private SimView? ViewOf(OrganizationNumber organization)
    {
        if (!stored.State.IsKnownTo(organization))
            return null;
        var binding = stored.State.Of(organization);
        var seen = stored.State.Seen.Where(device => device.Organization == organization).Select(device => device.Device.ToString()).FirstOrDefault();
        return new SimView(
            Iccid, binding?.Device.Device.ToString(), binding?.Proven == true, binding?.At, binding?.Proven == true ? stored.State.SeenAbroadAt : null,
            seen, stored.State.LineOf(organization));
    }

    private LineAnswer Answer(OrganizationNumber organization, LineRefusal? refusal = null) => new(ViewOf(organization)!, refusal);

    /// <summary>What comes meanwhile does not put it off: in a race for a SIM it would grow and grow.</summary>
    private void PayLater(TimeSpan after)
    {
        if (_isDue || stored.State.OwesNothing)
            return;
        _isDue = true;
        _timer?.Change(after, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The answer to what is durable already: what others could not be told of it now they are told later.</summary>
    private async ValueTask<LineAnswer> SettledAsync(OrganizationNumber organization)
    {
        try
        {
            await SettleAsync();
        }
        catch (Exception exception)
        {
            LogNotPaid(exception);
            PayLater(RetryEvery);
        }
        return Answer(organization);
    }

    private async Task PayAsync()
    {
        _isDue = false;
        try
        {
            await SettleAsync();
            while (stored.State.Owed is { IsEmpty: false } owed)
                await TellAsync(owed);
        }
        catch (Exception exception)
        {
            LogNotPaid(exception);
            PayLater(RetryEvery);
        }
    }

    /// <summary>Tells those who are no phones. The audit first: nobody is told of a change that the tree does not have.</summary>
    private async ValueTask SettleAsync()
    {
        var (audits, requests, seats) = (stored.State.Audits, stored.State.ForDesk, stored.State.Seats);
        if (audits.IsEmpty && requests.IsEmpty && seats.IsEmpty)
            return;
        foreach (var told in audits.GroupBy(told => told.Device.Organization))
            await GrainFactory.GetGrain<IAuditGrain>(told.Key.Value).InsertAsync([.. told]);
        foreach (var request in requests)
            await GrainFactory.GetGrain<ICarrierDeskGrain>(0).AddAsync(request);
        foreach (var seat in seats)
            await SeatsOf(seat).ReleaseAsync(Iccid);
        await stored.WriteAsync(stored.State.Settled(audits, requests, seats));
    }

    /// <summary>Tells phones side by side, and each its own in order: of a race for a SIM a thousand may wait.</summary>
    private async ValueTask TellAsync(ImmutableArray<SimNotice> notices)
    {
        var told = new List<SimNotice>();
        try
        {
            await Task.WhenAll(notices.GroupBy(notice => notice.Device).Select(async phone =>
            {
                foreach (var notice in phone)
                {
                    await TellAsync(notice);
                    told.Add(notice);
                }
            }));
        }
        finally
        {
            await stored.WriteAsync(stored.State.Paid(told));
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

    private ISubjectLinesGrain SeatsOf(LineSeat seat) => GrainFactory.GetGrain<ISubjectLinesGrain>(seat.Key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A SIM's notice could not be given to its phone; it is tried again.")]
    private partial void LogNotPaid(Exception exception);
}
