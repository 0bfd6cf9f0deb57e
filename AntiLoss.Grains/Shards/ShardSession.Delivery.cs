using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Devices;

namespace AntiLoss.Grains.Shards;

/// <summary>From the log to the phones: one call under way to each, what comes meanwhile joins the next.</summary>
internal sealed partial class ShardSession
{
    private const int MaxEntriesPerCall = 64;
    private const int TriesBeforeDamaged = 5;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private void Deliver(WaitingEntry entry, Phone phone)
    {
        (phone.Waiting ??= new Queue<WaitingEntry>(2)).Enqueue(entry);
        phone.Durable = entry.Entry.Position;
        NoteUnsaved(phone);
        if (!phone.IsPumping)
            _ = PumpAsync(phone);
    }

    /// <summary>Completes when the phone has applied everything that is durable.</summary>
    private Task CatchUpAsync(Phone phone)
    {
        if (!phone.IsPumping && phone.Waiting is null && !phone.IsBehind && !phone.MustBeAsked)
            return Task.CompletedTask;
        var caughtUp = phone.CaughtUp ??= new TaskCompletionSource();
        if (!phone.IsPumping)
            _ = PumpAsync(phone);
        return caughtUp.Task;
    }

    private async Task PumpAsync(Phone phone)
    {
        phone.IsPumping = true;
        var failures = 0;
        var grain = _services.Grains.GetGrain<IDeviceGrain>(phone.Key.ToString());
        while (!HasFailed && (phone.Waiting is not null || phone.IsBehind || phone.MustBeAsked))
        {
            try
            {
                await CallAsync(phone, grain, phone.Waiting?.Take(MaxEntriesPerCall).ToArray() ?? []);
                (failures, phone.MustBeAsked) = (0, false);
            }
            catch (Exception exception)
            {
                _services.LogCallFailed(phone.Key, exception);
                if (++failures >= TriesBeforeDamaged && exception is MissingEntriesException)
                    await SetAsideAllAsync(phone, exception.Message);
                else
                    await Task.Delay(RetryAfter, _services.Time);
            }
        }
        phone.IsPumping = false;
        phone.CaughtUp?.TrySetResult();
        phone.CaughtUp = null;
    }

    private async ValueTask CallAsync(Phone phone, IDeviceGrain grain, WaitingEntry[] waiting)
    {
        // Less, and its outbox still has what was confirmed long ago, and owners remember ids for a day only.
        var due = waiting.Length > 0 ? waiting[^1].Entry.Position : phone.Durable;
        var answer = await grain.TakeAsync([.. waiting.Select(entry => entry.Entry)]);
        if (answer.Damage is { } damage)
        {
            await SetAsideAllAsync(phone, damage);
            return;
        }
        await SettleAsync(phone, waiting, answer);
        // Where the activation is, which may be behind the row: a lost one took with it what it had not saved.
        var applied = answer.Behind ?? answer.Row?.Version ?? default;
        if (applied >= due)
            _outboxes.Note(phone, answer.Effects);
        if (answer.Behind is not null || (phone.Waiting is null && applied < phone.Durable))
            await SendMissingAsync(phone, grain, applied);
    }

    /// <summary>The phone as its activation has it, which has applied at least what is in its row.</summary>
    private async ValueTask<DeviceView?> AwakenAsync(Phone phone)
    {
        await CatchUpAsync(phone);
        var view = await GrainOf(phone.Key).ReadAsync();
        while (!HasFailed && phone.Row is { Damaged: false } && (view?.Row.Version ?? default) < phone.Applied)
        {
            phone.MustBeAsked = true;
            await CatchUpAsync(phone);
            view = await GrainOf(phone.Key).ReadAsync();
        }
        return view;
    }

    private async ValueTask SettleAsync(Phone phone, WaitingEntry[] waiting, TakeAnswer answer)
    {
        foreach (var failed in answer.Failed)
            await _services.DeadLetters.SetAsideAsync(failed.Entry, failed.Reason);
        Show(phone, answer.Row);
        for (var i = 0; i < answer.Outcomes.Length; i++)
        {
            var entry = phone.Waiting!.Dequeue();
            if (answer.Outcomes[i] == ReportOutcome.Refused && entry.Batch is { } batch)
                batch.Refusal = answer.Refusal;
            entry.Batch?.Settle(entry.Request, entry.Report, answer.Outcomes[i]);
        }
        if (phone.Waiting?.Count == 0)
            phone.Waiting = null;
    }

    private async ValueTask SendMissingAsync(Phone phone, IDeviceGrain grain, LogPosition after)
    {
        var missing = await _catchUp.EntriesAfterAsync(phone.Key, after);
        var next = phone.Waiting?.Peek().Entry.Position ?? new LogPosition(int.MaxValue, 0);
        var run = missing.Where(entry => entry.Position < next).ToArray();
        if (run.Length == 0 || run[0].Previous != after)
        {
            // The log no longer has what this activation needs: another one has gone further and saved.
            await grain.LeaveAsync();
            throw new MissingEntriesException($"The log has nothing for phone {phone.Key} after {after}.");
        }
        TakeAnswer? last = null;
        foreach (var part in run.Chunk(MaxEntriesPerCall))
        {
            last = await grain.TakeAsync([.. part]);
            if (last.Damage is not null || last.Behind is not null)
                return;
            foreach (var failed in last.Failed)
                await _services.DeadLetters.SetAsideAsync(failed.Entry, failed.Reason);
            Show(phone, last.Row);
        }
        _outboxes.Note(phone, last!.Effects);
    }

    private async ValueTask SetAsideAllAsync(Phone phone, string reason)
    {
        var row = phone.Row ?? new DeviceRow { Key = phone.Key, Version = default, Name = "", Fleet = 0 };
        Show(phone, row with { Damaged = true, Version = phone.Durable });
        while (phone.Waiting?.TryDequeue(out var waiting) == true)
        {
            await _services.DeadLetters.SetAsideAsync(waiting.Entry, reason);
            waiting.Batch?.Settle(waiting.Request, waiting.Report, ReportOutcome.SetAside);
        }
        phone.Waiting = null;
    }

    private void Show(Phone phone, DeviceRow? row)
    {
        if (row is null || row.Version < phone.Applied || ReferenceEquals(row, phone.Row))
            return;
        phone.Row = row;
        _changes.Touch(phone);
    }

    /// <summary>The log has been trimmed beyond what an activation has: it is stale, or the phone's state is lost.</summary>
    private sealed class MissingEntriesException(string message) : Exception(message);
}
