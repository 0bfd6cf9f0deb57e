namespace AntiLoss.Web.Hosting;

internal sealed partial class TlsCertificate
{
    [LoggerMessage(LogLevel.Information, "The certificate of {File} is in use; it ends {NotAfter:u}")]
    private partial void LogLoaded(string file, DateTime notAfter);

    [LoggerMessage(LogLevel.Warning, "The certificate of {File} has changed and cannot be read; the last one stays in use")]
    private partial void LogNotLoaded(string file, Exception exception);
}
