using System.Globalization;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Shards;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Live;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>A new phone.</summary>
/// <param name="Since">ISO 8601. Fixes before this moment are impossible; a day before the enrolment if it is left out.</param>
/// <param name="Fleet">The first fleet if it is left out.</param>
/// <param name="Person">Who gets it; nobody if it is left out.</param>
public sealed record DeviceRequest(
    string? Name, string? Since, string? Fleet, string? Person, string? Imei, IReadOnlyList<string>? Tags);

/// <summary>What to change of a phone; what is left out stays.</summary>
public sealed record DeviceEdit(string? Name, string? Fleet, string? Imei, IReadOnlyList<string>? Tags);

/// <summary>Who gets the phone (null: it is taken back), and how it is handed over.</summary>
public sealed record AssignRequest(string? Person, string? How);

/// <summary>Why the phone leaves the organization.</summary>
public sealed record RetireRequest(string? Reason);

/// <summary>How many phones are in which state; retired ones are not counted.</summary>
public sealed record DeviceCounts(int All, int Online, int Overdue, int Offline, int Never, int Damaged);

/// <summary>Phones of the fleets that the caller sees. One of another does not exist.</summary>
internal static class DevicesApi
{
    private const int LongestText = 200;

    public static void MapDevices(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/devices").WithTags("Devices");
        group.MapGet("/", ListAsync).RequireAuthorization(Access.Read).WithName("ListDevices").WithSummary("Phones, urgent ones first, then by name.");
        group.MapGet("/counts", CountsAsync).RequireAuthorization(Access.Read).WithName("CountDevices").WithSummary("How many phones are in which state.");
        group.MapPost("/", PostAsync).RequireAuthorization(Access.Act).WithName("AddDevice").WithSummary("Adds a phone; its credential is in this answer and nowhere else.");
        group.MapGet("/{id}", GetAsync).RequireAuthorization(Access.Read).WithName("GetDevice").WithSummary("A phone, with everything durable applied.");
        group.MapPatch("/{id}", PatchAsync).RequireAuthorization(Access.Act).WithName("EditDevice").WithSummary("Changes a phone's name, fleet, IMEI or tags.");
        group.MapPost("/{id}/rotate", RotateAsync).RequireAuthorization(Access.Act).WithName("RotateCredential").WithSummary("Gives a new credential and revokes all earlier ones.");
        group.MapPost("/{id}/assign", AssignAsync).RequireAuthorization(Access.Act).WithName("AssignDevice").WithSummary("Hands the phone to a person, or takes it back.");
        group.MapPost("/{id}/retire", RetireAsync).RequireAuthorization(Access.Act).WithName("RetireDevice").WithSummary("Takes the phone out of service: its history stays, its reports are refused.");
    }

    private static async Task<Results<Ok<Page<DeviceItem>>, ValidationProblem>> ListAsync(
        Caller caller, FleetMirror mirror, OrganizationDirectory directory, CancellationToken cancellationToken,
        string? fleet = null, string? state = null, string? search = null, string? cursor = null, int? limit = null)
    {
        var organization = await directory.OfAsync(caller, cancellationToken);
        var errors = new FieldErrors();
        var after = string.IsNullOrEmpty(cursor) ? null : ListPosition.Parse(cursor);
        if (!string.IsNullOrEmpty(cursor) && after is null)
            errors.Add("cursor", "is no cursor of this list");
        var query = new DeviceListQuery
        {
            Fleets = ScopeOf(errors, fleet, caller, organization),
            State = StateOf(errors, state),
            Retired = state == "retired",
            Search = search,
            After = after,
            Limit = Page<DeviceItem>.LimitOf(limit),
        };
        if (errors.Any)
            return errors.ToProblem();
        var page = (await mirror.ViewOfAsync(caller.Organization, cancellationToken)).List(query);
        return TypedResults.Ok(new Page<DeviceItem>([.. page.Rows.Select(row => DeviceItem.Of(row, organization))], page.Next?.ToString()));
    }

    private static async Task<Results<Ok<DeviceCounts>, ValidationProblem>> CountsAsync(
        Caller caller, FleetMirror mirror, OrganizationDirectory directory, CancellationToken cancellationToken, string? fleet = null)
    {
        var errors = new FieldErrors();
        var fleets = ScopeOf(errors, fleet, caller, await directory.OfAsync(caller, cancellationToken));
        if (errors.Any)
            return errors.ToProblem();
        var counts = (await mirror.ViewOfAsync(caller.Organization, cancellationToken)).CountsOf(fleets);
        return TypedResults.Ok(new DeviceCounts(counts.All, counts.Online, counts.Overdue, counts.Offline, counts.Never, counts.Damaged));
    }

    private static async Task<Results<Created<EnrolledDevice>, ValidationProblem, ProblemHttpResult>> PostAsync(
        Caller caller, DeviceRequest body, DeviceOperations devices, OrganizationDirectory directory, HttpContext context, CancellationToken cancellationToken)
    {
        var organization = await directory.OfAsync(caller, cancellationToken);
        var errors = new FieldErrors();
        var draft = new DeviceDraft(
            errors.Name("name", body.Name),
            string.IsNullOrEmpty(body.Fleet) ? PeopleApi.FirstFleetOf(errors, caller, organization) : PeopleApi.FleetOf(errors, body.Fleet, caller, organization),
            errors.Since("since", body.Since),
            PersonOf(errors, body.Person, caller, organization),
            errors.Imei("imei", body.Imei),
            errors.Tags("tags", body.Tags));
        if (errors.Any)
            return errors.ToProblem();
        var made = await devices.EnrolAsync(caller, draft, cancellationToken);
        if (made.View is not { } view)
            return NotTaken(context, made.Outcome);
        NoStore(context);
        return TypedResults.Created($"/api/v1/devices/{view.Row.Key.Device}", await devices.WithCredentialAsync(caller, view, cancellationToken));
    }

    private static async Task<Results<Ok<DeviceDetail>, NotFound>> GetAsync(
        Caller caller, string id, DeviceOperations devices, CancellationToken cancellationToken) =>
        await devices.FindAsync(caller, id, cancellationToken) is { } view
            ? TypedResults.Ok(await devices.DetailAsync(caller, view, cancellationToken))
            : TypedResults.NotFound();

    private static async Task<Results<Ok<DeviceDetail>, NotFound, ValidationProblem, ProblemHttpResult>> PatchAsync(
        Caller caller, string id, DeviceEdit body, DeviceOperations devices, OrganizationDirectory directory, HttpContext context, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var change = new DeviceEdited
        {
            Name = errors.OptionalName("name", body.Name),
            Fleet = body.Fleet is null ? null : PeopleApi.FleetOf(errors, body.Fleet, caller, await directory.OfAsync(caller, cancellationToken)),
            Imei = body.Imei is null ? null : errors.Imei("imei", body.Imei) ?? "",
            Tags = body.Tags is null ? null : errors.Tags("tags", body.Tags),
        };
        return errors.Any ? errors.ToProblem() : await ChangeAsync(caller, id, change, devices, context, cancellationToken);
    }

    private static async Task<Results<Ok<EnrolledDevice>, NotFound, ProblemHttpResult>> RotateAsync(
        Caller caller, string id, DeviceOperations devices, AuditTrail trail, HttpContext context, CancellationToken cancellationToken)
    {
        if (await devices.FindAsync(caller, id, cancellationToken) is not { } before)
            return TypedResults.NotFound();
        // The phone's own log keeps no account of who asked for it: this entry is all there is.
        await trail.WriteBeforeAsync(caller, "credential-rotated", before.Row, reason: null, cancellationToken);
        var change = new CredentialRotated(before.State.CredentialVersion + 1);
        var rotated = await devices.ChangeAsync(before.Row.Key, change, cancellationToken);
        if (rotated.View is not { } view)
            return NotTaken(context, rotated.Outcome);
        NoStore(context);
        return TypedResults.Ok(await devices.WithCredentialAsync(caller, view, cancellationToken));
    }

    private static async Task<Results<Ok<DeviceDetail>, NotFound, ValidationProblem, ProblemHttpResult>> AssignAsync(
        Caller caller, string id, AssignRequest body, DeviceOperations devices, OrganizationDirectory directory, HttpContext context, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var change = new DeviceAssigned(
            PersonOf(errors, body.Person, caller, await directory.OfAsync(caller, cancellationToken)), caller.Name, errors.Text("how", body.How, LongestText));
        return errors.Any ? errors.ToProblem() : await ChangeAsync(caller, id, change, devices, context, cancellationToken);
    }

    private static async Task<Results<Ok<DeviceDetail>, NotFound, ValidationProblem, ProblemHttpResult>> RetireAsync(
        Caller caller, string id, RetireRequest body, DeviceOperations devices, OrganizationDirectory directory, AuditTrail trail, HttpContext context, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var reason = errors.Text("reason", body.Reason, LongestText);
        if (reason is null)
            errors.Add("reason", "is missing");
        if (errors.Any)
            return errors.ToProblem();
        if (await devices.FindAsync(caller, id, cancellationToken) is not { } before)
            return TypedResults.NotFound();
        // A lost phone is written off by two people, and a key is none.
        if (caller.Session is null && before.Row.Protection == Protection.Lost)
            return GuardActs.KeyIsNoPerson();
        await trail.WriteBeforeAsync(caller, "device-retired", before.Row, reason, cancellationToken);
        var by = Operators.Of(caller, await directory.OfAsync(caller, cancellationToken));
        return await ChangeAsync(caller, id, new DeviceRetired(caller.Name, reason!) { Operator = by }, devices, context, cancellationToken);
    }

    private static async Task<Results<Ok<DeviceDetail>, NotFound, ValidationProblem, ProblemHttpResult>> ChangeAsync(
        Caller caller, string id, OperationalChange change, DeviceOperations devices, HttpContext context, CancellationToken cancellationToken)
    {
        if (await devices.FindAsync(caller, id, cancellationToken) is not { } before)
            return TypedResults.NotFound();
        var changed = await devices.ChangeAsync(before.Row.Key, change, cancellationToken);
        if (changed.Refusal is { } refusal)
            return TypedResults.Problem(refusal, statusCode: StatusCodes.Status409Conflict);
        if (changed.View is { } view)
            return TypedResults.Ok(await devices.DetailAsync(caller, view, cancellationToken));
        return changed.Outcome == RequestOutcome.Unknown ? TypedResults.NotFound() : NotTaken(context, changed.Outcome);
    }

    /// <summary>The fleet that a query names, of those that the caller sees; all of them if it names none.</summary>
    private static FleetScope ScopeOf(FieldErrors errors, string? fleet, Caller caller, Organization organization) =>
        string.IsNullOrEmpty(fleet) ? caller.Fleets : FleetScope.Of(PeopleApi.FleetOf(errors, fleet, caller, organization));

    /// <summary>The person that a field names; null for nobody.</summary>
    private static int? PersonOf(FieldErrors errors, string? text, Caller caller, Organization organization)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (Numbers.Parse(text) is { } number && organization.People.TryGetValue(number, out var person) && caller.Fleets.Contains(person.Fleet))
            return number;
        errors.Add("person", "is nobody of yours");
        return null;
    }

    private static LiveState? StateOf(FieldErrors errors, string? state)
    {
        switch (state)
        {
            case null or "" or "retired": return null;
            case "online": return LiveState.Online;
            case "overdue": return LiveState.Overdue;
            case "offline": return LiveState.Offline;
            case "never": return LiveState.Never;
            case "damaged": return LiveState.Damaged;
            case "suspected": return LiveState.Suspected;
            case "lost": return LiveState.Lost;
            default:
                errors.Add("state", "is none of lost, suspected, online, overdue, offline, never, damaged, retired");
                return null;
        }
    }

    /// <summary>The answer to a change that was not made.</summary>
    internal static ProblemHttpResult NotTaken(HttpContext context, RequestOutcome outcome)
    {
        if (outcome == RequestOutcome.Retired)
            return TypedResults.Problem("The phone is retired.", statusCode: StatusCodes.Status409Conflict);
        context.Response.Headers.RetryAfter = 2.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem("The server cannot write now. Try again.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static void NoStore(HttpContext context) => context.Response.Headers.CacheControl = "no-store";
}
