using System.Security.Cryptography;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Alerts;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api.Incidents;

/// <summary>The incidents of the caller's organization. To look at one, or to take its file along, is an audit entry.</summary>
internal static class IncidentsApi
{
    private const int LongestNote = 2_000;

    public static void MapIncidents(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/incidents").WithTags("Incidents");
        group.MapGet("/", ListAsync).RequireAuthorization(Access.Read).WithName("ListIncidents").WithSummary("Each time that a phone was lost, newest first.");
        group.MapGet("/{id}", GetAsync).RequireAuthorization(Access.Read).WithName("GetIncident").WithSummary("One incident with its timeline; who looks first stays in it.");
        group.MapPost("/{id}/notes", NoteAsync).RequireAuthorization(Access.Act).WithName("AddIncidentNote").WithSummary("Writes a note down; notes are never changed.");
        group.MapGet("/{id}/export", ExportAsync).RequireAuthorization(Access.Read).WithName("ExportIncident").WithSummary("Everything about it in one signed ZIP file, which is verified without the server.");
    }

    private static async Task<Results<Ok<Page<IncidentView>>, ValidationProblem>> ListAsync(
        Caller caller, IGrainFactory grains, OrganizationDirectory directory, CancellationToken cancellationToken, string? cursor = null, int? limit = null)
    {
        var organization = await directory.OfAsync(caller, cancellationToken);
        return await AlertsApi.PageAsync(cursor, limit, (before, most) => GrainOf(grains, caller).ListAsync(before, most, cancellationToken),
            incident => incident.Id, incident => caller.Fleets.Contains(incident.Fleet), incident => IncidentView.Of(incident, organization));
    }

    private static async Task<Results<Ok<IncidentDetail>, NotFound>> GetAsync(
        Caller caller, string id, IGrainFactory grains, IncidentGathering gathering, AuditTrail trail, CancellationToken cancellationToken)
    {
        if (await FindAsync(grains, caller, id, cancellationToken) is not { } incident)
            return TypedResults.NotFound();
        await trail.WriteAsync(caller, Look("incident-looked", incident), cancellationToken);
        // A program that reads it is nobody who has seen it.
        if (caller.Session is not null)
            incident = await GrainOf(grains, caller).LookAsync(id, caller.Account, cancellationToken) ?? incident;
        var contents = await gathering.GatherAsync(caller, incident, cancellationToken);
        return TypedResults.Ok(new IncidentDetail(
            contents.Incident, contents.HadBy, contents.Timeline, contents.Device?.Guards.Commands ?? [], contents.Device?.Guards.Slots ?? [], contents.From, contents.Until));
    }

    private static async Task<Results<Created<IncidentNoteView>, NotFound, ValidationProblem>> NoteAsync(
        Caller caller, string id, NoteRequest body, IGrainFactory grains, OrganizationDirectory directory, TimeProvider time, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var text = errors.RequiredText("text", body.Text, LongestNote);
        if (errors.Any)
            return errors.ToProblem();
        var now = time.GetUtcNow();
        var note = new IncidentNote(DeviceId.New(now, RandomNumberGenerator.GetBytes(10)).ToString(), now, caller.Account, text);
        return await FindAsync(grains, caller, id, cancellationToken) is not null && await GrainOf(grains, caller).NoteAsync(id, note, cancellationToken)
            ? TypedResults.Created($"/api/v1/incidents/{id}", IncidentNoteView.Of(note, await directory.OfAsync(caller, cancellationToken)))
            : TypedResults.NotFound();
    }

    private static async Task<Results<FileContentHttpResult, NotFound>> ExportAsync(
        Caller caller, string id, IGrainFactory grains, IncidentGathering gathering, IncidentFile file, AuditTrail trail, CancellationToken cancellationToken)
    {
        if (await FindAsync(grains, caller, id, cancellationToken) is not { } incident)
            return TypedResults.NotFound();
        await trail.WriteAsync(caller, Look("incident-exported", incident), cancellationToken);
        var contents = await gathering.GatherAsync(caller, incident, cancellationToken);
        return TypedResults.File(await file.MakeAsync(caller, contents, cancellationToken), "application/zip", $"incident-{id}.zip");
    }

    /// <summary>The incident; one of a fleet that the caller does not see is answered as one that there is not.</summary>
    private static async ValueTask<Incident?> FindAsync(IGrainFactory grains, Caller caller, string id, CancellationToken cancellationToken) =>
        await GrainOf(grains, caller).FindAsync(id, cancellationToken) is { } incident && caller.Fleets.Contains(incident.Fleet) ? incident : null;

    private static AuditNote Look(string action, Incident incident) => new(action) { Device = incident.Device, Person = incident.Person, After = incident.Id };

    private static IIncidentsGrain GrainOf(IGrainFactory grains, Caller caller) => grains.GetGrain<IIncidentsGrain>(caller.Organization.Value);
}
