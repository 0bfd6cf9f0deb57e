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
            Reported reported => Report(state, chunk, reported, entry.ReceivedAt),
            OperationalChange change => new DeviceStep(Operate(state, change, entry.ReceivedAt, policy), chunk),
            _ => throw new ArgumentException($"No rule for {entry.Change.GetType().Name}.", nameof(entry)),
        };
        return step with
        {
            State = step.State with
            {
                Applied = entry.Position,
                ChunkNumber = step.Chunk.Number,
                ChunkCount = step.Chunk.Count,
            },
        };
    }

    /// <summary>The next moment at which the phone changes without a report; null if there is none.</summary>
    public static DateTimeOffset? DueAt(DeviceState state, DevicePolicy policy) => state switch
    {
        { Retired: not null } or { LastContactAt: null } => null,
        { Presence: Presence.Online } => state.LastContactAt + policy.OverdueAfter,
        { Presence: Presence.Overdue } => state.LastContactAt + policy.OfflineAfter,
        _ => null,
    };

    private static DeviceStep Report(DeviceState state, OpenChunk chunk, Reported reported, DateTimeOffset receivedAt)
    {
        var report = reported.Report;
        if (IsRepeatOfRecord(state, reported))
            return new DeviceStep(state, chunk) { IsDuplicate = true };

        var step = new DeviceStep(state, chunk);
        if (report.Place is not null && report.FixedAt is not null && report.Kind != ReportKind.Contact)
            step = FixStep.Apply(state, chunk, report, receivedAt);
        if (step.IsDuplicate)
            return step;

        state = step.State with
        {
            LastContactAt = Later(state.LastContactAt, receivedAt),
            Presence = Presence.Online,
        };
        if (!report.IsFix && report.FixedAt is not null)
            state = state with { RecentRecords = Remember(state.RecentRecords, reported.RecordHash) };
        if (SaidAt(report, state.Since, receivedAt) is { } saidAt)
            state = Vitals.Apply(state, report, saidAt);
        else if (report.Kind == ReportKind.Event && report.FixedAt is null)
            state = Vitals.Happened(state, report, receivedAt);
        return step with { State = state };
    }

    // A report that says no time of its own is a contact each time: two alike are two contacts, not a repeat.
    private static bool IsRepeatOfRecord(DeviceState state, Reported reported) =>
        !reported.Report.IsFix && reported.Report.FixedAt is not null && state.RecentRecords.Contains(reported.RecordHash);

    /// <summary>
    /// The phone's own time of what it said, if it can be believed; null otherwise. A report without a time of its own,
    /// or with an impossible one, is a contact and says nothing else: its battery may be a year old.
    /// </summary>
    private static DateTimeOffset? SaidAt(Report report, DateTimeOffset since, DateTimeOffset receivedAt) =>
        report.FixedAt is { } at && FixStep.IsPossibleTime(at, since, receivedAt) ? at : null;

    private static DeviceState Operate(DeviceState state, OperationalChange change, DateTimeOffset at, DevicePolicy policy) => change switch
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
        DeviceRetired retired => state.Retired is not null ? state : state with
        {
            Retired = new Retirement(at, retired.By, retired.Reason),
        },
        DueReached => state with { Presence = PresenceAt(state, at, policy) },
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

    private static Presence PresenceAt(DeviceState state, DateTimeOffset now, DevicePolicy policy) =>
        state.LastContactAt is not { } contact ? Presence.Never
        : now - contact >= policy.OfflineAfter ? Presence.Offline
        : now - contact >= policy.OverdueAfter ? Presence.Overdue
        : Presence.Online;

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;

    private static ImmutableArray<ulong> Remember(ImmutableArray<ulong> records, ulong hash) =>
        [.. records.Length < RecordsRemembered ? records : records.RemoveAt(0), hash];
}
