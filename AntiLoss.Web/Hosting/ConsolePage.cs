using AntiLoss.Web.Accounts;

namespace AntiLoss.Web.Hosting;

/// <summary>The console: its files, and its page for every address that is a view of it.</summary>
internal static class ConsolePage
{
    /// <summary>What is never a view: a mistyped address there answers 404, not a page with 200.</summary>
    private static readonly string[] _notViews = ["api", "hubs", "ingest", "pub", "basemaps", "health", "metrics", "openapi"];

    public static void MapConsole(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapStaticAssets().AllowAnonymous().Add(KeepForGood);
        foreach (var path in _notViews)
            endpoints.MapFallback($"/{path}/{{**rest}}", () => TypedResults.NotFound()).RequireAuthorization(Access.SignedIn);
        endpoints.MapFallbackToFile("index.html", new StaticFileOptions { OnPrepareResponse = answer => answer.Context.Response.Headers.CacheControl = "no-cache" })
            .AllowAnonymous();
    }

    /// <summary>A file of the build has its content's hash in its name: whoever has it need never ask again. The page that names them is asked for each time.</summary>
    private static void KeepForGood(EndpointBuilder endpoint)
    {
        if (endpoint is not RouteEndpointBuilder { RoutePattern.RawText: { } path, RequestDelegate: { } send } || !path.TrimStart('/').StartsWith("assets/", StringComparison.Ordinal))
            return;
        endpoint.RequestDelegate = context =>
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                return Task.CompletedTask;
            });
            return send(context);
        };
    }
}
