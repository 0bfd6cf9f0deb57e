using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>An API key, without its secret.</summary>
/// <param name="LastUsedAt">To about a minute; null if it was never used.</param>
public sealed record ApiKeyView(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt)
{
    internal static ApiKeyView Of(ApiKey key) => new(Numbers.Text(key.Number), key.Name, key.CreatedAt, key.LastUsedAt);
}

/// <summary>A new API key with its secret, which is shown this once.</summary>
public sealed record NewApiKeyView(string Id, string Name, DateTimeOffset CreatedAt, string Key);

/// <summary>What the new key is for.</summary>
public sealed record ApiKeyRequest(string? Name);

/// <summary>API keys of the caller's organization.</summary>
internal static class ApiKeysApi
{
    public static void MapApiKeys(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/api-keys").WithTags("API keys");
        group.MapGet("/", ListAsync).WithName("ListApiKeys").WithSummary("All API keys, without their secrets.");
        group.MapPost("/", PostAsync).WithName("AddApiKey").WithSummary("Makes an API key; its secret is in this answer and nowhere else.");
        group.MapDelete("/{id}", DeleteAsync).WithName("RemoveApiKey").WithSummary("Revokes an API key, within about a second.");
    }

    private static async Task<Ok<Page<ApiKeyView>>> ListAsync(Caller caller, IGrainFactory grains, CancellationToken cancellationToken)
    {
        // From the grain, not the copy: a use does not raise the version that copies go by.
        var organization = await grains.GetGrain<IOrganizationGrain>(caller.Organization.Value).ReadAsync(0, cancellationToken);
        return TypedResults.Ok(new Page<ApiKeyView>([.. organization!.ApiKeys.Select(ApiKeyView.Of)], Next: null));
    }

    private static async Task<Results<Created<NewApiKeyView>, ValidationProblem>> PostAsync(
        Caller caller, ApiKeyRequest body, OrganizationChanges changes, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var name = errors.Name("name", body.Name);
        if (errors.Any)
            return errors.ToProblem();
        var secret = ApiKeys.New(caller.Organization);
        var answer = await changes.MakeAsync(caller, (grain, token) => grain.AddApiKeyAsync(name, ApiKeys.HashOf(secret), token), cancellationToken);
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
        var answer = await changes.MakeAsync(caller, (grain, token) => grain.RemoveApiKeyAsync(number, token), cancellationToken);
        return answer.IsRefused ? TypedResults.NotFound() : TypedResults.NoContent();
    }
}
