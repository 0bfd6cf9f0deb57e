
namespace AntiLoss.Web.Accounts;

/// <summary>
/// Nobody else's page may change anything with an operator's cookie: an unsafe request that a browser sends must come
/// from our own page. <c>SameSite=Strict</c> is the first lock, this is the second.
/// </summary>
internal static class OriginRule
{
    /// <summary>Whether the page that sent the request is ours, or no page did.</summary>
    public static bool Allows(HttpRequest request, Uri publicUrl)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0)
            return request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";
        return Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && (IsHost(page, request.Host) || page.GetLeftPart(UriPartial.Authority) == publicUrl.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>Endpoint filter: refuses an unsafe request of another page, unless an API key speaks for it.</summary>
    public static ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var isSafe = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        if (isSafe || http.User.Identity?.AuthenticationType == ApiKeyAuthentication.SchemeName)
            return next(context);
        var publicUrl = http.RequestServices.GetRequiredService<PublicUrl>();
        return Allows(http.Request, publicUrl.Value)
            ? next(context)
            : ValueTask.FromResult<object?>(TypedResults.Problem(
                "The request comes from another site's page.", statusCode: StatusCodes.Status403Forbidden));
    }

    // A proxy that ends TLS may show us another scheme than the browser has: host and port decide.
    private static bool IsHost(Uri page, HostString host) =>
        string.Equals(page.IsDefaultPort ? page.Host : page.Authority, host.Value, StringComparison.OrdinalIgnoreCase)
        || string.Equals(page.Authority, host.Value, StringComparison.OrdinalIgnoreCase);
}
