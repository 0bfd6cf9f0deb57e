using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Live;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>An operator's account.</summary>
/// <param name="Role">owner (does everything), operator (acts on phones of its fleets) or viewer (reads of them).</param>
/// <param name="Fleets">The fleets that an operator or viewer sees; null for an owner, who sees all.</param>
/// <param name="Disabled">It can't sign in, and every session of it has ended.</param>
/// <param name="MadeBy">Who made it or last reset its password, and is therefore no second person beside it; null for the first account.</param>
/// <param name="HasPassword">False until its person has used the link.</param>
public sealed record AccountView(string Id, string Email, string Name, string Role, IReadOnlyList<string>? Fleets, bool Disabled, DateTimeOffset? CreatedAt, ActorView? MadeBy, bool HasPassword)
{
    internal static AccountView Of(Account account, Organization organization) => new(
        Numbers.Text(account.Number), account.Email, account.Name, Words.Of(account.Role), account.Scope.IsAll ? null : [.. account.Scope.Named.Select(Numbers.Text)], account.Disabled,
        account.CreatedAt == default ? null : account.CreatedAt,
        account.MadeBy is { } maker ? ActorView.Of(Numbers.Text(maker), organization) : null,
        account.PasswordHash.Length > 0);
}

/// <summary>An account with the one-time link for its password, which is shown this once.</summary>
/// <param name="Link">For its person, by a way that nobody else reads; good once, until <paramref name="LinkUntil"/>.</param>
public sealed record AccountLinkView(AccountView Account, string Link, DateTimeOffset LinkUntil);

/// <summary>A new account.</summary>
/// <param name="Name">The address if it is left out.</param>
/// <param name="Role">owner, operator or viewer.</param>
/// <param name="Fleets">At least one for an operator or viewer; none for an owner.</param>
public sealed record AccountRequest(string? Email, string? Name, string? Role, IReadOnlyList<string>? Fleets);

/// <summary>What to change of an account; what is left out stays. A role and its fleets are given together.</summary>
public sealed record AccountChange(string? Role, IReadOnlyList<string>? Fleets, bool? Disabled);

/// <summary>Accounts of the caller's organization. Only people make them: a program could else make itself two people.</summary>
internal static class AccountsApi
{
    public static void MapAccounts(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/accounts").WithTags("Accounts");
        group.MapGet("/", ListAsync).RequireAuthorization(Access.Manage).WithName("ListAccounts").WithSummary("All accounts.");
        group.MapPost("/", PostAsync).RequireAuthorization(Access.Manage).WithName("AddAccount").WithSummary("Makes an account; the link for its password is in this answer and nowhere else.");
        group.MapPatch("/{id}", PatchAsync).RequireAuthorization(Access.Manage).WithName("EditAccount").WithSummary("Changes an account's role and fleets, or whether it may sign in; its live connections close within 5 s.");
        group.MapPost("/{id}/password-link", ResetAsync).RequireAuthorization(Access.Manage).WithName("ResetAccount").WithSummary("Makes a link for a forgotten password. Whoever does so is from then on no second person beside the account.");
        group.MapDelete("/{id}", DeleteAsync).RequireAuthorization(Access.Manage).WithName("RemoveAccount").WithSummary("Removes an account and ends its sessions.");
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
        var organization = await directory.OfAsync(caller, cancellationToken);
        var grant = GrantOf(errors, body.Role, body.Fleets, organization);
        if (errors.Any)
            return errors.ToProblem();
        if (organization.Accounts.Any(account => account.Email == email)
            || !await grains.GetGrain<IInstallationGrain>(0).ReserveAddressAsync(email, caller.Organization.Value, cancellationToken))
        {
            return FieldErrors.Problem("email", "another account has this address");
        }
        var (secret, link) = links.New();
        var answer = await changes.MakeAsync(caller, (grain, token) => grain.AddAccountAsync(email, name, by, link, grant, token), cancellationToken);
        return answer.Refusal switch
        {
            OrganizationRefusal.NameTaken => FieldErrors.Problem("email", "another account has this address"),
            OrganizationRefusal.UnknownFleet => FieldErrors.Problem("fleets", "is no fleet of yours"),
            OrganizationRefusal.TooMany => FieldErrors.Problem("email", $"there are {OrganizationRules.MostAccounts} accounts already"),
            _ => TypedResults.Created($"/api/v1/accounts/{answer.Number}", ViewOf(caller, answer, secret, publicUrl, context)),
        };
    }

    private static async Task<Results<Ok<AccountView>, NotFound, ValidationProblem, ProblemHttpResult>> PatchAsync(
        Caller caller, string id, AccountChange body, OrganizationChanges changes, OrganizationDirectory directory, CancellationToken cancellationToken)
    {
        if (Operators.NumberOf(caller) is not { } by)
            return GuardActs.KeyIsNoPerson();
        var organization = await directory.OfAsync(caller, cancellationToken);
        if (Numbers.Parse(id) is not { } number || organization.Accounts.All(account => account.Number != number))
            return TypedResults.NotFound();
        if (number == by)
            return TypedResults.Problem("Your own account another one changes.", statusCode: StatusCodes.Status409Conflict);
        var errors = new FieldErrors();
        var grant = body.Role is null && body.Fleets is null ? null : GrantOf(errors, body.Role, body.Fleets, organization);
        if (errors.Any)
            return errors.ToProblem();
        var answer = await changes.MakeAsync(
            caller, (grain, token) => grain.EditAccountAsync(number, new AccountEdit(grant, body.Disabled), by, token), cancellationToken);
        return answer.Refusal switch
        {
            OrganizationRefusal.None => TypedResults.Ok(AccountView.Of(answer.Organization.Accounts.First(account => account.Number == number), answer.Organization)),
            OrganizationRefusal.UnknownFleet => FieldErrors.Problem("fleets", "is no fleet of yours"),
            OrganizationRefusal.InUse => LastOwner(),
            _ => TypedResults.NotFound(),
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
        var answer = await changes.MakeAsync(caller, (grain, token) => grain.RemoveAccountAsync(number, by, token), cancellationToken);
        if (answer.Refusal == OrganizationRefusal.InUse)
            return LastOwner();
        await grains.GetGrain<IInstallationGrain>(0).ReleaseAddressAsync(there.Email, caller.Organization.Value, cancellationToken);
        return answer.IsRefused ? TypedResults.NotFound() : TypedResults.NoContent();
    }

    private static ProblemHttpResult LastOwner() =>
        TypedResults.Problem("The installation's owner and an organization's last owner stay what they are.", statusCode: StatusCodes.Status409Conflict);

    /// <summary>What an account is to be; without a role it is refused, since none is the harmless one.</summary>
    private static AccountGrant GrantOf(FieldErrors errors, string? role, IReadOnlyList<string>? fleets, Organization organization)
    {
        Role? known = role switch
        {
            "owner" => Role.Owner,
            "operator" => Role.Operator,
            "viewer" => Role.Viewer,
            _ => null,
        };
        if (known is null)
            errors.Add("role", "is none of owner, operator, viewer");
        var numbers = FleetsOf(errors, fleets, organization);
        if (known == Role.Owner && numbers.Length > 0)
            errors.Add("fleets", "is for operators and viewers: an owner sees all fleets");
        if (known is Role.Operator or Role.Viewer && numbers.Length == 0 && fleets is not { Count: > 0 })
            errors.Add("fleets", "is missing");
        return new AccountGrant(known ?? Role.Viewer, numbers);
    }

    /// <summary>The fleets that a field names, rising, each once.</summary>
    internal static ImmutableArray<int> FleetsOf(FieldErrors errors, IReadOnlyList<string>? fleets, Organization organization)
    {
        var numbers = new SortedSet<int>();
        foreach (var text in fleets ?? [])
        {
            if (Numbers.Parse(text) is { } number && organization.Fleets.ContainsKey(number))
                numbers.Add(number);
            else if (!errors.ByField.ContainsKey("fleets"))
                errors.Add("fleets", "is no fleet of yours");
        }
        return [.. numbers];
    }

    private static AccountLinkView ViewOf(Caller caller, OrganizationAnswer answer, string secret, PublicUrl publicUrl, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var account = answer.Organization.Accounts.First(candidate => candidate.Number == answer.Number);
        return new AccountLinkView(
            AccountView.Of(account, answer.Organization), publicUrl.Of(AccountLinks.PathOf(caller, account.Number, secret)).ToString(), account.Link!.Until);
    }
}
