using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>Why somebody acts on a phone.</summary>
public sealed record ActRequest(string? Reason);

/// <summary>That a phone is lost, and what its screen is to say.</summary>
/// <param name="Message">At most 500 characters.</param>
/// <param name="PhoneNumber">The number that the locked phone offers to call.</param>
public sealed record LossRequest(string? Reason, string? Message, string? PhoneNumber);

/// <summary>The second person's word on a wipe.</summary>
/// <param name="RequestedAt">From the phone's <c>guards.wipe</c>: which request is approved.</param>
public sealed record WipeApproval(string? Reason, string? RequestedAt);

/// <summary>The second person's word on an action.</summary>
/// <param name="Pending">From the phone's <c>guards.pending</c>: which action is agreed to.</param>
public sealed record AgreementRequest(string? Reason, string? Pending);

/// <summary>A time in which SIMs come and go and the phone is off without anybody being alarmed.</summary>
/// <param name="From">ISO 8601; now if it is left out.</param>
public sealed record MaintenanceRequest(string? Reason, string? From, string? Until);

/// <summary>Until when the first unknown SIM is bound instead of challenged.</summary>
public sealed record NextSimRequest(string? Reason, string? Until);

/// <summary>A SIM that is to belong into the phone.</summary>
public sealed record SimRequest(string? Reason, string? Iccid);

/// <summary>What people do about a phone's protection. One of another organization or fleet does not exist.</summary>
internal static class GuardsApi
{
    private const int LongestMessage = 500;
    private const int LongestNumber = 40;
    private const int LongestId = 100;

    public static void MapGuards(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/devices/{id}").WithTags("Guards");
        group.MapPost("/arm", ArmAsync).RequireAuthorization(Access.Act).WithName("ArmDevice").WithSummary("Guards the phone.");
        group.MapPost("/disarm", DisarmAsync).RequireAuthorization(Access.Act).WithName("DisarmDevice").WithSummary("Stops guarding the phone.");
        group.MapPost("/dismiss", DismissAsync).RequireAuthorization(Access.Act).WithName("DismissSuspicion").WithSummary("Ends a suspicion: the phone is armed again.");
        group.MapPost("/lost", LostAsync).RequireAuthorization(Access.Act).WithName("DeclareLost").WithSummary("Declares the phone lost: it locks, reports often, and an incident opens.");
        group.MapPost("/found", FoundAsync).RequireAuthorization(Access.Act).WithName("DeclareFound").WithSummary("Ends a loss; a second person agrees if a foreign SIM is in the phone or it was last heard over an hour ago.");
        group.MapPost("/wipe", WipeAsync).RequireAuthorization(Access.Act).WithName("RequestWipe").WithSummary("Asks for a lost phone to be erased; another person approves within 30 minutes.");
        group.MapPost("/wipe/approve", ApproveWipeAsync).RequireAuthorization(Access.Act).WithName("ApproveWipe").WithSummary("Approves the wipe that was asked for; the phone is told after 5 minutes to undo.");
        group.MapPost("/wipe/cancel", CancelWipeAsync).RequireAuthorization(Access.Act).WithName("CancelWipe").WithSummary("Cancels the wipe, until the phone has acknowledged it.");
        group.MapPost("/agree", AgreeAsync).RequireAuthorization(Access.Act).WithName("AgreeToAction").WithSummary("Agrees, as the second person, to the action that waits for one.");
        group.MapPost("/enrol-again", EnrolAgainAsync).RequireAuthorization(Access.Act).WithName("AllowEnrolment").WithSummary("Asks that a lost phone may be enrolled again; a second person agrees.");
        group.MapPost("/close-incident", CloseIncidentAsync).RequireAuthorization(Access.Act).WithName("CloseIncident").WithSummary("Closes the incident that a written-off phone opened again by asking to enrol.");
        group.MapPost("/maintenance", OpenMaintenanceAsync).RequireAuthorization(Access.Act).WithName("OpenMaintenance").WithSummary("Opens a maintenance window.");
        group.MapDelete("/maintenance", CloseMaintenanceAsync).RequireAuthorization(Access.Act).WithName("CloseMaintenance").WithSummary("Closes the maintenance window.");
        group.MapPost("/accept-next-sim", AcceptNextSimAsync).RequireAuthorization(Access.Act).WithName("AcceptNextSim").WithSummary("Binds the first unknown SIM within a window instead of challenging it.");
        group.MapPost("/sims", BindAsync).RequireAuthorization(Access.Act).WithName("BindSim").WithSummary("Binds a SIM to the phone, whoever of yours had it; it takes effect once the phone confirms.");
        group.MapDelete("/sims/{iccid}", UnbindAsync).RequireAuthorization(Access.Act).WithName("UnbindSim").WithSummary("Gives a bound SIM back.");
    }

    private static Task<ActAnswer> ArmAsync(Caller caller, string id, ActRequest body, GuardActs acts, HttpContext context) =>
        acts.DoAsync(caller, id, body.Reason, context, draft => new Armed(draft.By, draft.Reason), byKey: true);

    private static Task<ActAnswer> DisarmAsync(Caller caller, string id, ActRequest body, GuardActs acts, HttpContext context) =>
        acts.DoAsync(caller, id, body.Reason, context, draft => new Disarmed(draft.By, draft.Reason), byKey: true);

    private static Task<ActAnswer> DismissAsync(Caller caller, string id, ActRequest body, GuardActs acts, HttpContext context) =>
        acts.DoAsync(caller, id, body.Reason, context, draft => new SuspicionDismissed(draft.By, draft.Reason));

    private static Task<ActAnswer> LostAsync(Caller caller, string id, LossRequest body, GuardActs acts, HttpContext context) =>
        acts.DoAsync(caller, id, body.Reason, context, byKey: true, make: draft => new LossDeclared(
            draft.By, draft.Reason, draft.Errors.Text("message", body.Message, LongestMessage), draft.Errors.Text("phoneNumber", body.PhoneNumber, LongestNumber)));

    private static Task<ActAnswer> FoundAsync(Caller caller, string id, ActRequest body, GuardActs acts, HttpContext context) =>
        acts.DoAsync(caller, id, body.Reason, context, draft => new FoundDeclared(draft.By, draft.Reason));

    private static Task<ActAnswer> WipeAsync(Caller caller, string id, ActRequest body, GuardActs acts, HttpContext context) =>
        acts.DoAsync(caller, id, body.Reason, context, draft => new WipeRequested(draft.By, draft.Reason));

    private static Task<ActAnswer> ApproveWipeAsync(Caller caller, string id, WipeApproval body, GuardActs acts, HttpContext context) =>
        acts.DoAsync(caller, id, body.Reason, context, draft =>
            draft.Required("requestedAt", draft.Errors.Moment("requestedAt", body.RequestedAt)) is { } at ? new WipeApproved(draft.By, draft.Reason, at) : null);

    private static Task<ActAnswer> CancelWipeAsync(Caller caller, string id, ActRequest body, GuardActs acts, HttpContext context) =>
        acts.DoAsync(caller, id, body.Reason, context, draft => new WipeCancelled(draft.By, draft.Reason));

    private static Task<ActAnswer> AgreeAsync(Caller caller, string id, AgreementRequest body, GuardActs acts, HttpContext context) =>
        acts.DoAsync(caller, id, body.Reason, context, draft =>
            new ActionAgreed(draft.By, draft.Reason, draft.Required("pending", draft.Errors.Text("pending", body.Pending, LongestId)) ?? ""));

    private static Task<ActAnswer> EnrolAgainAsync(Caller caller, string id, ActRequest body, GuardActs acts, HttpContext context) =>
        acts.DoAsync(caller, id, body.Reason, context, draft => new EnrolAgainAsked(draft.By, draft.Reason));

    private static Task<ActAnswer> CloseIncidentAsync(Caller caller, string id, ActRequest body, GuardActs acts, HttpContext context) =>
        acts.DoAsync(caller, id, body.Reason, context, draft => new IncidentClosed(draft.By, draft.Reason));

    private static Task<ActAnswer> OpenMaintenanceAsync(Caller caller, string id, MaintenanceRequest body, GuardActs acts, HttpContext context) =>
        acts.DoAsync(caller, id, body.Reason, context, draft =>
            draft.Required("until", draft.Errors.Moment("until", body.Until)) is { } until
                ? new MaintenanceOpened(draft.By, draft.Reason, draft.Errors.Moment("from", body.From) ?? draft.Now, until)
                : null);

    private static Task<ActAnswer> CloseMaintenanceAsync(Caller caller, string id, GuardActs acts, HttpContext context, string? reason = null) =>
        acts.DoAsync(caller, id, reason, context, draft => new MaintenanceClosed(draft.By, draft.Reason));

    private static Task<ActAnswer> AcceptNextSimAsync(Caller caller, string id, NextSimRequest body, GuardActs acts, HttpContext context) =>
        acts.DoAsync(caller, id, body.Reason, context, draft =>
            draft.Required("until", draft.Errors.Moment("until", body.Until)) is { } until ? new NextSimAccepted(draft.By, draft.Reason, until) : null);

    private static Task<ActAnswer> BindAsync(Caller caller, string id, SimRequest body, GuardActs acts, HttpContext context) =>
        acts.DoAsync(caller, id, body.Reason, context, draft =>
            IccidOf(draft, body.Iccid) is { } iccid ? new SimBound(draft.By, draft.Reason, iccid) : null);

    private static Task<ActAnswer> UnbindAsync(Caller caller, string id, string iccid, GuardActs acts, HttpContext context, string? reason = null) =>
        acts.DoAsync(caller, id, reason, context, draft =>
            IccidOf(draft, iccid) is { } canonical ? new SimUnbound(draft.By, draft.Reason, canonical) : null);

    private static string? IccidOf(ActDraft draft, string? text)
    {
        if (Iccid.TryParse(text, out var iccid))
            return iccid.Canonical;
        draft.Errors.Add("iccid", "is no ICCID: 18 to 20 characters, as printed on the SIM");
        return null;
    }
}
