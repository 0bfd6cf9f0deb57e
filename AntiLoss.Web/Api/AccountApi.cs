using System.Globalization;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>The password as it is, and as it is to be.</summary>
public sealed record PasswordRequest(string? CurrentPassword, string? NewPassword);

/// <summary>A new password, by the one-time link that the server's command printed, or that a colleague made.</summary>
/// <param name="Token">From the link.</param>
public sealed record RecoveryRequest(string? Token, string? NewPassword);

/// <summary>The caller's own account.</summary>
internal static class AccountApi
{
    public static void MapAccount(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/account").WithTags("Account");
        group.MapPost("/password", ChangeAsync).RequireAuthorization(Access.SignedIn).WithName("ChangePassword").WithSummary("Changes the password; every other session of the account ends.");
        group.MapPost("/recovery", RecoverAsync).AllowAnonymous().WithName("RecoverAccount").WithSummary("Sets a new password by a one-time link; every session of the account ends.");
    }

    private static async Task<Results<NoContent, ValidationProblem, ProblemHttpResult>> ChangeAsync(
        Caller caller, PasswordRequest body, SignIn signIn, HttpContext context, CancellationToken cancellationToken)
    {
        if (!int.TryParse(caller.Account, NumberStyles.None, CultureInfo.InvariantCulture, out var account))
            return TypedResults.Problem("An API key has no password.", statusCode: StatusCodes.Status403Forbidden);
        var errors = new FieldErrors();
        if (body.CurrentPassword is not { Length: > 0 and <= Passwords.LongestLength })
            errors.Add("currentPassword", "is missing");
        var next = errors.Password("newPassword", body.NewPassword);
        if (errors.Any)
            return errors.ToProblem();
        return await signIn.ChangePasswordAsync(context, caller.Organization, account, body.CurrentPassword!, next, cancellationToken) switch
        {
            SignIn.Outcome.Done => TypedResults.NoContent(),
            SignIn.Outcome.Wait wait => SessionApi.TooMany(wait, context),
            _ => FieldErrors.Problem("currentPassword", "is not the password of this account"),
        };
    }

    private static async Task<Results<NoContent, ValidationProblem, ProblemHttpResult>> RecoverAsync(
        RecoveryRequest body, PasswordLink link, AccountLinks links, Session sessions, SignIn signIn, HttpContext context, CancellationToken cancellationToken)
    {
        var token = body.Token ?? "";
        var email = link.EmailOf(token);
        if (email is null && !await links.IsOpenAsync(token, cancellationToken))
            return TypedResults.Problem("The link was used, is too old, or is not of this server.", statusCode: StatusCodes.Status403Forbidden);
        var errors = new FieldErrors();
        var next = errors.Password("newPassword", body.NewPassword);
        if (errors.Any)
            return errors.ToProblem();
        if (email is null)
        {
            if (await links.UseAsync(token, next, cancellationToken) is not { } used)
                return TypedResults.Problem("The link was used.", statusCode: StatusCodes.Status409Conflict);
            await sessions.BeginAsync(context, used.Organization, used.Account);
            return TypedResults.NoContent();
        }
        if (!await signIn.SetPasswordAsync(context, email, next, cancellationToken))
            return TypedResults.Problem($"No account has the address {email} that the link was made for.", statusCode: StatusCodes.Status409Conflict);
        link.End();
        return TypedResults.NoContent();
    }
}
