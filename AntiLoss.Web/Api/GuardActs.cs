using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Shards;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>A person's or a program's act on a phone, while its fields are being read.</summary>
internal sealed record ActDraft(Operator By, string Reason, FieldErrors Errors, DateTimeOffset Now)
{
    /// <summary>Notes that a field which must be there is missing, unless more is wrong with it.</summary>
    public T? Required<T>(string field, T? value)
    {
        if (value is null && !Errors.ByField.ContainsKey(field))
            Errors.Add(field, "is missing");
        return value;
    }
}

/// <summary>Takes people's acts to the phone they are about, and says why one was not taken.</summary>
internal sealed class GuardActs(DeviceOperations devices, OrganizationDirectory directory, AuditTrail trail, TimeProvider time)
{
    private const int LongestReason = 500;

    /// <summary>
    /// Reads the act's fields and sends it. A phone that is not the caller's is unknown before anything else is said of
    /// the request.
    /// </summary>
    /// <param name="make">Makes the act; null if it has put what is wrong into the draft's errors.</param>
    /// <param name="byKey">An API key may do it.</param>
    public async Task<ActAnswer> DoAsync(
        Caller caller, string id, string? reason, HttpContext context, Func<ActDraft, OperatorAct?> make, bool byKey = false)
    {
        var stop = context.RequestAborted;
        if (await devices.FindAsync(caller, id, stop) is not { } before)
            return TypedResults.NotFound();
        if (caller.Session is null && !byKey)
            return KeyIsNoPerson();
        var organization = await directory.OfAsync(caller, stop);
        var errors = new FieldErrors();
        var why = errors.RequiredText("reason", reason, LongestReason);
        var act = make(new ActDraft(Operators.Of(caller, organization), why, errors, time.GetUtcNow()));
        if (errors.Any || act is null)
            return errors.ToProblem();
        if (act is WipeRequested && !Operators.HasSecond(act.By, organization, before.Row.Fleet, time.GetUtcNow()))
            return Conflict("Wipe is off: it takes two people, and nobody else's account is older than 24 hours and was neither made nor reset by you.");
        await trail.WriteBeforeAsync(caller, act, before.Row, stop);
        var done = await devices.ChangeAsync(before.Row.Key, act, stop);
        return done switch
        {
            { Refusal: { } refusal } => Conflict(refusal),
            { View: { } view } => TypedResults.Ok(await devices.DetailAsync(caller, view, stop)),
            { Outcome: RequestOutcome.Unknown } => TypedResults.NotFound(),
            _ => DevicesApi.NotTaken(context, done.Outcome),
        };
    }

    /// <summary>The answer to an API key that asks for what a person must answer for.</summary>
    public static ProblemHttpResult KeyIsNoPerson() =>
        TypedResults.Problem("This takes a person who is signed in: of what guards phones an API key may only arm, disarm, declare lost, locate and ring.", statusCode: StatusCodes.Status403Forbidden);

    private static ProblemHttpResult Conflict(string title) => TypedResults.Problem(title, statusCode: StatusCodes.Status409Conflict);
}
