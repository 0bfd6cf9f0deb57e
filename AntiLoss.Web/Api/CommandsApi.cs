using System.Security.Cryptography;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>What a phone is to do.</summary>
/// <param name="Kind">locate, ring, message, lock or unlock.</param>
/// <param name="Text">What its screen shows: for a message, and if you like for a lock; at most 500 characters.</param>
public sealed record CommandRequest(string? Kind, string? Reason, string? Text);

/// <summary>Commands to a phone.</summary>
internal static class CommandsApi
{
    private const int LongestText = 500;

    public static void MapCommands(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/devices/{id}/commands").WithTags("Commands");
        group.MapGet("/", ListAsync).RequireAuthorization(Access.Read).WithName("ListCommands").WithSummary("The phone's commands, newest first: those under way, and the last that ended.");
        group.MapPost("/", PostAsync).RequireAuthorization(Access.Act).WithName("SendCommand").WithSummary("Asks the phone for something; it hears of it at its next contact.");
        group.MapDelete("/{command}", WithdrawAsync).RequireAuthorization(Access.Act).WithName("WithdrawCommand").WithSummary("Withdraws a command that the phone has not acknowledged.");
    }

    private static async Task<Results<Ok<Page<CommandView>>, NotFound>> ListAsync(
        Caller caller, string id, DeviceOperations devices, CancellationToken cancellationToken) =>
        await devices.FindAsync(caller, id, cancellationToken) is { } view
            ? TypedResults.Ok(new Page<CommandView>((await devices.DetailAsync(caller, view, cancellationToken)).Guards.Commands, Next: null))
            : TypedResults.NotFound();

    private static Task<ActAnswer> PostAsync(Caller caller, string id, CommandRequest body, GuardActs acts, HttpContext context) =>
        acts.DoAsync(caller, id, body.Reason, context, byKey: body.Kind is "locate" or "ring", make: draft =>
        {
            var text = draft.Errors.Text("text", body.Text, LongestText);
            CommandKind? kind = body.Kind switch
            {
                "locate" => CommandKind.Locate,
                "ring" => CommandKind.Ring,
                "message" => CommandKind.Message,
                "lock" => CommandKind.Lock,
                "unlock" => CommandKind.Unlock,
                _ => null,
            };
            if (kind is null)
                draft.Errors.Add("kind", "is none of locate, ring, message, lock, unlock");
            if (kind == CommandKind.Message)
                draft.Required("text", text);
            var command = DeviceId.New(draft.Now, RandomNumberGenerator.GetBytes(10)).ToString();
            return kind is { } known ? new CommandAsked(draft.By, draft.Reason, command, known, text) : null;
        });

    private static Task<ActAnswer> WithdrawAsync(
        Caller caller, string id, string command, GuardActs acts, HttpContext context, string? reason = null) =>
        acts.DoAsync(caller, id, reason, context, draft => new CommandWithdrawn(draft.By, draft.Reason, command));
}
