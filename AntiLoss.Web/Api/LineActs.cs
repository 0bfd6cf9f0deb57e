using System.Text.Json;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Sims;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Live;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Api;

/// <summary>What people do to a line goes to its SIM; answers why something was not done in words.</summary>
internal sealed class LineActs(
    IGrainFactory grains, DeviceOperations devices, OrganizationDirectory directory, AuditTrail trail, IOptions<SimOptions> options, TimeProvider time)
{
    private const int LongestReason = 500;

    /// <summary>
    /// The SIM; null if the caller's organization has nothing to do with it, whoever else may. Who sees some fleets sees a
    /// SIM that is bound to or was seen in a phone of theirs, and never that it is another fleet's too.
    /// </summary>
    public async ValueTask<SimView?> FindAsync(Caller caller, string iccid, CancellationToken cancellationToken)
    {
        if (!Iccid.TryParse(iccid, out var sim) || await SimOf(sim.Canonical).ReadAsync(caller.Organization.Value, cancellationToken) is not { } view)
            return null;
        return caller.Fleets.IsAll ? view : await SeenByAsync(caller, view, cancellationToken);
    }

    /// <summary>The SIM as the API shows it, judged by the phone that it is bound to.</summary>
    public async ValueTask<SimDetail> DetailAsync(Caller caller, SimView view, CancellationToken cancellationToken) => SimDetail.Of(
        view, view.BoundTo is { } bound ? await devices.FindAsync(caller, bound, cancellationToken) : null,
        await directory.OfAsync(caller, cancellationToken), time.GetUtcNow());

    /// <summary>
    /// Reads the act's fields and does it. A SIM that the caller's organization has nothing to do with is unknown before
    /// anything else is said of the request.
    /// </summary>
    /// <param name="act">Does it once the fields are right; what is wrong with them goes into the draft's errors.</param>
    public async Task<LineResult> DoAsync(
        Caller caller, string iccid, string? reason, HttpContext context, Func<LineDraft, Task<LineAnswer?>> act)
    {
        var stop = context.RequestAborted;
        if (await FindAsync(caller, iccid, stop) is not { } view)
            return TypedResults.NotFound();
        if (caller.Session is null)
            return GuardActs.KeyIsNoPerson();
        var errors = new FieldErrors();
        var why = errors.RequiredText("reason", reason, LongestReason);
        var draft = new LineDraft(caller, view, SimOf(view.Iccid), why, errors, await directory.OfAsync(caller, stop), time.GetUtcNow(), stop);
        var answer = await act(draft);
        if (errors.Any)
            return errors.ToProblem();
        if (draft.Refusal is { } words)
            return Conflict(words);
        return answer switch
        {
            null => TypedResults.NotFound(),
            { Refusal: LineRefusal.TooMany } => FieldErrors.Problem("identityNumber", $"is of a person who holds {options.Value.MostIn(draft.Jurisdiction)} lines already"),
            { Refusal: { } refusal } => Refused(refusal, answer.View.Line),
            _ => TypedResults.Ok(await DetailAsync(caller, answer.View, stop)),
        };
    }

    /// <summary>Enters an act that a carrier is asked for, before it is.</summary>
    public Task WriteBeforeAsync(LineDraft draft, LineAct act) => trail.WriteAsync(
        draft.Caller,
        new AuditNote($"{AuditTrail.Asked}line-{JsonNamingPolicy.KebabCaseLower.ConvertName($"{act}")}") { Device = draft.Sim.BoundTo ?? "", Before = $"{draft.Sim.Iccid} {draft.Sim.Line.Status}", Reason = draft.Reason },
        draft.Stop);

    /// <summary>The name of a lost phone that would be silenced with the line; null if there is none.</summary>
    public async ValueTask<string?> WhoGoesDarkAsync(LineDraft draft)
    {
        foreach (var id in new[] { draft.Sim.BoundTo, draft.Sim.SeenIn }.OfType<string>().Distinct())
        {
            if (await devices.FindAsync(draft.Caller, id, draft.Stop) is { Row.Protection: Protection.Lost } lost
                && lost.State.Guards?.MayReportOver(draft.Sim.Iccid) != false)
                return lost.Row.Name;
        }
        return null;
    }

    private async ValueTask<SimView?> SeenByAsync(Caller caller, SimView view, CancellationToken cancellationToken)
    {
        var isBound = view.BoundTo is { } bound && await devices.FindAsync(caller, bound, cancellationToken) is not null;
        var isSeen = view.SeenIn is { } seen && await devices.FindAsync(caller, seen, cancellationToken) is not null;
        return isBound || isSeen ? view with { BoundTo = isBound ? view.BoundTo : null, SeenIn = isSeen ? view.SeenIn : null } : null;
    }

    private ISimGrain SimOf(string canonical) => grains.GetGrain<ISimGrain>(canonical);

    private static ProblemHttpResult Refused(LineRefusal refusal, SimLine line) => refusal switch
    {
        LineRefusal.NotProven => Conflict("The SIM is not proven to be yours: a phone of yours has to read it in its own slot before its carrier is asked for anything."),
        LineRefusal.Proven => Conflict("The SIM is proven to be yours."),
        LineRefusal.Unbound => Conflict("The SIM is bound to no phone of yours."),
        LineRefusal.Lapsed => Conflict("The line's real-name record has lapsed: record it anew."),
        LineRefusal.NoRecord => Conflict("The line has no real-name record."),
        _ => Conflict($"The line is {Words.Of(line.Status)}."),
    };

    private static ProblemHttpResult Conflict(string title) => TypedResults.Problem(title, statusCode: StatusCodes.Status409Conflict);
}

/// <summary>An act on a line, while its fields are being read.</summary>
internal sealed record LineDraft(
    Caller Caller, SimView Sim, ISimGrain Grain, string Reason, FieldErrors Errors, Organization Organization, DateTimeOffset Now, CancellationToken Stop)
{
    /// <summary>What stands in the way beyond the fields; null if nothing does.</summary>
    public string? Refusal { get; private set; }

    /// <summary>The country that the request names; null if it names none.</summary>
    public string? Jurisdiction { get; set; }

    public void Refuse(string words) => Refusal = words;

    public uint Number => Caller.Organization.Value;
}
