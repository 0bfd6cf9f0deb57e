using AntiLoss.Web.Accounts;

namespace AntiLoss.Web.Hosting;

/// <summary>The console: its files, and its page for every address that is a view of it.</summary>
internal static class ConsolePage
{
    /// <summary>What is never a view: a mistyped address there answers 404, not a page with 200.</summary>
    private static readonly string[] _notViews = ["api", "hubs", "ingest", "pub", "basemaps", "health", "metrics", "openapi"];

    public static void MapConsole(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapStaticAssets().AllowAnonymous();
        foreach (var path in _notViews)
            endpoints.MapFallback($"/{path}/{{**rest}}", () => TypedResults.NotFound()).RequireAuthorization(Access.SignedIn);
        endpoints.MapFallbackToFile("index.html").AllowAnonymous();
    }
}
