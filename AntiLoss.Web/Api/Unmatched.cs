using Microsoft.AspNetCore.Routing.Template;

namespace AntiLoss.Web.Api;

/// <summary>
/// What a request to the API hears that no endpoint takes: that there is no such address, or that there is one for other
/// methods, or that its body is of another type. The route that catches everything hides the last two from the framework.
/// </summary>
internal static class Unmatched
{
    public static IResult Answer(HttpContext context, EndpointDataSource endpoints)
    {
        var path = context.Request.Path;
        var methods = endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint != context.GetEndpoint() && IsAt(endpoint, path))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
            .Distinct().ToList();
        if (methods.Count == 0)
            return TypedResults.Problem("There is no such address.", statusCode: StatusCodes.Status404NotFound);
        if (methods.Contains(context.Request.Method))
            return TypedResults.Problem("The body's Content-Type is not one that is read here.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        context.Response.Headers.Allow = string.Join(", ", methods);
        return TypedResults.Problem("This address has other methods.", statusCode: StatusCodes.Status405MethodNotAllowed);
    }

    private static bool IsAt(RouteEndpoint endpoint, PathString path) =>
        endpoint.RoutePattern.RawText is { } template
        // The page's own route takes every address and says nothing about the API's.
        && template.TrimStart('/').StartsWith("api/", StringComparison.Ordinal)
        && new TemplateMatcher(TemplateParser.Parse(template.TrimStart('/')), []).TryMatch(path, []);
}
