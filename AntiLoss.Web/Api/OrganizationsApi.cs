using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>An organization, as its own people see it.</summary>
/// <param name="TimeZone">IANA name of the time zone in which its people read times.</param>
public sealed record OrganizationView(string Id, string Name, string TimeZone, DateTimeOffset FoundedAt)
{
    internal static OrganizationView Of(Organization organization) =>
        new(organization.Number.ToString(), organization.Name, organization.TimeZone, organization.FoundedAt);
}

/// <summary>An organization, as the installation's owner sees it: nothing of what is in it.</summary>
public sealed record OrganizationListItem(string Id, DateTimeOffset FoundedAt);

/// <summary>A new organization and its owner.</summary>
public sealed record OrganizationRequest(string? Name, string? Email, string? Password, string? OwnerName, string? TimeZone);

/// <summary>What to change; what is left out stays.</summary>
public sealed record OrganizationEdit(string? Name, string? TimeZone);

/// <summary>The caller's organization, and for the installation's owner the list of all.</summary>
internal static class OrganizationsApi
{
    public static void MapOrganizations(this IEndpointRouteBuilder api)
    {
        var own = api.MapGroup("/organization").WithTags("Organizations");
        own.MapGet("/", GetAsync).RequireAuthorization(Access.SignedIn).WithName("GetOrganization").WithSummary("Your organization.");
        own.MapPatch("/", PatchAsync).RequireAuthorization(Access.Manage).WithName("EditOrganization").WithSummary("Renames your organization, or changes its time zone.");

        var all = api.MapGroup("/organizations").WithTags("Organizations").RequireAuthorization(Access.Install);
        all.MapGet("/", ListAsync).WithName("ListOrganizations").WithSummary("All organizations, for the installation's owner.");
        all.MapPost("/", PostAsync).WithName("AddOrganization").WithSummary("Makes an organization with an owner of its own, for the installation's owner.");
    }

    private static async Task<Ok<OrganizationView>> GetAsync(Caller caller, OrganizationDirectory directory, CancellationToken cancellationToken) =>
        TypedResults.Ok(OrganizationView.Of(await directory.OfAsync(caller, cancellationToken)));

    private static async Task<Results<Ok<OrganizationView>, ValidationProblem>> PatchAsync(
        Caller caller, OrganizationEdit body, OrganizationChanges changes, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var name = errors.OptionalName("name", body.Name);
        var timeZone = errors.TimeZone("timeZone", body.TimeZone)?.Id;
        if (errors.Any)
            return errors.ToProblem();
        var answer = await changes.MakeAsync(caller, (organization, token) => organization.EditAsync(name, timeZone, token), cancellationToken);
        return TypedResults.Ok(OrganizationView.Of(answer.Organization));
    }

    private static async Task<Ok<Page<OrganizationListItem>>> ListAsync(OrganizationDirectory directory, CancellationToken cancellationToken)
    {
        var installation = await directory.InstallationAsync(cancellationToken);
        return TypedResults.Ok(new Page<OrganizationListItem>(
            [.. installation.Organizations.Values.Where(entry => entry.IsFounded)
                .Select(entry => new OrganizationListItem(entry.Number.ToString(), entry.ReservedAt))],
            Next: null));
    }

    private static async Task<Results<Created<OrganizationListItem>, ValidationProblem>> PostAsync(
        OrganizationRequest body, IGrainFactory grains, Passwords passwords, OrganizationDirectory directory, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var name = errors.Name("name", body.Name);
        var email = errors.Email("email", body.Email);
        var password = errors.Password("password", body.Password);
        var ownerName = errors.OptionalName("ownerName", body.OwnerName) ?? email;
        var timeZone = errors.TimeZone("timeZone", body.TimeZone)?.Id ?? "UTC";
        if (errors.Any)
            return errors.ToProblem();

        var answer = await grains.GetGrain<IInstallationGrain>(0).FoundAsync(
            new Founding
            {
                Name = name,
                FleetName = Setup.FirstFleetName,
                Email = email,
                AccountName = ownerName,
                PasswordHash = passwords.Hash(password),
                TimeZone = timeZone,
            },
            cancellationToken);
        directory.Accept(answer.Installation);
        if (answer.Organization is not { } founded)
            return FieldErrors.Problem("email", "another account has this address");
        directory.Accept(founded);
        return TypedResults.Created((string?)null, new OrganizationListItem(founded.Number.ToString(), founded.FoundedAt));
    }
}
