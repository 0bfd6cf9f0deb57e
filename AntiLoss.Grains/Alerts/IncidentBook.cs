using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Grains.Alerts;

/// <summary>An organization's open incidents by device, and the alerts that they owe. Pure.</summary>
[GenerateSerializer, Immutable, Alias("incident-book")]
public sealed record IncidentBook
{
    private const int ClosedRemembered = 500;

    [Id(0)] public ImmutableDictionary<string, Incident> Open { get; init; } = ImmutableDictionary<string, Incident>.Empty;

    /// <summary>Effects that closed an incident, newest last: their repeats open and close nothing.</summary>
    [Id(1)] public ImmutableArray<string> Closed { get; init; } = [];

    /// <summary>Alerts to be raised or resolved that the alerts' owner has not been told.</summary>
    [Id(2)] public ImmutableArray<Told> Owed { get; init; } = [];

    /// <summary>An open incident by its id.</summary>
    public Incident? Find(string id) => Open.Values.FirstOrDefault(incident => incident.Id == id);

    /// <summary>The book after an effect, and the incident that it closed.</summary>
    public (IncidentBook Book, Incident? Closed) Take(Told told, IncidentChanged changed)
    {
        var device = told.Device.Device.ToString();
        var open = Open.GetValueOrDefault(device);
        if (Closed.Contains(told.Id) || open?.Told.Contains(told.Id) == true)
            return (this, null);
        if (changed.Open)
        {
            var incident = open is null
                ? new Incident(DerivedId.From(changed.At, told.Id), device, told.Context.Name, told.Context.Fleet, told.Context.Person, changed.At, changed.By, changed.Reason) { Told = [told.Id] }
                : open with { Told = open.Told.Add(told.Id), Outcome = changed.Reason };
            return (this with { Open = Open.SetItem(device, incident) }, null);
        }
        if (open is null)
            return (this, null);
        var remembered = Closed.AddRange(open.Told).Add(told.Id);
        var ended = open.Steps.Select(step => Owe(told.Device, open, new AlertResolved(
            $"incident/{open.Id}/{step}/over", Incident.AlertOf(step), changed.By, changed.Reason ?? "", changed.At)));
        return (
            this with
            {
                Open = Open.Remove(device),
                Closed = remembered.Length > ClosedRemembered ? remembered.RemoveRange(0, remembered.Length - ClosedRemembered) : remembered,
                Owed = Owed.AddRange(ended),
            },
            open with { ClosedAt = changed.At, ClosedBy = changed.By, Outcome = changed.Reason });
    }

    /// <summary>The book after somebody looked at an open incident.</summary>
    public IncidentBook Look(Incident incident, string by, DateTimeOffset at) =>
        incident.SeenAt is null ? this with { Open = Open.SetItem(incident.Device, incident with { SeenAt = at, SeenBy = by }) } : this;

    /// <summary>The book after a step of an incident's escalation.</summary>
    /// <param name="alarms">False if the step is done with and there is nothing to alarm about.</param>
    public IncidentBook Escalate(OrganizationNumber organization, Incident incident, EscalationStep step, bool alarms, DateTimeOffset due, DateTimeOffset now)
    {
        var open = Open.SetItem(incident.Device, incident with { Steps = incident.Steps.Add(step) });
        if (!alarms || !DeviceId.TryParse(incident.Device, out var device))
            return this with { Open = open };
        var severity = step == EscalationStep.ConsiderWipe ? Severity.Warning : Severity.Critical;
        var raised = new AlertRaised($"incident/{incident.Id}/{step}", Incident.AlertOf(step), severity, due, now) { Detail = incident.Reason, AlwaysNew = true };
        return this with { Open = open, Owed = Owed.Add(Owe(new DeviceKey(organization, device), incident, raised)) };
    }

    /// <summary>The book once the alerts' owner has these.</summary>
    public IncidentBook Paid(ImmutableArray<Told> told) => told.IsEmpty ? this : this with { Owed = Owed.RemoveRange(told) };

    private static Told Owe(DeviceKey device, Incident incident, DeviceEffect effect) =>
        new(device, effect, new TellerContext(incident.DeviceName, incident.Fleet, incident.Person));
}
