using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Live;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>Somebody who may be given a phone.</summary>
public sealed record PersonView(string Id, string Name, string? Email, string Fleet)
{
    internal static PersonView Of(Person person) => new(Numbers.Text(person.Number), person.Name, person.Email, Numbers.Text(person.Fleet));
}

/// <summary>A new person, or what to change of one; what is left out stays, an empty e-mail address is taken away.</summary>
/// <param name="Fleet">The first fleet if it is left out.</param>
public sealed record PersonRequest(string? Name, string? Email, string? Fleet);

/// <summary>People of the caller's organization.</summary>
internal static class PeopleApi
{
    public static void MapPeople(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/people").WithTags("People");
        group.MapGet("/", ListAsync).RequireAuthorization(Access.Read).WithName("ListPeople").WithSummary("People by number, or those whose name or address holds a text.");
        group.MapPost("/", PostAsync).RequireAuthorization(Access.Act).WithName("AddPerson").WithSummary("Adds a person.");
        group.MapPatch("/{id}", PatchAsync).RequireAuthorization(Access.Act).WithName("EditPerson").WithSummary("Changes a person.");
        group.MapDelete("/{id}", DeleteAsync).RequireAuthorization(Access.Act).WithName("RemovePerson").WithSummary("Removes a person who has no phone.");
        group.MapPost("/{id}/erase", EraseAsync).RequireAuthorization(Access.Manage).WithName("ErasePerson").WithSummary("Removes a person who has no phone, and what the audit says of that person, for good; also of one who was removed already.");
    }

    private static async Task<Results<Ok<Page<PersonView>>, ValidationProblem>> ListAsync(
        Caller caller, OrganizationDirectory directory, CancellationToken cancellationToken, string? search = null, string? cursor = null, int? limit = null)
    {
        if (cursor is not null && Numbers.Parse(cursor) is null)
            return FieldErrors.Problem("cursor", "is no cursor of this list");
        var organization = await directory.OfAsync(caller, cancellationToken);
        var after = Numbers.Parse(cursor) ?? 0;
        var most = Page<PersonView>.LimitOf(limit);
        var found = organization.People.Values
            .SkipWhile(person => person.Number <= after)
            .Where(person => caller.Fleets.Contains(person.Fleet))
            .Where(person => string.IsNullOrEmpty(search)
                || person.Name.Contains(search, StringComparison.OrdinalIgnoreCase)
                || person.Email?.Contains(search, StringComparison.OrdinalIgnoreCase) == true)
            .Take(most + 1)
            .ToList();
        var next = found.Count > most ? Numbers.Text(found[most - 1].Number) : null;
        return TypedResults.Ok(new Page<PersonView>([.. found.Take(most).Select(PersonView.Of)], next));
    }

    private static async Task<Results<Created<PersonView>, ValidationProblem>> PostAsync(
        Caller caller, PersonRequest body, OrganizationDirectory directory, OrganizationChanges changes, CancellationToken cancellationToken)
    {
        var organization = await directory.OfAsync(caller, cancellationToken);
        var errors = new FieldErrors();
        var fleet = body.Fleet is null ? FirstFleetOf(errors, caller, organization) : 0;
        var person = Read(errors, body, caller, organization, new Person(0, "", null, fleet), isNew: true);
        if (errors.Any)
            return errors.ToProblem();
        var answer = await changes.MakeAsync(caller, (grain, token) => grain.AddPeopleAsync([person], token), cancellationToken);
        return answer.Refusal switch
        {
            OrganizationRefusal.UnknownFleet => FieldErrors.Problem("fleet", "is no fleet of yours"),
            OrganizationRefusal.TooMany => FieldErrors.Problem("name", $"there are {OrganizationRules.MostPeople} people already"),
            _ => TypedResults.Created($"/api/v1/people/{answer.Number}", PersonView.Of(answer.Organization.People[answer.Number])),
        };
    }

    private static async Task<Results<Ok<PersonView>, NotFound, ValidationProblem>> PatchAsync(
        Caller caller, string id, PersonRequest body, OrganizationDirectory directory, OrganizationChanges changes, FleetMirror mirror, CancellationToken cancellationToken)
    {
        var organization = await directory.OfAsync(caller, cancellationToken);
        if (Numbers.Parse(id) is not { } number || !organization.People.TryGetValue(number, out var old) || !caller.Fleets.Contains(old.Fleet))
            return TypedResults.NotFound();
        var errors = new FieldErrors();
        var person = Read(errors, body, caller, organization, old, isNew: false);
        if (errors.Any)
            return errors.ToProblem();
        var answer = await changes.MakeAsync(caller, (grain, token) => grain.EditPersonAsync(person, token), cancellationToken);
        if (answer.Refusal == OrganizationRefusal.UnknownFleet)
            return FieldErrors.Problem("fleet", "is no fleet of yours");
        if (answer.IsRefused)
            return TypedResults.NotFound();
        if (person.Name != old.Name)
            (await mirror.ViewOfAsync(caller.Organization, cancellationToken)).PeopleChanged(changed => changed == number);
        return TypedResults.Ok(PersonView.Of(answer.Organization.People[number]));
    }

    private static async Task<Results<NoContent, NotFound, ProblemHttpResult>> DeleteAsync(
        Caller caller, string id, OrganizationDirectory directory, OrganizationChanges changes, DeviceRows rows, CancellationToken cancellationToken)
    {
        var organization = await directory.OfAsync(caller, cancellationToken);
        if (Numbers.Parse(id) is not { } number || !organization.People.TryGetValue(number, out var old) || !caller.Fleets.Contains(old.Fleet))
            return TypedResults.NotFound();
        if (await rows.AnyAsync(caller.Organization, row => row.Person == number, cancellationToken))
            return HasPhone();
        var answer = await changes.MakeAsync(caller, (grain, token) => grain.RemovePersonAsync(number, token), cancellationToken);
        return answer.IsRefused ? TypedResults.NotFound() : TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, NotFound, ProblemHttpResult>> EraseAsync(
        Caller caller, string id, OrganizationDirectory directory, OrganizationChanges changes, DeviceRows rows, AuditTrail trail, CancellationToken cancellationToken)
    {
        var organization = await directory.OfAsync(caller, cancellationToken);
        if (Numbers.Parse(id) is not { } number || number > organization.LastPerson)
            return TypedResults.NotFound();
        if (await rows.AnyAsync(caller.Organization, row => row.Person == number, cancellationToken))
            return HasPhone();
        // The key first: what fails after it is asked for again.
        await trail.EraseAsync(caller, number, cancellationToken);
        if (organization.People.ContainsKey(number))
            await changes.MakeAsync(caller, (grain, token) => grain.RemovePersonAsync(number, token), cancellationToken);
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult HasPhone() => TypedResults.Problem("This person has a phone: take it back first.", statusCode: StatusCodes.Status409Conflict);

    private static Person Read(FieldErrors errors, PersonRequest body, Caller caller, Organization organization, Person old, bool isNew)
    {
        var name = isNew ? errors.Name("name", body.Name) : errors.OptionalName("name", body.Name) ?? old.Name;
        var email = body.Email is null ? old.Email : errors.OptionalEmail("email", body.Email);
        var fleet = body.Fleet is null ? old.Fleet : FleetOf(errors, body.Fleet, caller, organization);
        return old with { Name = name, Email = email, Fleet = fleet };
    }

    /// <summary>The first fleet that the caller sees, for a field that names none.</summary>
    internal static int FirstFleetOf(FieldErrors errors, Caller caller, Organization organization)
    {
        if (organization.Fleets.Keys.FirstOrDefault(caller.Fleets.Contains) is > 0 and var number)
            return number;
        errors.Add("fleet", "is no fleet of yours");
        return 0;
    }

    /// <summary>The fleet that a field names, of those that the caller sees.</summary>
    internal static int FleetOf(FieldErrors errors, string text, Caller caller, Organization organization)
    {
        if (Numbers.Parse(text) is { } number && caller.Fleets.Contains(number) && organization.Fleets.ContainsKey(number))
            return number;
        errors.Add("fleet", "is no fleet of yours");
        return 0;
    }
}
