using System.Globalization;
using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Live;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>Address and password of an account.</summary>
public sealed record SignInRequest(string? Email, string? Password);

/// <summary>Who is signed in, and what the console needs to know of the server.</summary>
/// <param name="InstallationOwner">May make further organizations.</param>
/// <param name="PublicUrl">The address that phones are given.</param>
/// <param name="Tls">Whether this request came over TLS: if not, passwords cross the network readable.</param>
/// <param name="PublicUrlIsLocalhost">No phone reaches that address.</param>
/// <param name="TimeZone">IANA name of the organization's time zone.</param>
/// <param name="Role">owner, operator or viewer; null for an API key, whose actions say what it may do.</param>
/// <param name="Actions">What you may do: of read, report, act and manage.</param>
/// <param name="Fleets">The fleets that you see; null for all.</param>
public sealed record SessionView(
    SessionAccount Account, SessionOrganization Organization, bool InstallationOwner,
    string PublicUrl, bool Tls, bool PublicUrlIsLocalhost, string TimeZone, string? Role, IReadOnlyList<string> Actions, IReadOnlyList<string>? Fleets)
{
    internal static SessionView Of(Organization organization, Account account, PublicUrl publicUrl, HttpRequest request) =>
        Of(organization, new(Numbers.Text(account.Number), account.Email, account.Name), account.OwnsInstallation, account.Role, account.Rights, account.Scope, publicUrl, request);

    internal static SessionView Of(Organization organization, SessionAccount account, bool owner, Role? role, Rights rights, FleetScope fleets, PublicUrl publicUrl, HttpRequest request) =>
        new(account, new(organization.Number.ToString(), organization.Name), owner, publicUrl.Value.ToString(),
            request.IsHttps, publicUrl.IsLocalhost, organization.TimeZone,
            role is { } known ? Words.Of(known) : null, ApiKeysApi.WordsOf(rights), fleets.IsAll ? null : [.. fleets.Named.Select(Numbers.Text)]);
}

/// <summary>The account; for an API key its id and name.</summary>
public sealed record SessionAccount(string Id, string? Email, string Name);

/// <summary>The organization that is seen.</summary>
public sealed record SessionOrganization(string Id, string Name);

/// <summary>Signing in and out.</summary>
internal static class SessionApi
{
    public static void MapSession(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/session").WithTags("Session");
        group.MapPost("/", PostAsync).AllowAnonymous().WithName("SignIn").WithSummary("Signs in; the answer sets the session's cookie.");
        group.MapGet("/", GetAsync).RequireAuthorization(Access.SignedIn).WithName("GetSession").WithSummary("Who is signed in.");
        group.MapDelete("/", DeleteAsync).RequireAuthorization(Access.SignedIn).WithName("SignOut").WithSummary("Signs out.");
    }

    private static async Task<Results<Ok<SessionView>, ProblemHttpResult>> PostAsync(
        SignInRequest body, SignIn signIn, OrganizationDirectory directory, PublicUrl publicUrl, HttpContext context, CancellationToken cancellationToken)
    {
        if (body is not { Email.Length: > 0 and <= 254, Password.Length: > 0 and <= Passwords.LongestLength })
            return Refused();
        switch (await signIn.TryAsync(context, body.Email, body.Password, cancellationToken))
        {
            case SignIn.Outcome.Done done:
                var organization = await directory.FindAsync(done.Organization, cancellationToken);
                return TypedResults.Ok(SessionView.Of(organization!, done.Account, publicUrl, context.Request));
            case SignIn.Outcome.Wait wait:
                return TooMany(wait, context);
            default:
                return Refused();
        }
    }

    private static async Task<Ok<SessionView>> GetAsync(
        Caller caller, OrganizationDirectory directory, PublicUrl publicUrl, HttpContext context, CancellationToken cancellationToken)
    {
        var organization = await directory.OfAsync(caller, cancellationToken);
        var account = organization.Accounts.FirstOrDefault(candidate => Numbers.Text(candidate.Number) == caller.Account);
        return TypedResults.Ok(account is null
            ? SessionView.Of(organization, new SessionAccount(caller.Account, Email: null, caller.Name), owner: false, role: null, caller.Rights, caller.Fleets, publicUrl, context.Request)
            : SessionView.Of(organization, account, publicUrl, context.Request));
    }

    private static async Task<NoContent> DeleteAsync(Session sessions, HttpContext context, CancellationToken cancellationToken)
    {
        await sessions.EndAsync(context, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>The answer to a password that is tried too soon.</summary>
    internal static ProblemHttpResult TooMany(SignIn.Outcome.Wait wait, HttpContext context)
    {
        var seconds = Math.Ceiling(wait.For.TotalSeconds);
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem($"Too many tries. Wait {seconds} s.", statusCode: StatusCodes.Status429TooManyRequests);
    }

    private static ProblemHttpResult Refused() =>
        TypedResults.Problem("There is no account with this address and password.", statusCode: StatusCodes.Status401Unauthorized);
}
