using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Hosting;

/// <summary>
/// What browsers are told about this server's pages: own scripts only, no framing, no guessing of types, no referrer
/// (a link may hold a device id). The one exception is the customer's own tile source.
/// </summary>
internal sealed class SecurityHeaders(IOptions<MapOptions> map)
{
    private readonly string _policy = PolicyFor(map.Value.TileSource);

    public Task AddAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = _policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        return next(context);
    }

    internal static string PolicyFor(string? tileSource)
    {
        var tiles = OriginOf(tileSource) is { } origin ? " " + origin : "";
        return string.Join("; ",
            "default-src 'none'",
            "script-src 'self'",
            // The component library writes its sizes and colours into style attributes and one style element.
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self'",
            $"img-src 'self' data: blob:{tiles}",
            $"connect-src 'self'{tiles}",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'");
    }

    private static string? OriginOf(string? tileSource)
    {
        // Placeholders such as {z} are no part of a host; {s} for a choice of hosts becomes a wildcard.
        var source = tileSource?.Replace("{s}", "*", StringComparison.Ordinal);
        var end = source?.IndexOf('/', source.IndexOf("://", StringComparison.Ordinal) + 3) ?? -1;
        return source is not null && source.StartsWith("http", StringComparison.Ordinal)
            ? source[..(end < 0 ? source.Length : end)]
            : null;
    }
}
