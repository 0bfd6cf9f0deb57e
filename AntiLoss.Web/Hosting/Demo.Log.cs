namespace AntiLoss.Web.Hosting;

internal sealed partial class Demo
{
    [LoggerMessage(LogLevel.Warning, "The demo has stopped; the server goes on without it")]
    private partial void LogStopped(Exception exception);
}
