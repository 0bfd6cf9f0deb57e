using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>A message that was acknowledged to a phone that could only lose it, and set aside because it could not be read.</summary>
/// <param name="Length">Bytes of the message as it arrived.</param>
/// <param name="Kept">How many of them are kept, at <c>/dead-letters/{id}/bytes</c>: all, the first ones of a message longer than one may be, or none where privacy forbids it.</param>
/// <param name="Sha256">Of the message, hexadecimal; of one longer than a message may be, of its first <paramref name="Kept"/> bytes.</param>
/// <param name="Bytes">The first bytes, base64, at most 4,096; null where none are kept.</param>
public sealed record DeadLetterView(
    string Id, string Device, DateTimeOffset ReceivedAt, string Protocol, string Reason, long Length, int Kept, string Sha256, string? Bytes)
{
    internal static DeadLetterView Of(DeadLetter letter) =>
        new(letter.Id, letter.Device, letter.ReceivedAt, letter.Protocol, letter.Reason, letter.Length, letter.Kept, letter.Sha256, letter.Bytes);
}

/// <summary>What could not be read of the caller's phones.</summary>
internal static class DeadLettersApi
{
    public static void MapDeadLetters(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/dead-letters").WithTags("Dead letters");
        group.MapGet("/", ListAsync).RequireAuthorization(Access.Manage).WithName("ListDeadLetters").WithSummary("Messages that could not be read, newest first.");
        group.MapGet("/{id}/bytes", BytesAsync).RequireAuthorization(Access.Manage).WithName("GetDeadLetterBytes").WithSummary("All kept bytes of one, as they came.");
    }

    private static async Task<Results<FileContentHttpResult, NotFound>> BytesAsync(
        Caller caller, IGrainFactory grains, string id, CancellationToken cancellationToken) =>
        DeviceId.TryParse(id, out var letter)
        && await grains.GetGrain<IDeadLettersGrain>(caller.Organization.Value).ReadBytesAsync(letter, cancellationToken) is { } bytes
            // Never shown by the browser: a phone's owner may have written a page into it.
            ? TypedResults.File(bytes, "application/octet-stream", $"{letter}.bin")
            : TypedResults.NotFound();

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
