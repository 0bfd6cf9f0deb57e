using Microsoft.AspNetCore.Diagnostics;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary>
/// What a phone's request ends in when it throws: 503, on which every app keeps its message. A body that comes too
/// slowly or not as announced would be 4xx, on which OwnTracks for iOS deletes it.
/// </summary>
internal sealed partial class PhoneExceptions(PhonePaths paths, ILogger<PhoneExceptions> logger) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (paths.Of(httpContext) is PhonePath.None)
            return ValueTask.FromResult(false);
        if (exception is not BadHttpRequestException)
            LogFailed(httpContext.Request.Path, exception);
        AppAnswers.SetLater(httpContext.Response);
        return ValueTask.FromResult(true);
    }

    [LoggerMessage(LogLevel.Error, "A message to {Path} failed; the phone will send it again.")]
    private partial void LogFailed(string? path, Exception exception);
}
