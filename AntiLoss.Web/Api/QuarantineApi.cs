using AntiLoss.Grains.Quarantine;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>Senders that this installation does not know, and ids whose password was wrong.</summary>
public sealed record QuarantineView(IReadOnlyList<Stranger> Items, string? Next, IReadOnlyList<WrongPasswordMark> WrongPasswords);

/// <summary>Whether to block the sender, or to let it in again; blocked if it is left out.</summary>
public sealed record BlockRequest(bool? Blocked);

/// <summary>The quarantine, for the installation's owner: a stranger belongs to no organization.</summary>
internal static class QuarantineApi
{
    private const int LongestSender = 200;

    public static void MapQuarantine(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/quarantine").WithTags("Quarantine").RequireAuthorization(Access.Install);
        group.MapGet("/", ListAsync).WithName("ListQuarantine").WithSummary("Unknown senders, the last heard first.");
        group.MapPost("/{id}/block", BlockAsync).WithName("BlockSender").WithSummary("Blocks an unknown sender: it is answered 404 from then on.");
    }

    private static async Task<Ok<QuarantineView>> ListAsync(IGrainFactory grains, CancellationToken cancellationToken)
    {
        var quarantine = grains.GetGrain<IQuarantineGrain>(0);
        return TypedResults.Ok(new QuarantineView(
            await quarantine.ListAsync(cancellationToken), Next: null, await quarantine.ListWrongPasswordsAsync(cancellationToken)));
    }

    private static async Task<Results<NoContent, ValidationProblem>> BlockAsync(
        string id, IGrainFactory grains, CancellationToken cancellationToken, BlockRequest? body = null)
    {
        if (id.Length > LongestSender || id.Any(char.IsControl))
            return FieldErrors.Problem("id", "is no sender");
        await grains.GetGrain<IQuarantineGrain>(0).BlockAsync(id, body?.Blocked ?? true, cancellationToken);
        return TypedResults.NoContent();
    }
}
