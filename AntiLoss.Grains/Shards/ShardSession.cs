using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
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
    /// <summary>So many bytes that could not be read cost a phone as much of its rate as a position.</summary>
    private const int UnreadBytesPerToken = 4_096;

    private static readonly TimeSpan AnswerAfterDurable = TimeSpan.FromMilliseconds(250);

    private readonly ShardServices _services;
    private readonly IShardLog _log;
    private readonly LogAppender _appender;
    private readonly CatchUp _catchUp;
    private readonly PhoneTable _phones = new();
    private readonly ChangeList _changes = new();
    private readonly Queue<Phone> _unsaved = new();
    private readonly OutboxCarrier _outboxes;

    public ShardSession(ShardServices services, IShardLog log)
    {
        _services = services;
        _log = log;
        _catchUp = new CatchUp(log, services.Time);
        _appender = new LogAppender(log, Deliver);
        _outboxes = new OutboxCarrier(services, Confirm, StormThreshold);
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
            return batch.Answers(HasCommands);
        if (batch.IsWaiting)
            await Task.WhenAny(batch.Applied, Task.Delay(AnswerAfterDurable, _services.Time));
        return batch.Answers(HasCommands);

        bool HasCommands(int request) => _phones.Find(requests[request].Device)?.Row?.HasCommands == true;
    }

    /// <summary>Commits an operator's change and waits until its phone has applied it.</summary>
    public async ValueTask<ChangeAnswer> ChangeAsync(DeviceKey device, OperationalChange change)
    {
        var phone = change is DeviceEnrolled ? _phones.Of(device) : _phones.Find(device);
        if (phone is null)
            return new ChangeAnswer(RequestOutcome.Unknown, null);
        if (_appender.IsFull)
            return new ChangeAnswer(RequestOutcome.Busy, null);
        var batch = new SubmitBatch(1);
        batch.Admit(0, 1);
        var block = _appender.Open(_services.NowMs);
        block.Add(phone, change, _services.PolicyVersionOf(phone), _services.MonotonicMs, batch);
        _appender.Flush();
        await block.Landed.Task;
        // Reading waits until the phone has applied it, or this log has failed.
        var view = await ReadAsync(device);
        return new ChangeAnswer(RequestOutcome.Taken, view) { Refusal = batch.Refusal };
    }

    /// <summary>Commits what an agent sent, and answers what it may forget and what is wanted of it.</summary>
    public async ValueTask<AgentAnswer> ExchangeAsync(DeviceKey device, AgentRequest request)
    {
        if (_phones.Find(device) is not { } phone)
            return AgentAnswer.Refused(RequestOutcome.Unknown);
        if (AgentRefusal(phone, request) is { } refusal)
            return AgentAnswer.Refused(refusal);
        var batch = new SubmitBatch(1);
        batch.Admit(0, request.Items.Length);
        LogAppender.Block? block = null;
        var (policyVersion, monotonicMs) = (_services.PolicyVersionOf(phone), _services.MonotonicMs);
        for (var i = 0; i < request.Items.Length; i++)
        {
            var item = request.Items[i];
            if (item.Report is { } report)
                item = item with { Report = PrivacyFilter.Apply(report, PrivacySetting.Always) };
            block ??= _appender.Open(_services.NowMs);
            block.Add(phone, request, item, policyVersion, monotonicMs, batch, i);
        }
        if (!await LandAsync(batch, block))
            return AgentAnswer.Refused(RequestOutcome.Busy);
        if (batch.IsWaiting)
            await Task.WhenAny(batch.Applied, Task.Delay(AnswerAfterDurable, _services.Time));
        return batch.IsWaiting
            ? new AgentAnswer(RequestOutcome.Taken, 0, [])
            : await AnswerAgentAsync(phone, request) with { Repeats = batch.CountOf(ReportOutcome.Duplicate) };
    }

    /// <summary>Notes in the log that others have what a phone wanted to tell them; if it can't be written they are told again.</summary>
    private void Confirm(Phone phone, EffectsConfirmed confirmed)
    {
        if (HasFailed)
            return;
        _appender.Open(_services.NowMs).Add(phone, confirmed, _services.PolicyVersionOf(phone), _services.MonotonicMs);
        _appender.Flush();
    }

    /// <summary>A shard is a fair sample of all phones, so an organization has about N times as many as here.</summary>
    private int StormThreshold(Phone phone)
    {
        var policy = _services.Policies.InForce(phone.Key.Organization, phone.Row?.Fleet ?? 0);
        var phones = _phones.CountOf(phone.Key.Organization) * _services.Shards;
        return Math.Max(policy.StormLeastPhones, (int)Math.Ceiling(phones * policy.StormSharePercent / 100.0));
    }

    private RequestOutcome? AgentRefusal(Phone phone, AgentRequest request)
    {
        if (phone.Row is not { } row || _appender.IsFull || phone.Waiting?.Count > Phone.MaxWaiting)
            return RequestOutcome.Busy;
        if (row.Retired)
            return RequestOutcome.Retired;
        return phone.Bucket.TryTake(Math.Max(1, request.Items.Length), _services.NowMs, _services.Options) ? null : RequestOutcome.RateLimited;
    }

    private async ValueTask<AgentAnswer> AnswerAgentAsync(Phone phone, AgentRequest request)
    {
        if (await AwakenAsync(phone) is not { State.Guards: { Agent: { } agent } guards } view)
            return AgentAnswer.Refused(RequestOutcome.Unknown);
        // What an earlier enrolment sends late is history, in which nothing waits for a gap.
        var through = request.Enrolment < agent.Enrolment && !request.Items.IsEmpty
            ? request.Items[^1].Sequence
            : agent.FindOutbox(request.Outbox)?.Through ?? 0;
        return new AgentAnswer(RequestOutcome.Taken, through, [.. guards.Commands.ToSend])
        {
            Enrolment = agent.Enrolment,
            PolicyVersion = _services.Policies.VersionInForce(phone.Key.Organization, view.State.Fleet) ?? view.State.PolicyVersion,
        };
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
        var tokens = request.Reports.Length + request.Unread.Sum(unread => unread.Bytes.Length / UnreadBytesPerToken);
        return phone.Bucket.TryTake(Math.Max(1, tokens), nowMs, _services.Options) ? null : RequestOutcome.RateLimited;
    }

    private void Admit(SubmitBatch batch, int index, PhoneRequest request, long nowMs, ref LogAppender.Block? block)
    {
        batch.Admit(index, request.Reports.Length);
        if (request.Reports.IsEmpty)
            return;
        var phone = _phones.Find(request.Device)!;
        var (policyVersion, monotonicMs) = (_services.PolicyVersionOf(phone), _services.MonotonicMs);
        block ??= _appender.Open(nowMs);
        NoteFirstUse(phone, request, policyVersion, monotonicMs, block);
        for (var i = 0; i < request.Reports.Length; i++)
        {
            var report = PrivacyFilter.Apply(request.Reports[i], PrivacySetting.Always);
            block.Add(phone, report, policyVersion, monotonicMs, batch, index, i);
        }
    }

    private static void NoteFirstUse(Phone phone, PhoneRequest request, int policyVersion, long monotonicMs, LogAppender.Block block)
    {
        if (!request.ByPhone || phone.Row!.CredentialUsed || phone.UseNotedOfVersion == request.CredentialVersion)
            return;
        phone.UseNotedOfVersion = request.CredentialVersion;
        block.Add(phone, new CredentialUsed(request.CredentialVersion, request.App, request.Address), policyVersion, monotonicMs);
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
