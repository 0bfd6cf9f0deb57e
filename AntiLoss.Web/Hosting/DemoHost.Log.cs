namespace AntiLoss.Web.Hosting;

internal sealed partial class DemoHost
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The demo needs an http address to report to; there is none in --urls")]
    private partial void LogNeedsHttp();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The demo stopped and starts again")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "{News}")]
    private partial void LogSaid(string news);
}
