using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Privacy;
using AntiLoss.Domain.Reports;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Shards;

/// <summary>
/// One epoch of a shard, from taking its log over until an append fails: the phones' rows, what is on its way into the
/// log, and what is on its way to the phones. Runs on its grain's scheduler only.
/// </summary>
internal sealed partial class ShardSession
{
    private static readonly TimeSpan AnswerAfterDurable = TimeSpan.FromMilliseconds(250);

    private readonly ShardServices _services;
    private readonly IShardLog _log;
    private readonly LogAppender _appender;
    private readonly CatchUp _catchUp;
    private readonly PhoneTable _phones = new();
    private readonly ChangeList _changes = new();
    private readonly Queue<Phone> _unsaved = new();

    public ShardSession(ShardServices services, IShardLog log)
    {
        _services = services;
        _log = log;
        _catchUp = new CatchUp(log, services.Time);
        _appender = new LogAppender(log, Deliver);
        OpenedAtMs = services.NowMs;
    }

    public int Epoch => _log.Epoch;

    public long OpenedAtMs { get; }

    /// <summary>An append failed: take the log over anew.</summary>
    public bool HasFailed => _appender.HasFailed;

    public int PhoneCount => _phones.Count;

    public ChangeList Changes => _changes;

    /// <summary>Commits the requests of many phones.</summary>
    public async ValueTask<ImmutableArray<RequestAnswer>> SubmitAsync(ImmutableArray<PhoneRequest> requests)
    {
        var batch = new SubmitBatch(requests.Length);
        var nowMs = _services.NowMs;
        LogAppender.Block? block = null;
        for (var i = 0; i < requests.Length; i++)
        {
            var request = requests[i];
            if (Refusal(request, nowMs) is { } refusal)
                batch.Refuse(i, refusal);
            else
                Admit(batch, i, request, nowMs, ref block);
        }
        if (!await LandAsync(batch, block) || !await SetAsideUnreadAsync(requests, batch))
            return batch.Answers();
        if (batch.IsWaiting)
            await Task.WhenAny(batch.Applied, Task.Delay(AnswerAfterDurable, _services.Time));
        return batch.Answers();
    }

    /// <summary>Commits an operator's change and waits until its phone has applied it.</summary>
    public async ValueTask<ChangeAnswer> ChangeAsync(DeviceKey device, OperationalChange change)
    {
        var phone = change is DeviceEnrolled ? _phones.Of(device) : _phones.Find(device);
        if (phone is null)
            return new ChangeAnswer(RequestOutcome.Unknown, null);
        if (_appender.IsFull)
            return new ChangeAnswer(RequestOutcome.Busy, null);
        var block = _appender.Open(_services.NowMs);
        block.Add(phone, change, DevicePolicy.Default.Version, _services.MonotonicMs);
        _appender.Flush();
        await block.Landed.Task;
        return new ChangeAnswer(RequestOutcome.Taken, await ReadAsync(device));
    }

    private RequestOutcome? Refusal(PhoneRequest request, long nowMs)
    {
        if (_phones.Find(request.Device) is not { } phone)
            return RequestOutcome.Unknown;
        if (phone.Row is not { } row || _appender.IsFull || phone.Waiting?.Count > Phone.MaxWaiting)
            return RequestOutcome.Busy;
        if (row.Retired)
            return RequestOutcome.Retired;
        if (request.ByPhone && !row.Damaged && request.CredentialVersion != row.CredentialVersion)
            return RequestOutcome.Revoked;
        return phone.Bucket.TryTake(Math.Max(1, request.Reports.Length), nowMs, _services.Options) ? null : RequestOutcome.RateLimited;
    }

    private void Admit(SubmitBatch batch, int index, PhoneRequest request, long nowMs, ref LogAppender.Block? block)
    {
        batch.Admit(index, request.Reports.Length);
        if (request.Reports.IsEmpty)
            return;
        var phone = _phones.Find(request.Device)!;
        var monotonicMs = _services.MonotonicMs;
        block ??= _appender.Open(nowMs);
        NoteFirstUse(phone, request, monotonicMs, block);
        for (var i = 0; i < request.Reports.Length; i++)
        {
            var report = PrivacyFilter.Apply(request.Reports[i], PrivacySetting.Always);
            block.Add(phone, report, DevicePolicy.Default.Version, monotonicMs, batch, index, i);
        }
    }

    private static void NoteFirstUse(Phone phone, PhoneRequest request, long monotonicMs, LogAppender.Block block)
    {
        if (!request.ByPhone || phone.Row!.CredentialUsed || phone.UseNotedOfVersion == request.CredentialVersion)
            return;
        phone.UseNotedOfVersion = request.CredentialVersion;
        block.Add(phone, new CredentialUsed(request.CredentialVersion, request.App, request.Address), DevicePolicy.Default.Version, monotonicMs);
    }

    private async ValueTask<bool> LandAsync(SubmitBatch batch, LogAppender.Block? block)
    {
        if (block is null)
            return true;
        _appender.Flush();
        try
        {
            await block.Landed.Task;
            return true;
        }
        catch (Exception exception)
        {
            _services.LogAppendFailed(_services.Shard, exception);
            batch.RefuseAdmitted(RequestOutcome.Busy);
            return false;
        }
    }

    private async ValueTask<bool> SetAsideUnreadAsync(ImmutableArray<PhoneRequest> requests, SubmitBatch batch)
    {
        try
        {
            for (var i = 0; i < requests.Length; i++)
            {
                if (!requests[i].Unread.IsEmpty && batch.IsAdmitted(i))
                    await _services.DeadLetters.SetAsideAsync(requests[i], PrivacySetting.Always);
            }
            return true;
        }
        catch (StorageUnavailableException exception)
        {
            _services.LogAppendFailed(_services.Shard, exception);
            batch.RefuseAdmitted(RequestOutcome.Busy);
            return false;
        }
    }
}
