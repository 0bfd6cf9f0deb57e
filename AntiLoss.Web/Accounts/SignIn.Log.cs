using System.Net;

namespace AntiLoss.Web.Accounts;

internal sealed partial class SignIn
{
    [LoggerMessage(LogLevel.Information, "A sign-in from {Address} failed")]
    private partial void LogFailed(IPAddress? address);
}
