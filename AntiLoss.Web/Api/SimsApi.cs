using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Sims;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>In whose name a line is.</summary>
/// <param name="Subject">organization or person.</param>
/// <param name="Person">The person's id, for a person.</param>
/// <param name="IdentityNumber">Of the person's or the organization's document: 4 to 40 letters and digits. Only a keyed hash of it is kept.</param>
/// <param name="Jurisdiction">The country under whose rules the line is registered, two letters of ISO 3166: how many lines one person may hold goes by it.</param>
/// <param name="VerifiedBy">Who compared number and subject: a shop, a colleague. You, if it is left out.</param>
/// <param name="VerifiedAt">ISO 8601.</param>
/// <param name="Until">From when on the record does not count any more.</param>
public sealed record RealNameRequest(
    string? Subject, string? Person, string? IdentityNumber, string? VerifiedBy, string? VerifiedAt, string? Until, string? Reason, string? Jurisdiction = null);

/// <summary>That a line is to be suspended or reported stolen, and why.</summary>
/// <param name="GoesDark">A lost phone that reports over the line goes dark, and you know that.</param>
public sealed record SilencingRequest(string? Reason, bool? GoesDark);

/// <summary>SIMs of the caller's organization and the lines behind them. One that it has nothing to do with does not exist.</summary>
internal static class SimsApi
{
    public static void MapSims(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/sims/{iccid}").WithTags("SIMs");
        group.MapGet("/", GetAsync).RequireAuthorization(Access.Read).WithName("GetSim").WithSummary("A SIM of yours, its line, its real-name record and whether a phone may rely on it; never whose phone it is in elsewhere, or where.");
        group.MapPut("/real-name", PutNameAsync).RequireAuthorization(Access.Act).WithName("PutRealName").WithSummary("Records in whose name the line is; the identity number is hashed and forgotten.");
        group.MapDelete("/real-name", DeleteNameAsync).RequireAuthorization(Access.Act).WithName("WithdrawRealName").WithSummary("Takes the record back: the line is in nobody's name.");
        group.MapPost("/suspend", SuspendAsync).RequireAuthorization(Access.Act).WithName("SuspendLine").WithSummary("Suspends the line and asks its carrier for it; over which a lost phone reports only if you confirm that it goes dark.");
        group.MapPost("/report", ReportAsync).RequireAuthorization(Access.Act).WithName("ReportLine").WithSummary("Reports the line stolen and asks its carrier for it; as suspending it.");
        group.MapPost("/confirm", ConfirmAsync).RequireAuthorization(Access.Act).WithName("ConfirmLine").WithSummary("Asks the carrier whether the line is yours: its word proves the binding as a phone's reading does.");
        group.MapPost("/resume", ResumeAsync).RequireAuthorization(Access.Act).WithName("ResumeLine").WithSummary("Makes the line active again and asks its carrier for it.");
    }

    private static async Task<Results<Ok<SimDetail>, NotFound>> GetAsync(Caller caller, string iccid, LineActs lines, CancellationToken cancellationToken) =>
        await lines.FindAsync(caller, iccid, cancellationToken) is { } view
            ? TypedResults.Ok(await lines.DetailAsync(caller, view, cancellationToken))
            : TypedResults.NotFound();

    private static Task<LineResult> PutNameAsync(
        Caller caller, string iccid, RealNameRequest body, LineActs lines, MasterKeys keys, HttpContext context) =>
        lines.DoAsync(caller, iccid, body.Reason, context, async draft =>
            NameOf(draft, body, keys) is { } name ? await draft.Grain.RegisterAsync(draft.Number, name, draft.Reason, draft.Stop) : null);

    private static Task<LineResult> DeleteNameAsync(Caller caller, string iccid, LineActs lines, HttpContext context, string? reason = null) =>
        lines.DoAsync(caller, iccid, reason, context, async draft =>
            draft.Errors.Any ? null : await draft.Grain.WithdrawNameAsync(draft.Number, caller.Account, draft.Reason, draft.Stop));

    private static Task<LineResult> SuspendAsync(Caller caller, string iccid, SilencingRequest body, LineActs lines, HttpContext context) =>
        SilenceAsync(caller, iccid, body, LineAct.Suspend, lines, context);

    private static Task<LineResult> ReportAsync(Caller caller, string iccid, SilencingRequest body, LineActs lines, HttpContext context) =>
        SilenceAsync(caller, iccid, body, LineAct.ReportStolen, lines, context);

    private static Task<LineResult> ResumeAsync(Caller caller, string iccid, ActRequest body, LineActs lines, HttpContext context) =>
        lines.DoAsync(caller, iccid, body.Reason, context, draft => ActAsync(lines, draft, LineAct.Resume));

    private static Task<LineResult> ConfirmAsync(Caller caller, string iccid, ActRequest body, LineActs lines, HttpContext context) =>
        lines.DoAsync(caller, iccid, body.Reason, context, draft => ActAsync(lines, draft, LineAct.Confirm));

    private static Task<LineResult> SilenceAsync(
        Caller caller, string iccid, SilencingRequest body, LineAct act, LineActs lines, HttpContext context) =>
        lines.DoAsync(caller, iccid, body.Reason, context, async draft =>
        {
            if (body.GoesDark != true && await lines.WhoGoesDarkAsync(draft) is { } lost)
                draft.Refuse($"{lost} is lost and may report over this line: it goes dark without it. Confirm with goesDark if that is what you want.");
            return await ActAsync(lines, draft, act);
        });

    private static async Task<LineAnswer?> ActAsync(LineActs lines, LineDraft draft, LineAct act)
    {
        if (draft.Errors.Any || draft.Refusal is not null)
            return null;
        await lines.WriteBeforeAsync(draft, act);
        return await draft.Grain.ActAsync(draft.Number, new LineOrder(act, draft.Caller.Account, draft.Reason), draft.Stop);
    }

    private static RealName? NameOf(LineDraft draft, RealNameRequest body, MasterKeys keys)
    {
        var errors = draft.Errors;
        LineSubject? subject = body.Subject switch
        {
            "organization" => LineSubject.Organization,
            "person" => LineSubject.Person,
            _ => null,
        };
        if (subject is null)
            errors.Add("subject", "is none of organization, person");
        var person = Numbers.Parse(body.Person);
        if (subject == LineSubject.Person && !(person is { } number && draft.Organization.People.ContainsKey(number)))
            errors.Add("person", "is nobody of yours");
        if (subject == LineSubject.Organization && !string.IsNullOrEmpty(body.Person))
            errors.Add("person", "is for a line in a person's name");
        if (!IdentityNumber.TryParse(body.IdentityNumber, out var identity))
            errors.Add("identityNumber", $"is no identity number: {IdentityNumber.Shortest} to {IdentityNumber.Longest} letters and digits");
        draft.Jurisdiction = errors.Country("jurisdiction", body.Jurisdiction);
        var verifiedBy = errors.Text("verifiedBy", body.VerifiedBy, FieldErrors.LongestName);
        var verifiedAt = Required(errors, "verifiedAt", body.VerifiedAt);
        if (verifiedAt > draft.Now)
            errors.Add("verifiedAt", "lies in the future");
        var until = Required(errors, "until", body.Until);
        if (until <= draft.Now)
            errors.Add("until", "lies in the past");
        return errors.Any
            ? null
            : new RealName(
                subject!.Value, subject == LineSubject.Person ? person!.Value : 0, identity.Hash(keys, draft.Caller.Organization),
                verifiedBy ?? draft.Caller.Name, verifiedAt!.Value, until!.Value, draft.Caller.Account, draft.Now)
            {
                Jurisdiction = draft.Jurisdiction,
            };
    }

    private static DateTimeOffset? Required(FieldErrors errors, string field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            errors.Add(field, "is missing");
        return errors.Moment(field, text);
    }
}
