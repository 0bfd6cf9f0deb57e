using System.Globalization;
using AntiLoss.Domain.Audit;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Audit;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Live;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>The audit of the caller's organization: who did what, and the means to verify that nobody has changed it.</summary>
internal static class AuditApi
{
    private const int MostItems = 400;

    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/audit").WithTags("Audit");
        group.MapGet("/", ListAsync).RequireAuthorization(Access.Read).WithName("ListAudit").WithSummary("Who did what to which phone and why, the last first; all, or with a device that phone's.");
        group.MapGet("/checkpoint", CheckpointAsync).RequireAuthorization(Access.Manage).WithName("GetAuditCheckpoint").WithSummary("A signed checkpoint over the whole audit as of now.");
        group.MapGet("/checkpoints", CheckpointsAsync).RequireAuthorization(Access.Manage).WithName("ListAuditCheckpoints").WithSummary("Signed checkpoints, the largest first.");
        group.MapGet("/proof", ProofAsync).RequireAuthorization(Access.Manage).WithName("ProveAuditEntry").WithSummary("Proof that an entry is in the audit that the last checkpoint signs.");
        group.MapGet("/growth", GrowthAsync).RequireAuthorization(Access.Manage).WithName("ProveAuditGrowth").WithSummary("Proof that the audit of so many entries continues that of fewer.");
        group.MapGet("/verify", VerifyAsync).RequireAuthorization(Access.Manage).WithName("VerifyAudit").WithSummary("Reads every entry, and says what is wrong with which.");
        group.MapGet("/export", ExportAsync).RequireAuthorization(Access.Manage).WithName("ExportAudit").WithSummary("The whole audit in one file that is verified without the server.");
        group.MapGet("/key", Key).AllowAnonymous().WithName("GetAuditKey").WithSummary("The public key that signs checkpoints.");
    }

    private static async Task<Results<Ok<Page<AuditView>>, ValidationProblem>> ListAsync(
        Caller caller, IGrainFactory grains, OrganizationDirectory directory, FleetMirror mirror, CancellationToken cancellationToken, string? device = null, string? cursor = null, int? limit = null)
    {
        if (!NumberCursor.TryRead(cursor, out var below))
            return FieldErrors.Problem("cursor", "is no cursor of this list");
        if (!string.IsNullOrEmpty(device) && !DeviceId.TryParse(device, out _))
            return FieldErrors.Problem("device", "is no phone's id");
        var most = Math.Min(Page<AuditView>.LimitOf(limit), MostItems);
        var organization = await directory.OfAsync(caller, cancellationToken);
        var entries = await GrainOf(grains, caller).ListAsync(new AuditQuery(below, most + 1, string.IsNullOrEmpty(device) ? null : device), cancellationToken);
        var phones = caller.Fleets.IsAll ? null : await mirror.ViewOfAsync(caller.Organization, cancellationToken);
        // A page of somebody who sees some fleets only may be short: what is not theirs is passed over.
        return TypedResults.Ok(new Page<AuditView>(
            [.. entries.Take(most).Where(Sees).Select(entry => AuditView.Of(entry, organization))],
            entries.Length > most ? entries[most - 1].Number.ToString(CultureInfo.InvariantCulture) : null));

        bool Sees(AuditEntry entry) =>
            phones is null || (DeviceId.TryParse(entry.Device, out var phone) && phones.Find(phone) is { } row && caller.Fleets.Contains(row.Fleet));
    }

    private static async Task<Results<Ok<CheckpointView>, ProblemHttpResult>> CheckpointAsync(Caller caller, IGrainFactory grains, CancellationToken cancellationToken) =>
        await GrainOf(grains, caller).CheckpointAsync(cancellationToken) is { } signed ? TypedResults.Ok(CheckpointView.Of(signed)) : Broken();

    private static async Task<Results<Ok<Page<CheckpointView>>, ValidationProblem>> CheckpointsAsync(
        Caller caller, IGrainFactory grains, CancellationToken cancellationToken, string? cursor = null, int? limit = null)
    {
        if (!NumberCursor.TryRead(cursor, out var below))
            return FieldErrors.Problem("cursor", "is no cursor of this list");
        var most = Math.Min(Page<CheckpointView>.LimitOf(limit), MostItems);
        var checkpoints = (await GrainOf(grains, caller).CheckpointsAsync(below, most + 1, cancellationToken)).Select(CheckpointView.Of).OfType<CheckpointView>().ToList();
        return TypedResults.Ok(new Page<CheckpointView>(
            [.. checkpoints.Take(most)], checkpoints.Count > most ? checkpoints[most - 1].Size.ToString(CultureInfo.InvariantCulture) : null));
    }

    private static async Task<Results<Ok<AuditProofView>, NotFound>> ProofAsync(Caller caller, long entry, IGrainFactory grains, CancellationToken cancellationToken) =>
        await GrainOf(grains, caller).ProveAsync(entry, cancellationToken) is { } proof ? TypedResults.Ok(AuditProofView.Of(entry, proof)) : TypedResults.NotFound();

    private static async Task<Results<Ok<AuditGrowthView>, NotFound>> GrowthAsync(Caller caller, long from, long to, IGrainFactory grains, CancellationToken cancellationToken) =>
        await GrainOf(grains, caller).ProveGrowthAsync(from, to, cancellationToken) is { } path
            ? TypedResults.Ok(new AuditGrowthView(from, to, [.. path.Select(hash => hash.ToBase64())]))
            : TypedResults.NotFound();

    private static async Task<Ok<AuditVerdictView>> VerifyAsync(Caller caller, AuditVerifier verifier, CancellationToken cancellationToken) =>
        TypedResults.Ok(AuditVerdictView.Of(await verifier.VerifyAsync(caller.Organization, cancellationToken)));

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> ExportAsync(
        Caller caller, IGrainFactory grains, AuditExport export, HttpContext context, CancellationToken cancellationToken)
    {
        if (await GrainOf(grains, caller).CheckpointAsync(cancellationToken) is not { } signed)
            return Broken();
        return TypedResults.Stream(
            async output =>
            {
                await foreach (var line in export.LinesAsync(caller.Organization, signed, context.RequestAborted))
                {
                    await output.WriteAsync(line, context.RequestAborted);
                    await output.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
                }
            },
            AuditFile.ContentType, $"audit-{caller.Organization}.ndjson");
    }

    private static Ok<AuditKeyView> Key(AuditKeys keys) => TypedResults.Ok(new AuditKeyView(keys.PublicKey));

    private static ProblemHttpResult Broken() => TypedResults.Problem(
        "The audit does not continue its last checkpoint: what was signed has been changed. The verification says where.", statusCode: StatusCodes.Status409Conflict);

    private static IAuditGrain GrainOf(IGrainFactory grains, Caller caller) => grains.GetGrain<IAuditGrain>(caller.Organization.Value);
}
