using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Alerts;
using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Live;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>Something about a phone that a person should know.</summary>
/// <param name="Device">Null for a storm, which names no single phone.</param>
/// <param name="Kind">camelCase: a tamper reason, lost, simBorrowed, storm, flapping, …</param>
/// <param name="Severity">info, warning or critical.</param>
/// <param name="State">open, acknowledged or resolved.</param>
/// <param name="Late">It reached the server after something newer.</param>
/// <param name="Folds">Ids of the alerts that a storm folds.</param>
public sealed record AlertView(
    string Id, string? Device, string DeviceName, string? Fleet, string Kind, string Severity, string State, DateTimeOffset HappenedAt, DateTimeOffset ReceivedAt,
    string? Detail, double? Latitude, double? Longitude, bool Late, int Count, ActorView? AcknowledgedBy, DateTimeOffset? AcknowledgedAt,
    ActorView? ResolvedBy, DateTimeOffset? ResolvedAt, string? How, IReadOnlyList<string> Folds)
{
    internal static AlertView Of(Alert alert, Organization organization) => new(
        alert.Id, alert.Device.Length == 0 ? null : alert.Device, alert.DeviceName, alert.Fleet == 0 ? null : Numbers.Text(alert.Fleet),
        System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(alert.Kind), Words.Of(alert.Severity), Words.Of(alert.State),
        alert.HappenedAt, alert.ReceivedAt, alert.Detail, alert.Place?.Latitude, alert.Place?.Longitude, alert.Late, alert.Count,
        By(alert.AcknowledgedBy, organization), alert.AcknowledgedAt, By(alert.ResolvedBy, organization), alert.ResolvedAt, alert.How, alert.Folds);

    internal static ActorView? By(string? actor, Organization organization) => actor is null ? null : ActorView.Of(actor, organization);
}

/// <summary>How an alert was dealt with.</summary>
public sealed record ResolveRequest(string? How);

/// <summary>Alerts of the caller's organization.</summary>
internal static class AlertsApi
{
    private const int LongestHow = 500;
    private const int MostItems = 400;

    public static void MapAlerts(this IEndpointRouteBuilder api)
    {
        var alerts = api.MapGroup("/alerts").WithTags("Alerts");
        alerts.MapGet("/", ListAsync).RequireAuthorization(Access.Read).WithName("ListAlerts").WithSummary("Alerts, newest first; all, or those with a state of open: not resolved yet.");
        alerts.MapPost("/{id}/acknowledge", AcknowledgeAsync).RequireAuthorization(Access.Act).WithName("AcknowledgeAlert").WithSummary("Says that a person has seen it; once it is seen it stays so.");
        alerts.MapPost("/{id}/resolve", ResolveAsync).RequireAuthorization(Access.Act).WithName("ResolveAlert").WithSummary("Says that it is over, and how; the phone's protection does not change.");
    }

    private static async Task<Results<Ok<Page<AlertView>>, ValidationProblem>> ListAsync(
        Caller caller, IGrainFactory grains, OrganizationDirectory directory, CancellationToken cancellationToken,
        string? state = null, string? cursor = null, int? limit = null)
    {
        if (state is not (null or "" or "open"))
            return FieldErrors.Problem("state", "is not open; leave it out for all");
        var organization = await directory.OfAsync(caller, cancellationToken);
        return await PageAsync(cursor, limit, (before, most) => GrainOf(grains, caller).ListAsync(before, most, state == "open", cancellationToken),
            alert => alert.Id, alert => caller.Fleets.Contains(alert.Fleet), alert => AlertView.Of(alert, organization));
    }

    private static async Task<Results<Ok<AlertView>, NotFound>> AcknowledgeAsync(
        Caller caller, string id, IGrainFactory grains, OrganizationDirectory directory, CancellationToken cancellationToken) =>
        await SeesAsync(grains, caller, id, cancellationToken) && await GrainOf(grains, caller).AcknowledgeAsync(id, caller.Account, cancellationToken) is { } alert
            ? TypedResults.Ok(AlertView.Of(alert, await directory.OfAsync(caller, cancellationToken)))
            : TypedResults.NotFound();

    private static async Task<Results<Ok<AlertView>, NotFound, ValidationProblem>> ResolveAsync(
        Caller caller, string id, ResolveRequest body, IGrainFactory grains, OrganizationDirectory directory, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var how = errors.RequiredText("how", body.How, LongestHow);
        if (errors.Any)
            return errors.ToProblem();
        return await SeesAsync(grains, caller, id, cancellationToken) && await GrainOf(grains, caller).ResolveAsync(id, caller.Account, how, cancellationToken) is { } alert
            ? TypedResults.Ok(AlertView.Of(alert, await directory.OfAsync(caller, cancellationToken)))
            : TypedResults.NotFound();
    }

    /// <summary>Whether the caller sees an alert that can still change; one that it does not see is answered as one that there is not.</summary>
    private static async ValueTask<bool> SeesAsync(IGrainFactory grains, Caller caller, string id, CancellationToken cancellationToken) =>
        caller.Fleets.IsAll || (await GrainOf(grains, caller).FindAsync(id, cancellationToken) is { } alert && caller.Fleets.Contains(alert.Fleet));

    /// <summary>A page of what a grain lists by id, newest first, and the caller sees.</summary>
    internal static async Task<Results<Ok<Page<TView>>, ValidationProblem>> PageAsync<T, TView>(
        string? cursor, int? limit, Func<string?, int, ValueTask<ImmutableArray<T>>> list, Func<T, string> id, Func<T, bool> isSeen, Func<T, TView> view)
    {
        if (!string.IsNullOrEmpty(cursor) && !DeviceId.TryParse(cursor, out _))
            return FieldErrors.Problem("cursor", "is no cursor of this list");
        var most = Math.Min(Page<TView>.LimitOf(limit), MostItems);
        var items = new List<T>();
        var before = string.IsNullOrEmpty(cursor) ? null : cursor;
        while (true)
        {
            var run = await list(before, most + 1);
            items.AddRange(run.Where(isSeen));
            if (run.Length <= most || items.Count > most)
                break;
            before = id(run[^1]);
        }
        return TypedResults.Ok(new Page<TView>([.. items.Take(most).Select(view)], items.Count > most ? id(items[most - 1]) : null));
    }

    private static IAlertsGrain GrainOf(IGrainFactory grains, Caller caller) => grains.GetGrain<IAlertsGrain>(caller.Organization.Value);
}
