using System.Text.Json;
using System.Text.RegularExpressions;
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
    private const string Body = "body";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!httpContext.Request.Path.StartsWithSegments("/api") && !httpContext.Request.Path.StartsWithSegments("/agent"))
            return false;
        switch (exception)
        {
            case BadHttpRequestException bad:
                await WriteAsync(httpContext, bad);
                return true;
            case OperationCanceledException when httpContext.RequestAborted.IsCancellationRequested:
                return true;
            case StorageUnavailableException or TimeoutException or OrleansException or OperationCanceledException:
                LogUnavailable(httpContext.Request.Method, NameOf(httpContext), exception);
                httpContext.Response.Headers.RetryAfter = "2";
                await Refusal.WriteAsync(httpContext, StatusCodes.Status503ServiceUnavailable, "The server cannot read or write now. Try again.");
                return true;
            default:
                LogFailed(httpContext.Request.Method, NameOf(httpContext), exception);
                await Refusal.WriteAsync(httpContext, StatusCodes.Status500InternalServerError, "Something went wrong in the server; its log says what.");
                return true;
        }
    }

    /// <summary>What failed; its path may hold what a log must not.</summary>
    private static string? NameOf(HttpContext context) => context.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.DisplayName;

    private static Task WriteAsync(HttpContext context, BadHttpRequestException bad)
    {
        context.Response.StatusCode = bad.StatusCode;
        ProblemDetails problem = FieldOf(bad) is { } field
            ? new HttpValidationProblemDetails(new Dictionary<string, string[]> { [field] = [field == Body && bad.InnerException is null ? "is missing" : "cannot be read: it is not of the expected kind"] })
            : new ProblemDetails { Title = bad.Message };
        problem.Status = bad.StatusCode;
        return context.Response.WriteAsJsonAsync<object>(problem, options: null, "application/problem+json", context.RequestAborted);
    }

    /// <summary>
    /// The field that could not be read; null if it was none. JSON paths are <c>$.tags[1]</c>; the fields of our problems
    /// are <c>tags[1]</c>. Of a parameter the framework says the name in its message only.
    /// </summary>
    private static string? FieldOf(BadHttpRequestException bad)
    {
        if (bad.InnerException is JsonException json)
            return json.Path is { Length: > 2 } path ? path[2..] : Body;
        return Parameter().Match(bad.Message) is { Success: true } match ? JsonNamingPolicy.CamelCase.ConvertName(match.Groups[1].Value) : null;
    }

    [GeneratedRegex("parameter \"(?:\\S+ )?(\\w+)\"")]
    private static partial Regex Parameter();

    [LoggerMessage(LogLevel.Warning, "{Method} {Endpoint} could not be answered for now")]
    private partial void LogUnavailable(string method, string? endpoint, Exception exception);

    [LoggerMessage(LogLevel.Error, "{Method} {Endpoint} failed")]
    private partial void LogFailed(string method, string? endpoint, Exception exception);
}
