using AntiLoss.Grains.Alerts;
using AntiLoss.Grains.Fleets;

namespace AntiLoss.Web.Api.Incidents;

/// <summary>One phone's being lost, from the word to its end.</summary>
/// <param name="Person">Who had the phone; null for nobody.</param>
/// <param name="SeenAt">When somebody looked at it first; null if nobody has.</param>
public sealed record IncidentView(
    string Id, string Device, string DeviceName, string Fleet, string? Person, string? PersonName, DateTimeOffset OpenedAt, ActorView OpenedBy, string? Reason,
    DateTimeOffset? ClosedAt, ActorView? ClosedBy, string? Outcome, DateTimeOffset? SeenAt, ActorView? SeenBy)
{
    internal static IncidentView Of(Incident incident, Organization organization) => new(
        incident.Id, incident.Device, incident.DeviceName, Numbers.Text(incident.Fleet), incident.Person == 0 ? null : Numbers.Text(incident.Person),
        organization.People.GetValueOrDefault(incident.Person)?.Name, incident.OpenedAt, ActorView.Of(incident.OpenedBy, organization), incident.Reason,
        incident.ClosedAt, AlertView.By(incident.ClosedBy, organization), incident.Outcome, incident.SeenAt, AlertView.By(incident.SeenBy, organization));
}

/// <summary>What somebody wrote down.</summary>
public sealed record IncidentNoteView(string Id, DateTimeOffset At, ActorView By, string Text)
{
    internal static IncidentNoteView Of(IncidentNote note, Organization organization) => new(note.Id, note.At, ActorView.Of(note.By, organization), note.Text);
}

/// <summary>A moment of an incident.</summary>
/// <param name="Kind">alert, audit or note.</param>
/// <param name="What">The alert's kind, the action, or the note's text.</param>
/// <param name="By">Null for an alert.</param>
/// <param name="Detail">The alert's detail, or the action's reason.</param>
public sealed record IncidentMoment(
    string Id, DateTimeOffset At, string Kind, string What, ActorView? By, string? Detail, string? Severity, string? Before, string? After, double? Latitude, double? Longitude)
{
    internal static IncidentMoment Of(AlertView alert) =>
        new(alert.Id, alert.HappenedAt, "alert", alert.Kind, null, alert.Detail, alert.Severity, null, null, alert.Latitude, alert.Longitude);

    internal static IncidentMoment Of(AuditView entry) =>
        new(entry.Id, entry.At, "audit", entry.Action, entry.Actor, entry.Reason, null, entry.Before, entry.After, null, null);

    internal static IncidentMoment Of(IncidentNoteView note) => new(note.Id, note.At, "note", note.Text, note.By, null, null, null, null, null, null);
}

/// <summary>An incident and what belongs to it.</summary>
/// <param name="HadBy">Who had the phone while it was lost and in the day before, the last first.</param>
/// <param name="Timeline">Alerts, audit entries and notes, in the order in which they happened.</param>
/// <param name="Commands">What the phone was told, newest first.</param>
/// <param name="Sims">Its slots as last known, with what foreign SIMs were seen.</param>
/// <param name="From">Where the timeline begins: a day before the loss.</param>
/// <param name="Until">Where it ends.</param>
public sealed record IncidentDetail(
    IncidentView Incident, IReadOnlyList<AssignmentView> HadBy, IReadOnlyList<IncidentMoment> Timeline, IReadOnlyList<CommandView> Commands,
    IReadOnlyList<SimSlotView> Sims, DateTimeOffset From, DateTimeOffset Until);

/// <summary>A note.</summary>
/// <param name="Text">At most 2,000 characters.</param>
public sealed record NoteRequest(string? Text);

/// <summary>Everything that is known of an incident, as its file has it.</summary>
/// <param name="Alerts">The phone's alerts of that time.</param>
/// <param name="Audit">The phone's audit entries of that time.</param>
/// <param name="Device">The phone as it is now; null if it is gone.</param>
/// <param name="MadeBy">Who made the file.</param>
public sealed record IncidentContents(
    IncidentView Incident, IReadOnlyList<AssignmentView> HadBy, IReadOnlyList<AlertView> Alerts, IReadOnlyList<AuditView> Audit, IReadOnlyList<IncidentNoteView> Notes,
    DeviceDetail? Device, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset MadeAt, ActorView MadeBy)
{
    /// <summary>All of it in the order in which it happened.</summary>
    internal IReadOnlyList<IncidentMoment> Timeline =>
        [.. Alerts.Select(IncidentMoment.Of).Concat(Audit.Select(IncidentMoment.Of)).Concat(Notes.Select(IncidentMoment.Of)).OrderBy(moment => moment.At)];
}
