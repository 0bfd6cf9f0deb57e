using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Live;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>A group of phones.</summary>
/// <param name="Friends">Whether OwnTracks phones of this fleet may see each other's last place.</param>
/// <param name="Count">How many phones are in it, retired ones not counted.</param>
public sealed record FleetView(string Id, string Name, bool Friends, int Count);

/// <summary>A new fleet, or what to change of one; what is left out stays.</summary>
public sealed record FleetRequest(string? Name, bool? Friends);

/// <summary>Fleets of the caller's organization.</summary>
internal static class FleetsApi
{
    public static void MapFleets(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/fleets").WithTags("Fleets");
        group.MapGet("/", ListAsync).RequireAuthorization(Access.Read).WithName("ListFleets").WithSummary("All fleets that you see.");
        group.MapPost("/", PostAsync).RequireAuthorization(Access.Manage).WithName("AddFleet").WithSummary("Adds a fleet.");
        group.MapPatch("/{id}", PatchAsync).RequireAuthorization(Access.Manage).WithName("EditFleet").WithSummary("Changes a fleet.");
        group.MapDelete("/{id}", DeleteAsync).RequireAuthorization(Access.Manage).WithName("RemoveFleet").WithSummary("Removes a fleet without phones and people.");
    }

    private static async Task<Ok<Page<FleetView>>> ListAsync(
        Caller caller, OrganizationDirectory directory, FleetMirror mirror, CancellationToken cancellationToken)
    {
        var organization = await directory.OfAsync(caller, cancellationToken);
        var view = await mirror.ViewOfAsync(caller.Organization, cancellationToken);
        return TypedResults.Ok(new Page<FleetView>([.. organization.Fleets.Values.Where(fleet => caller.Fleets.Contains(fleet.Number)).Select(fleet => ViewOf(fleet, view))], Next: null));
    }

    private static async Task<Results<Created<FleetView>, ValidationProblem>> PostAsync(
        Caller caller, FleetRequest body, OrganizationChanges changes, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var name = errors.Name("name", body.Name);
        if (errors.Any)
            return errors.ToProblem();
        var answer = await changes.MakeAsync(
            caller, (organization, token) => organization.AddFleetAsync(name, body.Friends ?? false, token), cancellationToken);
        return answer.Refusal switch
        {
            OrganizationRefusal.NameTaken => FieldErrors.Problem("name", "another fleet has this name"),
            OrganizationRefusal.TooMany => FieldErrors.Problem("name", $"there are {OrganizationRules.MostFleets} fleets already"),
            _ => TypedResults.Created($"/api/v1/fleets/{answer.Number}", ViewOf(answer.Organization.Fleets[answer.Number], null)),
        };
    }

    private static async Task<Results<Ok<FleetView>, NotFound, ValidationProblem>> PatchAsync(
        Caller caller, string id, FleetRequest body, OrganizationChanges changes, FleetMirror mirror, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var name = errors.OptionalName("name", body.Name);
        if (errors.Any)
            return errors.ToProblem();
        if (Numbers.Parse(id) is not { } number || !caller.Fleets.Contains(number))
            return TypedResults.NotFound();
        var answer = await changes.MakeAsync(
            caller, (organization, token) => organization.EditFleetAsync(number, name, body.Friends, token), cancellationToken);
        if (answer.Refusal == OrganizationRefusal.NameTaken)
            return FieldErrors.Problem("name", "another fleet has this name");
        if (answer.IsRefused)
            return TypedResults.NotFound();
        return TypedResults.Ok(ViewOf(answer.Organization.Fleets[number], await mirror.ViewOfAsync(caller.Organization, cancellationToken)));
    }

    private static async Task<Results<NoContent, NotFound, ProblemHttpResult>> DeleteAsync(
        Caller caller, string id, OrganizationChanges changes, FleetMirror mirror, CancellationToken cancellationToken)
    {
        if (Numbers.Parse(id) is not { } number || !caller.Fleets.Contains(number))
            return TypedResults.NotFound();
        var view = await mirror.ViewOfAsync(caller.Organization, cancellationToken);
        if (view.CountsOf(FleetScope.Of(number)).All > 0)
            return Conflict("There are phones in this fleet: move them first.");
        var answer = await changes.MakeAsync(caller, (organization, token) => organization.RemoveFleetAsync(number, token), cancellationToken);
        return answer.Refusal switch
        {
            OrganizationRefusal.None => TypedResults.NoContent(),
            OrganizationRefusal.LastFleet => Conflict("An organization has at least one fleet."),
            OrganizationRefusal.InUse => Conflict("People belong to this fleet: move them first."),
            _ => TypedResults.NotFound(),
        };
    }

    private static ProblemHttpResult Conflict(string title) => TypedResults.Problem(title, statusCode: StatusCodes.Status409Conflict);

    private static FleetView ViewOf(Fleet fleet, Live.OrganizationView? view) =>
        new(Numbers.Text(fleet.Number), fleet.Name, fleet.FriendsAllowed, view?.CountsOf(FleetScope.Of(fleet.Number)).All ?? 0);
}
