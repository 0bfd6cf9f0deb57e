using System.Text.Json;
using AntiLoss.Grains.Storage;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace AntiLoss.Web.Api;

/// <summary>
/// What an API request ends in when it throws: a body that is no JSON or of another shape is the client's mistake and
/// names the field; a storage or grain that does not answer is 503 and may be tried again.
/// </summary>
internal sealed partial class ApiExceptions(ILogger<ApiExceptions> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!httpContext.Request.Path.StartsWithSegments("/api"))
            return false;
        switch (exception)
        {
            case BadHttpRequestException bad:
                await WriteAsync(httpContext, bad);
                return true;
            case OperationCanceledException when httpContext.RequestAborted.IsCancellationRequested:
                return true;
            case StorageUnavailableException or TimeoutException or OrleansException or OperationCanceledException:
                LogUnavailable(httpContext.Request.Method, httpContext.GetEndpoint()?.DisplayName, exception);
                httpContext.Response.Headers.RetryAfter = "2";
                await Refusal.WriteAsync(httpContext, StatusCodes.Status503ServiceUnavailable, "The server cannot read or write now. Try again.");
                return true;
            default:
                LogFailed(httpContext.Request.Method, httpContext.GetEndpoint()?.DisplayName, exception);
                await Refusal.WriteAsync(httpContext, StatusCodes.Status500InternalServerError, "Something went wrong in the server; its log says what.");
                return true;
        }
    }

    private static Task WriteAsync(HttpContext context, BadHttpRequestException bad)
    {
        context.Response.StatusCode = bad.StatusCode;
        ProblemDetails problem = bad.InnerException is JsonException json
            ? new HttpValidationProblemDetails(new Dictionary<string, string[]> { [FieldOf(json)] = ["cannot be read: it is not of the expected kind"] })
            : new ProblemDetails { Title = bad.Message };
        problem.Status = bad.StatusCode;
        return context.Response.WriteAsJsonAsync<object>(problem, options: null, "application/problem+json", context.RequestAborted);
    }

    /// <summary>JSON paths are <c>$.tags[1]</c>; the fields of our problems are <c>tags[1]</c>.</summary>
    private static string FieldOf(JsonException json) =>
        json.Path is { Length: > 2 } path ? path[2..] : "body";

    [LoggerMessage(LogLevel.Warning, "{Method} {Endpoint} could not be answered for now")]
    private partial void LogUnavailable(string method, string? endpoint, Exception exception);

    [LoggerMessage(LogLevel.Error, "{Method} {Endpoint} failed")]
    private partial void LogFailed(string method, string? endpoint, Exception exception);
}
