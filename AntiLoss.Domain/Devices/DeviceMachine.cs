using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Reports;
using AntiLoss.Domain.Tracks;

namespace AntiLoss.Domain.Devices;

/// <summary>
/// What every entry does to a phone: a pure function of the state, the entry and the policy that the entry names. It
/// sees no other clock than the entry's received time, so a replay of the log is the same step.
/// </summary>
public static class DeviceMachine
{
    private const int RecordsRemembered = 8;

    /// <summary>
    /// Applies one entry. <paramref name="chunk"/> is the open chunk that belongs to <paramref name="state"/>. The new
    /// state's <see cref="DeviceState.Applied"/> is the entry's position, whatever the entry did.
    /// </summary>
    public static DeviceStep Step(DeviceState state, OpenChunk chunk, in DeviceEntry entry, DevicePolicy policy)
    {
        var step = entry.Change switch
        {
            Reported reported => Report(state, chunk, reported, entry, policy),
            AgentReported reported => AgentSteps.Report(state, chunk, reported, entry, policy),
            OperatorAct act => Act(state, chunk, act, entry, policy),
            OperationalChange change => Operate(state, chunk, change, entry, policy),
            _ => throw new ArgumentException($"No rule for {entry.Change.GetType().Name}.", nameof(entry)),
        };
        return step with
        {
            State = step.State with
            {
                Applied = entry.Position,
                PolicyVersion = entry.PolicyVersion,
                ChunkNumber = step.Chunk.Number,
                ChunkCount = step.Chunk.Count,
            },
        };
    }

    /// <summary>The next moment at which the phone changes without a report; null if there is none.</summary>
    public static DateTimeOffset? DueAt(DeviceState state, DevicePolicy policy)
    {
        if (state.Retired is not null || state.Guards?.Protection == Protection.Wiped)
            return null;
        DateTimeOffset? presence = state.Presence switch
        {
            Presence.Online => state.LastContactAt + Expectation.OverdueAfter(state, policy),
            Presence.Overdue => state.LastContactAt + Expectation.OfflineAfter(state, policy),
            _ => null,
        };
        var due = Earliest(presence, Expectation.SilenceDueAt(state, policy));
        return state.Guards is { } guards
            ? Earliest(due, Earliest(Earliest(guards.EscalatesAt, guards.PowerOff.Until), Earliest(Earliest(guards.Wipe?.DueAt, guards.Commands.ExpiresAt),
                Earliest(guards.Pending?.At + PendingAction.GoodFor, Earliest(guards.AcceptNextSim?.Until, guards.Maintenance?.Until)))))
            : due;
    }

    /// <summary>What a report does beside its place: contact, and what it says of battery, link and events.</summary>
    internal static DeviceState Hear(DeviceState state, Report report, DateTimeOffset receivedAt)
    {
        // Contact, battery and link in one copy of the state: this is the report path.
        if (SaidAt(report, state.Since, receivedAt) is { } saidAt)
            return Vitals.Apply(state, report, saidAt, Later(state.LastContactAt, receivedAt));
        state = state with { LastContactAt = Later(state.LastContactAt, receivedAt), Presence = Presence.Online };
        // An alarm from a phone whose clock is far ahead is an alarm; what is older than the phone is somebody else's.
        return report.FixedAt < state.Since ? state : Vitals.Happened(state, report, receivedAt, isReceiptTime: true);
    }

    private static DeviceStep Report(DeviceState state, OpenChunk chunk, Reported reported, in DeviceEntry entry, DevicePolicy policy)
    {
        var report = reported.Report;
        if (IsRepeatOfRecord(state, reported))
            return new DeviceStep(state, chunk) { IsDuplicate = true };

        var step = new DeviceStep(state, chunk);
        if (report.Place is not null && report.FixedAt is not null && report.Kind != ReportKind.Contact)
            step = FixStep.Apply(state, chunk, report, entry.ReceivedAt);
        if (step.IsDuplicate)
            return step;

        // A last will comes when the connection is found dead, up to an hour and a half after the phone last spoke: a
        // contact would hide just the silence that it tells of.
        if (report.EventName == Reports.Report.LastWill)
            return step with { State = Vitals.Happened(step.State, report, entry.ReceivedAt, isReceiptTime: true) };
        state = Hear(step.State, report, entry.ReceivedAt);
        if (!report.IsFix && report.FixedAt is not null)
            state = state with { RecentRecords = Remember(state.RecentRecords, reported.RecordHash) };
        if (state.Silence is not null || state.Guards is not null)
        {
            var guards = new GuardStep(state, policy, entry.ReceivedAt, entry.ReceivedAt, $"{entry.Position}");
            guards.Heard(order: null);
            state = guards.Finish();
        }
        return step with { State = state };
    }

    private static DeviceStep Act(DeviceState state, OpenChunk chunk, OperatorAct act, in DeviceEntry entry, DevicePolicy policy)
    {
        var guards = new GuardStep(state, policy, entry.ReceivedAt, entry.ReceivedAt, $"{entry.Position}");
        guards.Act(act);
        return guards.Refusal is { } refusal
            ? new DeviceStep(state, chunk) { Refusal = refusal }
            : new DeviceStep(guards.Finish(), chunk);
    }

    // A report that says no time of its own is a contact each time: two alike are two contacts, not a repeat.
    private static bool IsRepeatOfRecord(DeviceState state, Reported reported) =>
        !reported.Report.IsFix && reported.Report.FixedAt is not null && state.RecentRecords.Contains(reported.RecordHash);

    /// <summary>
    /// The phone's own time of what it said, if it can be believed; null otherwise. A report without a time of its own,
    /// or with an impossible one, is a contact and tells an event at most: its battery may be a year old.
    /// </summary>
    private static DateTimeOffset? SaidAt(Report report, DateTimeOffset since, DateTimeOffset receivedAt) =>
        report.FixedAt is { } at && FixStep.IsPossibleTime(at, since, receivedAt) ? at : null;

    private static DeviceStep Operate(DeviceState state, OpenChunk chunk, OperationalChange change, in DeviceEntry entry, DevicePolicy policy)
    {
        if (change is not (AgentEnrolled or SimJudged or ForgerySeen or EnrolmentHeld or DueReached or DeviceRetired or CommandsHandedOver or WakeTried or EffectsConfirmed or DeviceAssigned { Person: not null }))
            return new DeviceStep(Administer(state, change, entry.ReceivedAt), chunk);
        var before = state.Assigned?.Person;
        if (change is DeviceAssigned handed)
            state = Assign(state, handed, entry.ReceivedAt);
        var guards = new GuardStep(state, policy, entry.ReceivedAt, entry.ReceivedAt, $"{entry.Position}");
        switch (change)
        {
            case AgentEnrolled enrolled:
                guards.Enrol(enrolled);
                break;
            case SimJudged judged:
                guards.Judge(judged);
                break;
            case ForgerySeen forgery:
                guards.Forged(forgery.What);
                break;
            case EnrolmentHeld held:
                guards.Hold(held);
                break;
            case DueReached due:
                guards.Due(due.Surroundings);
                break;
            case DeviceRetired retired when state.Retired is null:
                guards.Retire(retired.Operator ?? new Operator(retired.By), retired.Reason);
                break;
            case DeviceAssigned assigned when assigned.Person != before:
                guards.AskForNewPin(assigned.By);
                break;
            case CommandsHandedOver sent:
                guards.HandOver(sent.Ids);
                break;
            case WakeTried tried:
                guards.NoteWake(tried);
                break;
            case EffectsConfirmed confirmed:
                guards.Confirm(confirmed.Ids);
                break;
            default:
                break;
        }
        return guards.Refusal is { } refusal
            ? new DeviceStep(state, chunk) { Refusal = refusal }
            : new DeviceStep(guards.Finish(), chunk);
    }

    private static DeviceState Administer(DeviceState state, OperationalChange change, DateTimeOffset at) => change switch
    {
        DeviceEnrolled enrolled => state.IsEnrolled ? state : state with
        {
            Name = enrolled.Name,
            Fleet = enrolled.Fleet,
            Since = enrolled.Since,
            EnrolledAt = at,
            Imei = enrolled.Imei,
            Tags = enrolled.Tags.IsDefault ? [] : enrolled.Tags,
            CredentialVersion = 1,
        },
        DeviceEdited edited => state with
        {
            Name = edited.Name ?? state.Name,
            Fleet = edited.Fleet ?? state.Fleet,
            Imei = edited.Imei is null ? state.Imei : edited.Imei.Length == 0 ? null : edited.Imei,
            Tags = edited.Tags ?? state.Tags,
        },
        CredentialRotated rotated => rotated.Version <= state.CredentialVersion ? state : state with
        {
            CredentialVersion = rotated.Version,
            FirstUse = null,
        },
        CredentialUsed used => used.Version != state.CredentialVersion || state.FirstUse is not null ? state : state with
        {
            FirstUse = new CredentialUse(at, used.App, used.Address),
        },
        DeviceAssigned assigned => Assign(state, assigned, at),
        _ => throw new ArgumentException($"No rule for {change.GetType().Name}.", nameof(change)),
    };

    private static DeviceState Assign(DeviceState state, DeviceAssigned assigned, DateTimeOffset at)
    {
        if (assigned.Person == state.Assigned?.Person)
            return state;
        return state with
        {
            AssignedBefore = state.Assigned is { } ended ? state.AssignedBefore.Add(ended with { Until = at }) : state.AssignedBefore,
            Assigned = assigned.Person is { } person ? new Assignment(person, at, null, assigned.By, assigned.How) : null,
        };
    }

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other : other is null || one < other ? one : other;

    private static ImmutableArray<ulong> Remember(ImmutableArray<ulong> records, ulong hash) =>
        [.. records.Length < RecordsRemembered ? records : records.RemoveAt(0), hash];
}
