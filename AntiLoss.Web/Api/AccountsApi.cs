using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>An operator's account.</summary>
/// <param name="Role">owner: every account may do everything in its organization.</param>
/// <param name="MadeBy">Who made it or last reset its password, and is therefore no second person beside it; null for the first account.</param>
/// <param name="HasPassword">False until its person has used the link.</param>
public sealed record AccountView(string Id, string Email, string Name, string Role, DateTimeOffset? CreatedAt, ActorView? MadeBy, bool HasPassword)
{
    internal static AccountView Of(Account account, Organization organization) => new(
        Numbers.Text(account.Number), account.Email, account.Name, "owner",
        account.CreatedAt == default ? null : account.CreatedAt,
        account.MadeBy is { } maker ? ActorView.Of(Numbers.Text(maker), organization) : null,
        account.PasswordHash.Length > 0);
}

/// <summary>An account with the one-time link for its password, which is shown this once.</summary>
/// <param name="Link">For its person, by a way that nobody else reads; good once, until <paramref name="LinkUntil"/>.</param>
public sealed record AccountLinkView(AccountView Account, string Link, DateTimeOffset LinkUntil);

/// <summary>A new account.</summary>
/// <param name="Name">The address if it is left out.</param>
public sealed record AccountRequest(string? Email, string? Name);

/// <summary>Accounts of the caller's organization. Only people make them: a program could else make itself two people.</summary>
internal static class AccountsApi
{
    public static void MapAccounts(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/accounts").WithTags("Accounts");
        group.MapGet("/", ListAsync).WithName("ListAccounts").WithSummary("All accounts.");
        group.MapPost("/", PostAsync).WithName("AddAccount").WithSummary("Makes an account; the link for its password is in this answer and nowhere else.");
        group.MapPost("/{id}/password-link", ResetAsync).WithName("ResetAccount").WithSummary("Makes a link for a forgotten password. Whoever does so is from then on no second person beside the account.");
        group.MapDelete("/{id}", DeleteAsync).WithName("RemoveAccount").WithSummary("Removes an account and ends its sessions.");
    }

    private static async Task<Ok<Page<AccountView>>> ListAsync(Caller caller, OrganizationDirectory directory, CancellationToken cancellationToken)
    {
        var organization = await directory.OfAsync(caller, cancellationToken);
        return TypedResults.Ok(new Page<AccountView>([.. organization.Accounts.Select(account => AccountView.Of(account, organization))], Next: null));
    }

    private static async Task<Results<Created<AccountLinkView>, ValidationProblem, ProblemHttpResult>> PostAsync(
        Caller caller, AccountRequest body, OrganizationChanges changes, OrganizationDirectory directory, IGrainFactory grains, AccountLinks links,
        PublicUrl publicUrl, HttpContext context, CancellationToken cancellationToken)
    {
        if (Operators.NumberOf(caller) is not { } by)
            return GuardActs.KeyIsNoPerson();
        var errors = new FieldErrors();
        var email = errors.Email("email", body.Email);
        var name = errors.OptionalName("name", body.Name) ?? email;
        if (errors.Any)
            return errors.ToProblem();
        var organization = await directory.OfAsync(caller, cancellationToken);
        if (organization.Accounts.Any(account => account.Email == email)
            || !await grains.GetGrain<IInstallationGrain>(0).ReserveAddressAsync(email, caller.Organization.Value, cancellationToken))
        {
            return FieldErrors.Problem("email", "another account has this address");
        }
        var (secret, link) = links.New();
        var answer = await changes.MakeAsync(caller, (grain, token) => grain.AddAccountAsync(email, name, by, link, token), cancellationToken);
        return answer.Refusal switch
        {
            OrganizationRefusal.NameTaken => FieldErrors.Problem("email", "another account has this address"),
            OrganizationRefusal.TooMany => FieldErrors.Problem("email", $"there are {OrganizationRules.MostAccounts} accounts already"),
            _ => TypedResults.Created($"/api/v1/accounts/{answer.Number}", ViewOf(caller, answer, secret, publicUrl, context)),
        };
    }

    private static async Task<Results<Ok<AccountLinkView>, NotFound, ProblemHttpResult>> ResetAsync(
        Caller caller, string id, OrganizationChanges changes, AccountLinks links, PublicUrl publicUrl, HttpContext context, CancellationToken cancellationToken)
    {
        if (Operators.NumberOf(caller) is not { } by)
            return GuardActs.KeyIsNoPerson();
        if (Numbers.Parse(id) is not { } number)
            return TypedResults.NotFound();
        if (number == by)
            return TypedResults.Problem("Your own password you change with the old one.", statusCode: StatusCodes.Status409Conflict);
        var (secret, link) = links.New();
        var answer = await changes.MakeAsync(caller, (grain, token) => grain.OpenAccountLinkAsync(number, by, link, token), cancellationToken);
        return answer.IsRefused ? TypedResults.NotFound() : TypedResults.Ok(ViewOf(caller, answer, secret, publicUrl, context));
    }

    private static async Task<Results<NoContent, NotFound, ProblemHttpResult>> DeleteAsync(
        Caller caller, string id, OrganizationChanges changes, OrganizationDirectory directory, IGrainFactory grains, CancellationToken cancellationToken)
    {
        if (Operators.NumberOf(caller) is not { } by)
            return GuardActs.KeyIsNoPerson();
        var organization = await directory.OfAsync(caller, cancellationToken);
        if (Numbers.Parse(id) is not { } number || organization.Accounts.FirstOrDefault(account => account.Number == number) is not { } there)
            return TypedResults.NotFound();
        if (number == by)
            return TypedResults.Problem("Your own account another one removes.", statusCode: StatusCodes.Status409Conflict);
        var answer = await changes.MakeAsync(caller, (grain, token) => grain.RemoveAccountAsync(number, token), cancellationToken);
        if (answer.Refusal == OrganizationRefusal.InUse)
            return TypedResults.Problem("The installation's owner and an organization's last account stay.", statusCode: StatusCodes.Status409Conflict);
        await grains.GetGrain<IInstallationGrain>(0).ReleaseAddressAsync(there.Email, caller.Organization.Value, cancellationToken);
        return answer.IsRefused ? TypedResults.NotFound() : TypedResults.NoContent();
    }

    private static AccountLinkView ViewOf(Caller caller, OrganizationAnswer answer, string secret, PublicUrl publicUrl, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var account = answer.Organization.Accounts.First(candidate => candidate.Number == answer.Number);
        return new AccountLinkView(
            AccountView.Of(account, answer.Organization), publicUrl.Of(AccountLinks.PathOf(caller, account.Number, secret)).ToString(), account.Link!.Until);
    }
}
