using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Alerts;
using AntiLoss.Grains.Audit;
using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;

namespace AntiLoss.Web.Api.Incidents;

/// <summary>Gathers what belongs to an incident from those who have it: from a day before the loss to an hour after its end.</summary>
internal sealed class IncidentGathering(IGrainFactory grains, DeviceOperations devices, OrganizationDirectory directory, TimeProvider time)
{
    private const int PageSize = 400;
    private const int MostPages = 250;
    private static readonly TimeSpan _before = TimeSpan.FromDays(1);
    private static readonly TimeSpan _after = TimeSpan.FromHours(1);

    public async Task<IncidentContents> GatherAsync(Caller caller, Incident incident, CancellationToken cancellationToken)
    {
        var organization = await directory.OfAsync(caller, cancellationToken);
        var now = time.GetUtcNow();
        var (from, until) = (incident.OpenedAt - _before, incident.ClosedAt + _after is { } end && end < now ? end : now);
        var view = await devices.FindAsync(caller, incident.Device, cancellationToken);
        var detail = view is null ? null : await devices.DetailAsync(caller, view, cancellationToken);
        var notes = await grains.GetGrain<IIncidentsGrain>(caller.Organization.Value).NotesAsync(incident.Id, cancellationToken);
        return new IncidentContents(
            IncidentView.Of(incident, organization),
            [.. (detail?.Assignments ?? []).Where(assignment => assignment.From <= until && (assignment.Until is not { } ended || ended >= from))],
            await AlertsAsync(caller, incident.Device, from, until, organization, cancellationToken),
            await AuditAsync(caller, incident.Device, from, until, organization, cancellationToken),
            [.. notes.Select(note => IncidentNoteView.Of(note, organization))],
            detail, from, until, now, ActorView.Of(caller.Account, organization));
    }

    private async Task<List<AlertView>> AlertsAsync(
        Caller caller, string device, DateTimeOffset from, DateTimeOffset until, Organization organization, CancellationToken cancellationToken)
    {
        var (found, grain) = (new List<AlertView>(), grains.GetGrain<IAlertsGrain>(caller.Organization.Value));
        // Ids sort by when the alert was received.
        var (before, oldest) = ((string?)DeviceId.New(until + _after, [255, 255, 255, 255, 255, 255, 255, 255, 255, 255]).ToString(), DeviceId.New(from, new byte[10]).ToString());
        for (var page = 0; page < MostPages && before is not null; page++)
        {
            var alerts = await grain.ListAsync(before, PageSize, onlyOpen: false, cancellationToken);
            found.AddRange(alerts.Where(alert => alert.Device == device && alert.HappenedAt <= until && string.CompareOrdinal(alert.Id, oldest) >= 0)
                .Select(alert => AlertView.Of(alert, organization)));
            before = alerts.Length == PageSize && string.CompareOrdinal(alerts[^1].Id, oldest) > 0 ? alerts[^1].Id : null;
        }
        return found;
    }

    private async Task<List<AuditView>> AuditAsync(
        Caller caller, string device, DateTimeOffset from, DateTimeOffset until, Organization organization, CancellationToken cancellationToken)
    {
        var (found, grain) = (new List<AuditView>(), grains.GetGrain<IAuditGrain>(caller.Organization.Value));
        long? below = null;
        for (var page = 0; page < MostPages; page++)
        {
            var entries = await grain.ListAsync(new AuditQuery(below, PageSize, device), cancellationToken);
            found.AddRange(entries.Where(entry => entry.At >= from && entry.At <= until).Select(entry => AuditView.Of(entry, organization)));
            if (entries.Length < PageSize || entries[^1].At < from)
                break;
            below = entries[^1].Number;
        }
        return found;
    }
}
