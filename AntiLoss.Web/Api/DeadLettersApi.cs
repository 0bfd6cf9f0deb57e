using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>A message that was acknowledged to a phone that could only lose it, and set aside because it could not be read.</summary>
/// <param name="Bytes">The message, base64; null where privacy forbids keeping it, or it is too long.</param>
public sealed record DeadLetterView(
    string Id, string Device, DateTimeOffset ReceivedAt, string Protocol, string Reason, int Length, string Sha256, string? Bytes)
{
    internal static DeadLetterView Of(DeadLetter letter) =>
        new(letter.Id, letter.Device, letter.ReceivedAt, letter.Protocol, letter.Reason, letter.Length, letter.Sha256, letter.Bytes);
}

/// <summary>What could not be read of the caller's phones.</summary>
internal static class DeadLettersApi
{
    public static void MapDeadLetters(this IEndpointRouteBuilder api) => api
        .MapGet("/dead-letters", ListAsync).WithTags("Dead letters").WithName("ListDeadLetters")
        .WithSummary("Messages that could not be read, newest first.");

    private static async Task<Results<Ok<Page<DeadLetterView>>, ValidationProblem>> ListAsync(
        Caller caller, IGrainFactory grains, CancellationToken cancellationToken, string? cursor = null, int? limit = null)
    {
        if (!string.IsNullOrEmpty(cursor) && !DeviceId.TryParse(cursor, out _))
            return FieldErrors.Problem("cursor", "is no cursor of this list");
        var most = Math.Min(Page<DeadLetterView>.LimitOf(limit), 400);
        var letters = await grains.GetGrain<IDeadLettersGrain>(caller.Organization.Value)
            .ReadAsync(string.IsNullOrEmpty(cursor) ? null : cursor, most + 1, cancellationToken);
        var next = letters.Length > most ? letters[most - 1].Id : null;
        return TypedResults.Ok(new Page<DeadLetterView>([.. letters.Take(most).Select(DeadLetterView.Of)], next));
    }
}
