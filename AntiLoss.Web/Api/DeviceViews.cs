using System.Text.Json.Serialization;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Silences;
using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Shards;
using AntiLoss.Web.Live;
using AntiLoss.Web.Wake;

namespace AntiLoss.Web.Api;

/// <summary>Who had a phone from when to when; until is null for the person who has it now.</summary>
public sealed record AssignmentView(PersonReference? Person, DateTimeOffset From, DateTimeOffset? Until, string By, string? How)
{
    internal static AssignmentView Of(Assignment assignment, Organization organization) =>
        new(PersonOf(assignment.Person, organization), assignment.From, assignment.Until, assignment.By, assignment.How);

    private static PersonReference? PersonOf(int person, Organization organization) => person == 0
        ? null
        : new(Numbers.Text(person), organization.People.GetValueOrDefault(person)?.Name ?? "");
}

/// <summary>When, from what address and by which app the current credential was first used.</summary>
public sealed record FirstUseView(DateTimeOffset At, string App, string Address);

/// <summary>Something that happened on the phone.</summary>
public sealed record EventView(string Name, string? Detail, DateTimeOffset At);

/// <summary>What carries the phone's reports, and since when.</summary>
/// <param name="Network">Serving network: country and network code.</param>
/// <param name="Radio">Such as LTE or NR.</param>
/// <param name="SignalDbm">Strength in dBm.</param>
public sealed record LinkView(string Bearer, DateTimeOffset Since, string? Network, string? Radio, int? SignalDbm, bool Roaming)
{
    internal static LinkView Of(LinkReading link) =>
        new(Words.Bearer(link.Bearer), link.Since, link.Plmn, link.Radio, link.SignalDbm, link.Roaming);
}

public sealed record RetirementView(DateTimeOffset At, string By, string Reason);

/// <summary>How the phone's present silence was judged.</summary>
/// <param name="Class">As in the phone's <c>silence</c>.</param>
/// <param name="Since">Its last contact.</param>
/// <param name="Evidence">Why it is this class, in a few words.</param>
/// <param name="PatienceUntil">When it becomes unknown if it lasts; null where it is unknown, alarmed or not promised.</param>
public sealed record SilenceView(string Class, DateTimeOffset Since, DateTimeOffset JudgedAt, string Evidence, DateTimeOffset? PatienceUntil)
{
    internal static SilenceView Of(Silence silence) =>
        new(Words.Of(silence.Class), silence.Since, silence.JudgedAt, silence.Evidence, silence.PatienceUntil);
}

/// <summary>Everything about a phone but its history and its secrets.</summary>
/// <param name="Since">Fixes before this moment are impossible.</param>
/// <param name="Assignments">The present one first, then earlier ones, newest first.</param>
public record DeviceDetail(
    DeviceItem Item, DateTimeOffset Since, DateTimeOffset EnrolledAt, FirstUseView? FirstUse, IReadOnlyList<AssignmentView> Assignments,
    EventView? LastEvent, LinkView? Link, RetirementView? Retired, int CredentialVersion, GuardsView Guards, SilenceView? SilenceJudged) : DeviceItem(Item)
{
    [JsonIgnore]
    public DeviceItem Item { get; } = Item;

    internal static DeviceDetail Of(DeviceView view, Organization organization, PushServices pushes, DateTimeOffset now)
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
            state.Link is { } link ? LinkView.Of(link) : null,
            state.Retired is { } retired ? new RetirementView(retired.At, retired.By, retired.Reason) : null,
            state.CredentialVersion,
            GuardsView.Of(state, organization, pushes, now),
            state.Silence is { } silence ? SilenceView.Of(silence) : null);
    }
}
