using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>An API key, without its secret.</summary>
/// <param name="LastUsedAt">To about a minute; null if it was never used.</param>
/// <param name="Actions">Of read, report, act and manage.</param>
/// <param name="Fleets">The fleets that it sees; null for all.</param>
public sealed record ApiKeyView(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, IReadOnlyList<string> Actions, IReadOnlyList<string>? Fleets)
{
    internal static ApiKeyView Of(ApiKey key) => new(
        Numbers.Text(key.Number), key.Name, key.CreatedAt, key.LastUsedAt, ApiKeysApi.WordsOf(key.Grant.Rights),
        key.Grant.Scope.IsAll ? null : [.. key.Grant.Scope.Named.Select(Numbers.Text)]);
}

/// <summary>A new API key with its secret, which is shown this once.</summary>
public sealed record NewApiKeyView(string Id, string Name, DateTimeOffset CreatedAt, string Key);

/// <summary>What the new key is for.</summary>
/// <param name="Actions">Of read, report, act and manage; all that you may do if it is left out. manage is for keys that see all fleets.</param>
/// <param name="Fleets">The fleets that it sees; all that you see if it is left out.</param>
public sealed record ApiKeyRequest(string? Name, IReadOnlyList<string>? Actions, IReadOnlyList<string>? Fleets);

/// <summary>API keys of the caller's organization.</summary>
internal static class ApiKeysApi
{
    private static readonly ImmutableArray<(string Word, Rights Right)> _actions =
        [("read", Rights.Read), ("report", Rights.Report), ("act", Rights.Act), ("manage", Rights.Manage)];

    public static void MapApiKeys(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/api-keys").WithTags("API keys");
        group.MapGet("/", ListAsync).RequireAuthorization(Access.Manage).WithName("ListApiKeys").WithSummary("All API keys, without their secrets.");
        group.MapPost("/", PostAsync).RequireAuthorization(Access.Manage).WithName("AddApiKey").WithSummary("Makes an API key; its secret is in this answer and nowhere else.");
        group.MapDelete("/{id}", DeleteAsync).RequireAuthorization(Access.Manage).WithName("RemoveApiKey").WithSummary("Revokes an API key, within about a second.");
    }

    private static async Task<Ok<Page<ApiKeyView>>> ListAsync(Caller caller, IGrainFactory grains, CancellationToken cancellationToken)
    {
        // From the grain, not the copy: a use does not raise the version that copies go by.
        var organization = await grains.GetGrain<IOrganizationGrain>(caller.Organization.Value).ReadAsync(0, cancellationToken);
        return TypedResults.Ok(new Page<ApiKeyView>([.. organization!.ApiKeys.Select(ApiKeyView.Of)], Next: null));
    }

    private static async Task<Results<Created<NewApiKeyView>, ValidationProblem>> PostAsync(
        Caller caller, ApiKeyRequest body, OrganizationDirectory directory, OrganizationChanges changes, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var name = errors.Name("name", body.Name);
        var grant = GrantOf(errors, body, caller, await directory.OfAsync(caller, cancellationToken));
        if (errors.Any)
            return errors.ToProblem();
        var secret = ApiKeys.New(caller.Organization);
        var answer = await changes.MakeAsync(caller, (grain, token) => grain.AddApiKeyAsync(name, ApiKeys.HashOf(secret), grant, caller.Account, token), cancellationToken);
        if (answer.Refusal == OrganizationRefusal.UnknownFleet)
            return FieldErrors.Problem("fleets", "is no fleet of yours");
        if (answer.IsRefused)
            return FieldErrors.Problem("name", $"there are {OrganizationRules.MostApiKeys} API keys already");
        var key = answer.Organization.ApiKeys.First(candidate => candidate.Number == answer.Number);
        return TypedResults.Created($"/api/v1/api-keys/{answer.Number}", new NewApiKeyView(Numbers.Text(key.Number), key.Name, key.CreatedAt, secret));
    }

    private static async Task<Results<NoContent, NotFound>> DeleteAsync(
        Caller caller, string id, OrganizationChanges changes, CancellationToken cancellationToken)
    {
        if (Numbers.Parse(id) is not { } number)
            return TypedResults.NotFound();
        var answer = await changes.MakeAsync(caller, (grain, token) => grain.RemoveApiKeyAsync(number, caller.Account, token), cancellationToken);
        return answer.IsRefused ? TypedResults.NotFound() : TypedResults.NoContent();
    }

    /// <summary>The words of what a key may do.</summary>
    internal static IReadOnlyList<string> WordsOf(Rights rights) => [.. _actions.Where(action => rights.HasFlag(action.Right)).Select(action => action.Word)];

    /// <summary>What the new key may do: never more than whoever makes it.</summary>
    private static KeyGrant GrantOf(FieldErrors errors, ApiKeyRequest body, Caller caller, Organization organization)
    {
        var rights = body.Actions is null ? caller.Rights : Rights.None;
        foreach (var word in body.Actions ?? [])
        {
            if (_actions.FirstOrDefault(action => action.Word == word) is { Word: not null } known)
                rights |= known.Right;
            else if (!errors.ByField.ContainsKey("actions"))
                errors.Add("actions", "is none of read, report, act, manage");
        }
        if (rights == Rights.None && !errors.ByField.ContainsKey("actions"))
            errors.Add("actions", "is missing");
        if ((rights & ~caller.Rights) != Rights.None)
            errors.Add("actions", "is more than you may do");
        var scope = body.Fleets is null ? caller.Fleets : FleetScope.Of(AccountsApi.FleetsOf(errors, body.Fleets, organization));
        if (!caller.Fleets.Covers(scope) && !errors.ByField.ContainsKey("fleets"))
            errors.Add("fleets", "is no fleet of yours");
        if (rights.HasFlag(Rights.Manage) && !scope.IsAll)
            errors.Add("actions", "manage is for keys that see all fleets");
        return new KeyGrant(rights, scope.IsAll ? null : scope.Named);
    }
}
