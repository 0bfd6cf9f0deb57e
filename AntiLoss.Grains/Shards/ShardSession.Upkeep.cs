using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Silences;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Shards;

/// <summary>Coming up, the clock, saving and trimming.</summary>
internal sealed partial class ShardSession
{
    private const int RowsPerPiece = 1_000;
    private const int MaxDuePerTick = 2_000;

    // A shard must not stand still while a storm's silences are looked into.
    private const int RowsSurveyedPerTick = 1_000_000;
    private const int LeastSurveysPerTick = 16;
    private const int PhonesCaughtUpAtOnce = 500;
    private const int SavesAtOnce = 32;
    private const double SaveEverySeconds = 600;
    private const long SaveAfterMs = 60_000;
    private const double JoinWithinSeconds = 6 * 3600;

    private LogPosition _snapshotThrough;
    private LogPosition _scannedThrough;
    private long _snapshotVersion = -1;
    private bool _isSaving;
    private DateOnly _joiningOn;
    private Queue<Phone> _toJoin = new();
    private int _joinQuota;

    /// <summary>
    /// Reads the snapshot and what the log holds after it. Wakes nobody but the phones with entries that are not
    /// positions: no list, and no check of a credential, may show a weaker state than was acknowledged.
    /// </summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        if (await _log.ReadSnapshotAsync(cancellationToken) is { } snapshot)
        {
            _snapshotThrough = snapshot.Through;
            foreach (var piece in snapshot.Pieces)
                Restore(_services.Rows.Deserialize(piece) ?? []);
        }
        _scannedThrough = _snapshotThrough;
        var first = new HashSet<Phone>();
        await foreach (var block in _log.ReadAsync(_snapshotThrough, cancellationToken))
        {
            _appender.LastReceivedAtMs = Math.Max(_appender.LastReceivedAtMs, LogBlockReader.ReceivedAtMs(block));
            _scannedThrough = block.Last;
            foreach (var entry in LogBlockReader.Entries(block))
                Scan(entry, first);
        }
        foreach (var phone in _phones.All.Where(phone => phone.Row?.HasEffects == true))
        {
            phone.MustBeAsked = true;
            first.Add(phone);
        }
        foreach (var part in first.Chunk(PhonesCaughtUpAtOnce))
            await Task.WhenAll(part.Select(CatchUpAsync));
    }

    /// <summary>Notes the phones for which commands wait: whoever was to wake them may have stopped before it did.</summary>
    public void NoteWakes()
    {
        foreach (var phone in _phones.All.Where(phone => phone.Row?.HasCommands == true))
            _services.WakeDesk.Note(phone.Key);
    }

    /// <summary>Catches the other phones up, in the background; each is also caught up when it is next spoken to or read.</summary>
    public async Task CatchUpRestAsync()
    {
        foreach (var part in _phones.All.Where(phone => phone.IsBehind).ToArray().Chunk(PhonesCaughtUpAtOnce))
        {
            if (HasFailed)
                return;
            await Task.WhenAll(part.Select(CatchUpAsync));
        }
    }

    /// <summary>Appends that time has passed for the phones whose next due moment is over.</summary>
    public void AppendDue()
    {
        var now = _services.Time.GetUtcNow();
        var nowS = now.ToUnixTimeSeconds();
        LogAppender.Block? block = null;
        var due = 0;
        var surveys = Math.Max(LeastSurveysPerTick, RowsSurveyedPerTick / Math.Max(1, _phones.Count));
        // Lost and suspected ones first: they may not wait behind a storm.
        foreach (var phone in _phones.All.Where(IsDue).OrderByDescending(phone => phone.Row!.Protection is Protection.Lost or Protection.Suspected))
        {
            var row = phone.Row!;
            if (++due > MaxDuePerTick || _appender.IsFull)
                break;
            Surroundings? surroundings = null;
            if (MayBeSilence(row))
            {
                // Who does not get its turn stays due until the next tick.
                if (surveys-- <= 0)
                    continue;
                surroundings = Witnesses.Ask(row, _phones.Rows, now);
            }
            block ??= _appender.Open(now.ToUnixTimeMilliseconds());
            block.Add(phone, new DueReached { Surroundings = surroundings }, _services.PolicyVersionOf(phone), _services.MonotonicMs);
        }
        _appender.Flush();

        bool IsDue(Phone phone) => phone.Row is { DueAtS: > 0 } row && DueAtS(row) <= nowS && phone.Applied >= phone.Last;
    }

    /// <summary>Asks the longest unsaved phones to save, evenly over 10 minutes.</summary>
    public async Task SaveOldestAsync()
    {
        if (_isSaving)
            return;
        _isSaving = true;
        try
        {
            var quota = (int)Math.Ceiling(_unsaved.Count / SaveEverySeconds);
            var batch = new List<Phone>();
            while (batch.Count < quota && _unsaved.TryPeek(out var phone)
                && (!phone.IsUnsaved || _services.MonotonicMs - phone.UnsavedSinceMs >= SaveAfterMs))
            {
                _unsaved.Dequeue();
                phone.IsQueuedToSave = false;
                if (phone.IsUnsaved)
                    batch.Add(phone);
            }
            foreach (var part in batch.Chunk(SavesAtOnce))
                await Task.WhenAll(part.Select(SaveAsync));
        }
        finally
        {
            _isSaving = false;
        }
    }

    /// <summary>Asks every phone once a UTC day to join the days before, evenly over its first 6 hours: called each second.</summary>
    public async Task JoinDaysAsync()
    {
        var now = _services.Time.GetUtcNow();
        if (DateOnly.FromDateTime(now.UtcDateTime) is var today && today != _joiningOn)
        {
            (_joiningOn, _toJoin) = (today, new Queue<Phone>(_phones.All));
            _joinQuota = (int)Math.Ceiling(_toJoin.Count / JoinWithinSeconds);
        }
        for (var left = _joinQuota; left > 0 && _toJoin.TryDequeue(out var phone); left--)
        {
            try
            {
                await GrainOf(phone.Key).JoinAsync(now);
            }
            catch (Exception exception)
            {
                _services.LogJoinFailed(phone.Key, exception);
            }
        }
    }

    /// <summary>Writes a snapshot of the rows if any has changed, then forgets what neither it nor a phone needs.</summary>
    public async Task SnapshotAsync()
    {
        if (_changes.Version != _snapshotVersion)
        {
            var version = _changes.Version;
            var through = AppliedThrough();
            await _log.WriteSnapshotAsync(through, Pieces());
            (_snapshotThrough, _snapshotVersion) = (through, version);
        }
        var trim = _snapshotThrough;
        foreach (var phone in _phones.All)
        {
            if (phone.IsUnsaved && phone.FirstUnsaved <= trim)
                trim = phone.FirstUnsaved with { Number = phone.FirstUnsaved.Number - 1 };
        }
        if (trim > default(LogPosition))
            await _log.TrimAsync(trim);
    }

    private void Restore(RowSnapshot[] rows)
    {
        foreach (var row in rows)
        {
            var phone = _phones.Of(row.Key);
            (phone.Row, phone.Last, phone.Saved, phone.FirstUnsaved) = (row.Row, row.Last, row.Saved, row.FirstUnsaved);
            phone.Durable = phone.Last;
            _changes.Touch(phone);
            NoteUnsaved(phone);
        }
    }

    private void Scan(in LogEntry entry, HashSet<Phone> first)
    {
        var phone = _phones.Of(entry.Device);
        if (entry.Position > phone.Last)
            phone.Append(entry.Position, _services.MonotonicMs);
        phone.Durable = phone.Last;
        NoteUnsaved(phone);
        if (entry.Kind != EntryKind.Report && entry.Position > phone.Applied)
            first.Add(phone);
    }

    // A silence is judged when its phone goes offline or later; after a start both of a phone's steps may be due at once.
    private bool MayBeSilence(DeviceRow row) =>
        row.Presence is Presence.Overdue or Presence.Offline || row.LastContactAtS < OpenedAtMs / 1000;

    // Time in which the shard was not open is not silence: nobody is late within one interval (and a jitter) of opening.
    private long DueAtS(DeviceRow row)
    {
        var jitter = (long)(row.Key.Device.Low % 60);
        var opened = OpenedAtMs / 1000 + (long)DevicePolicy.AppInterval.TotalSeconds + jitter;
        return row.LastContactAtS < OpenedAtMs / 1000 ? Math.Max(row.DueAtS, opened) : row.DueAtS;
    }

    private void NoteUnsaved(Phone phone)
    {
        if (phone.IsQueuedToSave || !phone.IsUnsaved)
            return;
        phone.IsQueuedToSave = true;
        _unsaved.Enqueue(phone);
    }

    private async Task SaveAsync(Phone phone)
    {
        try
        {
            var saved = await GrainOf(phone.Key).SaveAsync();
            if (saved < phone.Applied)
            {
                await AwakenAsync(phone);
                saved = await GrainOf(phone.Key).SaveAsync();
            }
            phone.SavedThrough(saved, _services.MonotonicMs);
        }
        catch (Exception exception)
        {
            _services.LogSaveFailed(phone.Key, exception);
        }
        NoteUnsaved(phone);
    }

    /// <summary>The last position up to which every entry is in the rows.</summary>
    private LogPosition AppliedThrough()
    {
        var through = _appender.Durable > _scannedThrough ? _appender.Durable : _scannedThrough;
        foreach (var phone in _phones.All)
        {
            if (phone.IsBehind && AppliedBefore(phone) is var applied && applied < through)
                through = applied;
        }
        return through;
    }

    /// <summary>A position up to which every entry of a phone that is behind is in its row.</summary>
    private static LogPosition AppliedBefore(Phone phone) =>
        phone.Waiting?.Peek().Entry is { } next && next.Previous == phone.Applied
            ? next.Position with { Number = next.Position.Number - 1 }
            : phone.Applied;

    private List<ReadOnlyMemory<byte>> Pieces()
    {
        var pieces = new List<ReadOnlyMemory<byte>>();
        foreach (var part in _phones.All.Chunk(RowsPerPiece))
        {
            var rows = part.Select(phone => new RowSnapshot(phone.Key, phone.Row, phone.Durable, phone.Saved, phone.FirstUnsaved)).ToArray();
            pieces.Add(_services.Rows.SerializeToArray(rows));
        }
        return pieces;
    }
}
