using AntiLoss.Silo.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Hosting;

/// <summary>What a load balancer or service manager asks, without credentials.</summary>
internal static class Health
{
    /// <summary>
    /// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it can take reports; while it stops it says no, so
    /// that nothing new is sent here.
    /// </summary>
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        var health = endpoints.MapGroup("/health").AllowAnonymous().ExcludeFromDescription();
        health.MapGet("/live", () => TypedResults.Text("live"));
        health.MapGet("/ready", ReadyAsync);
    }

    private static async Task<ContentHttpResult> ReadyAsync(SiloReadiness silo, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        var trouble = lifetime.ApplicationStopping.IsCancellationRequested ? "The server is stopping." : await silo.TroubleAsync(cancellationToken);
        return trouble is null
            ? TypedResults.Text("ready")
            : TypedResults.Text(trouble, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
