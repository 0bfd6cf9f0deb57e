using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>Whether there is an owner yet.</summary>
public sealed record SetupState(bool Needed);

/// <summary>What makes the first organization and its owner.</summary>
/// <param name="Token">From the link that the server printed.</param>
/// <param name="Organization">Name of the organization.</param>
/// <param name="Name">Name of its owner; the e-mail address if it is left out.</param>
/// <param name="TimeZone">IANA name of the organization's time zone; UTC if it is left out.</param>
public sealed record SetupRequest(string? Token, string? Organization, string? Email, string? Password, string? Name, string? TimeZone);

/// <summary>The set-up: open to whoever has the one-time link, once.</summary>
internal static class SetupApi
{
    public static void MapSetup(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/setup").WithTags("Set-up").AllowAnonymous();
        group.MapGet("/", GetAsync).WithName("GetSetup").WithSummary("Says whether this installation still needs an owner.");
        group.MapPost("/", PostAsync).WithName("SetUp").WithSummary("Makes the first organization and its owner, and signs the owner in.");
    }

    private static async Task<Ok<SetupState>> GetAsync(OrganizationDirectory directory, CancellationToken cancellationToken) =>
        TypedResults.Ok(new SetupState(!(await directory.InstallationAsync(cancellationToken)).IsSetUp));

    private static async Task<Results<Created<SessionView>, ValidationProblem, ProblemHttpResult>> PostAsync(
        SetupRequest body, SetupLink link, Setup setup, Session sessions, PublicUrl publicUrl, HttpContext context, CancellationToken cancellationToken)
    {
        if (!link.Accepts(body.Token ?? ""))
            return TypedResults.Problem("The link was used, is over an hour old, or is not of this server. Start the server again to get another.", statusCode: StatusCodes.Status403Forbidden);

        var errors = new FieldErrors();
        var organization = errors.Name("organization", body.Organization);
        var email = errors.Email("email", body.Email);
        var password = errors.Password("password", body.Password);
        var name = errors.OptionalName("name", body.Name) ?? email;
        var timeZone = errors.TimeZone("timeZone", body.TimeZone)?.Id;
        if (errors.Any)
            return errors.ToProblem();

        if (await setup.FoundAsync(organization, email, name, password, timeZone, cancellationToken) is not { } founded)
            return TypedResults.Problem("This installation has an owner already.", statusCode: StatusCodes.Status409Conflict);
        await sessions.BeginAsync(context, founded.Number, founded.Accounts[0]);
        return TypedResults.Created("/api/v1/session", SessionView.Of(founded, founded.Accounts[0], publicUrl, context.Request));
    }
}
