using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>Somebody calls, in front of a phone that asks for a code.</summary>
/// <param name="Purpose">endLockout, powerOffOnce or newPin: it stands on the phone's screen.</param>
/// <param name="Challenge">The 8 digits on the phone's screen.</param>
/// <param name="CallerCheck">How you know that it is the person whom the phone is assigned to: signedIn (as that person), calledBack (on a number on file that is not this phone's), inPerson. The number that a call comes from proves nothing.</param>
/// <param name="CalledNumber">For calledBack.</param>
public sealed record RecoveryCodeRequest(string? Reason, string? Purpose, string? Challenge, string? CallerCheck, string? CalledNumber = null);

/// <summary>A recovery code, or who is waited for.</summary>
/// <param name="Code">10 digits to read out; good for this phone, this purpose and this challenge, once. Null while a second person has to agree: ask again with the same fields when one has.</param>
/// <param name="Pending">What the second person agrees to; null once there is a code.</param>
public sealed record RecoveryCodeView(string? Code, PendingView? Pending);

/// <summary>Frees a phone whose person is locked out, also without a network.</summary>
internal static class RecoveryCodesApi
{
    private const int LongestNumber = 40;

    public static void MapRecoveryCodes(this IEndpointRouteBuilder api) => api.MapPost("/devices/{id}/recovery-code", PostAsync).RequireAuthorization(Access.Act)
        .WithTags("Guards").WithName("MakeRecoveryCode")
        .WithSummary("The code that answers a locked phone's challenge; for a suspected or lost phone once a second person agrees. At most 5 a day for a phone and 20 an hour for you.");

    private static async Task<Results<Ok<RecoveryCodeView>, NotFound, ValidationProblem, ProblemHttpResult>> PostAsync(
        Caller caller, string id, RecoveryCodeRequest body, GuardActs acts, DeviceOperations devices, IGrainFactory grains, MasterKeys keys,
        AuditTrail trail, TimeProvider time, HttpContext context)
    {
        RecoveryCall? call = null;
        var answer = await acts.DoAsync(caller, id, body.Reason, context, draft =>
        {
            call = CallOf(body, draft);
            return draft.Errors.Any ? null : new RecoveryCodeAsked(draft.By, draft.Reason, call!);
        });
        switch (answer.Result)
        {
            case NotFound notFound:
                return notFound;
            case ValidationProblem wrong:
                return wrong;
            case ProblemHttpResult problem:
                return problem;
        }
        var stop = context.RequestAborted;
        if (await devices.FindAsync(caller, id, stop) is not { State.Guards: { Agent: { } agent } guards } view)
            return TypedResults.NotFound();
        if (guards.RecoveryGrants.LastOrDefault(grant => grant.Covers(caller.Account, call!.Purpose, call.Challenge, agent.Enrolment, time.GetUtcNow())) is not { } grant)
            return TypedResults.Ok(new RecoveryCodeView(null, (await devices.DetailAsync(caller, view, stop)).Guards.Pending));
        var shown = await grains.GetGrain<IOrganizationGrain>(caller.Organization.Value)
            .ShowRecoveryCodeAsync(Operators.NumberOf(caller)!.Value, $"{id} {grant.At.UtcTicks} {grant.Call.Purpose} {grant.Call.Challenge}", stop);
        if (shown.Refusal == OrganizationRefusal.TooMany)
        {
            return TypedResults.Problem(
                $"You have been shown {OrganizationRules.MostRecoveryCodesAnHour} recovery codes within the hour.", statusCode: StatusCodes.Status429TooManyRequests);
        }
        if (shown.IsRefused || AgentKeys.RecoverySecret(keys, agent.MasterKey, view.Row.Key, agent.Enrolment) is not { } secret)
            return TypedResults.NotFound();
        await trail.WriteAsync(
            caller, new AuditNote("recovery-code-shown") { Device = id, Person = view.Row.Person, After = $"{grant.Call.Purpose}", Reason = body.Reason }, stop);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new RecoveryCodeView(RecoveryCode.Of(secret, agent.Enrolment, grant.Call.Purpose, grant.Call.Challenge), null));
    }

    private static RecoveryCall CallOf(RecoveryCodeRequest body, ActDraft draft)
    {
        RecoveryPurpose? purpose = body.Purpose switch
        {
            "endLockout" => RecoveryPurpose.EndLockout,
            "powerOffOnce" => RecoveryPurpose.PowerOffOnce,
            "newPin" => RecoveryPurpose.NewPin,
            _ => null,
        };
        CallerCheck? check = body.CallerCheck switch
        {
            "signedIn" => CallerCheck.SignedIn,
            "calledBack" => CallerCheck.CalledBack,
            "inPerson" => CallerCheck.InPerson,
            _ => null,
        };
        if (purpose is null)
            draft.Errors.Add("purpose", "is none of endLockout, powerOffOnce, newPin");
        if (check is null)
            draft.Errors.Add("callerCheck", "is none of signedIn, calledBack, inPerson; the number that a call comes from proves nothing");
        if (!RecoveryCode.IsChallenge(body.Challenge))
            draft.Errors.Add("challenge", $"expected the {RecoveryCode.ChallengeLength} digits on the phone's screen");
        var number = draft.Errors.Text("calledNumber", body.CalledNumber, LongestNumber);
        if (check == CallerCheck.CalledBack)
            draft.Required("calledNumber", number);
        return new RecoveryCall(purpose.GetValueOrDefault(), body.Challenge ?? "", check.GetValueOrDefault(), check == CallerCheck.CalledBack ? number : null);
    }
}
