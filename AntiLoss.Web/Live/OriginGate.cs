using AntiLoss.Web.Accounts;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Live;

/// <summary>
/// Refuses pages of other origins before anyone asks who is signed in: a browser sends cookies along with a WebSocket
/// from any page, and CORS does not apply to it.
/// </summary>
internal sealed class OriginGate(PublicUrl publicUrl, IOptions<LiveOptions> options) : IStartupFilter
{
    private readonly HashSet<string> _allowed = [.. Origins(publicUrl, options.Value)];

    // A filter, so that it comes before authentication, wherever that is put.
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(CheckAsync);
        next(app);
    };

    internal bool IsAllowed(HttpRequest request)
    {
        var origins = request.Headers.Origin;
        if (origins.Count == 0)
            return true;
        // A program is not bound to tell the truth here; a browser is, and that is what this is about.
        return origins.Count == 1 && origins[0] is { } origin
            && (_allowed.Contains(origin.ToLowerInvariant())
                || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase));
    }

    private Task CheckAsync(HttpContext context, RequestDelegate next) =>
        !context.Request.Path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase) || IsAllowed(context.Request)
            ? next(context)
            : Refusal.WriteAsync(context, StatusCodes.Status403Forbidden, "This origin may not open the live feed.");

    private static IEnumerable<string> Origins(PublicUrl publicUrl, LiveOptions options) =>
        from text in options.AllowedOrigins.Append(publicUrl.Value.AbsoluteUri)
        where Uri.IsWellFormedUriString(text, UriKind.Absolute)
        select new Uri(text).GetLeftPart(UriPartial.Authority).ToLowerInvariant();
}
