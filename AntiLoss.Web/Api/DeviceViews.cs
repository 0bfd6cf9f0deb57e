using System.Text.Json.Serialization;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Reports;
using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Web.Api;

/// <summary>A person by number and name; the name is empty if the person has been removed.</summary>
public sealed record PersonReference(string Id, string Name)
{
    internal static PersonReference? Of(int person, Organization organization) => person == 0
        ? null
        : new(Numbers.Text(person), organization.People.GetValueOrDefault(person)?.Name ?? "");
}

/// <summary>Where a phone was last, by its own clock.</summary>
/// <param name="Accuracy">Radius in metres, 68 %.</param>
/// <param name="Speed">Metres per second.</param>
/// <param name="Course">Degrees clockwise from north.</param>
public sealed record LatestView(DateTimeOffset Time, double Latitude, double Longitude, int? Accuracy, double? Speed, int? Course);

public sealed record BatteryView(int? Percent, bool? Charging);

/// <summary>A phone as lists show it.</summary>
/// <param name="State">online, overdue, offline, never, damaged or retired.</param>
/// <param name="Bearer">wifi, mobile, physicalSim, esim, none or unknown: what carried its last report.</param>
public record DeviceItem(
    string Id, string Name, string Fleet, PersonReference? Person, string? Imei, IReadOnlyList<string> Tags, string State,
    DateTimeOffset? LastContactAt, LatestView? Latest, BatteryView? Battery, string Bearer, bool Moving)
{
    internal static DeviceItem Of(DeviceRow row, Organization organization) => new(
        row.Key.Device.ToString(), row.Name, Numbers.Text(row.Fleet), PersonReference.Of(row.Person, organization), row.Imei, row.Tags,
        Words.State(row),
        row.LastContactAtS == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(row.LastContactAtS),
        row.Place is { } place
            ? new LatestView(
                DateTimeOffset.FromUnixTimeMilliseconds(row.FixedAtMs), place.Latitude, place.Longitude,
                row.AccuracyMetres, row.SpeedDecimetresPerSecond / 10.0, row.CourseDegrees)
            : null,
        row.BatteryPercent is null && row.Charging is null ? null : new BatteryView(row.BatteryPercent, row.Charging),
        Words.Bearer(row.Bearer), row.IsMoving);
}

/// <summary>Who had a phone from when to when; until is null for the person who has it now.</summary>
public sealed record AssignmentView(PersonReference? Person, DateTimeOffset From, DateTimeOffset? Until, string By, string? How)
{
    internal static AssignmentView Of(Assignment assignment, Organization organization) =>
        new(PersonReference.Of(assignment.Person, organization), assignment.From, assignment.Until, assignment.By, assignment.How);
}

/// <summary>When, from what address and by which app the current credential was first used.</summary>
public sealed record FirstUseView(DateTimeOffset At, string App, string Address);

/// <summary>Something that happened on the phone.</summary>
public sealed record EventView(string Name, string? Detail, DateTimeOffset At);

public sealed record LinkView(string Bearer, DateTimeOffset Since);

public sealed record RetirementView(DateTimeOffset At, string By, string Reason);

/// <summary>Everything about a phone but its history and its secrets.</summary>
/// <param name="Since">Fixes before this moment are impossible.</param>
/// <param name="Assignments">The present one first, then earlier ones, newest first.</param>
public record DeviceDetail(
    DeviceItem Item, DateTimeOffset Since, DateTimeOffset EnrolledAt, FirstUseView? FirstUse, IReadOnlyList<AssignmentView> Assignments,
    EventView? LastEvent, LinkView? Link, RetirementView? Retired, int CredentialVersion) : DeviceItem(Item)
{
    [JsonIgnore]
    public DeviceItem Item { get; } = Item;

    internal static DeviceDetail Of(DeviceView view, Organization organization)
    {
        var state = view.State;
        IEnumerable<Assignment> assignments = state.AssignedBefore.Reverse();
        if (state.Assigned is { } assigned)
            assignments = assignments.Prepend(assigned);
        return new DeviceDetail(
            DeviceItem.Of(view.Row, organization), state.Since, state.EnrolledAt,
            state.FirstUse is { } use ? new FirstUseView(use.At, use.App, use.Address) : null,
            [.. assignments.Select(assignment => AssignmentView.Of(assignment, organization))],
            state.LastEvent is { } last ? new EventView(last.Name, last.Detail, last.At) : null,
            state.Link is { } link ? new LinkView(Words.Bearer(link.Bearer), link.Since) : null,
            state.Retired is { } retired ? new RetirementView(retired.At, retired.By, retired.Reason) : null,
            state.CredentialVersion);
    }
}

/// <summary>The words that JSON and CSV have for what is a number inside.</summary>
internal static class Words
{
    public static string State(DeviceRow row) => row switch
    {
        { Retired: true } => "retired",
        { Damaged: true } => "damaged",
        _ => row.Presence switch
        {
            Presence.Online => "online",
            Presence.Overdue => "overdue",
            Presence.Offline => "offline",
            _ => "never",
        },
    };

    public static string Bearer(Bearer bearer) => bearer switch
    {
        Domain.Reports.Bearer.Wifi => "wifi",
        Domain.Reports.Bearer.Mobile => "mobile",
        Domain.Reports.Bearer.PhysicalSim => "physicalSim",
        Domain.Reports.Bearer.Esim => "esim",
        Domain.Reports.Bearer.None => "none",
        _ => "unknown",
    };
}
