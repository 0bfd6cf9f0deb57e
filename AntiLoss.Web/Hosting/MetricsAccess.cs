using System.Net;
using System.Security.Cryptography;
using System.Text;
using AntiLoss.Web.Accounts;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Hosting;

/// <summary>
/// Who may read <c>/metrics</c>: this machine itself, whoever has the token, and the installation's owner. The figures
/// are the whole installation's, so no organization's API key opens them.
/// </summary>
internal sealed class MetricsAccess(IOptions<TelemetryOptions> options)
{
    public const string Path = "/metrics";

    private static readonly string[] _proxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via",
        // What a trusted proxy's headers become once they are believed.
        "X-Original-For", "X-Original-Host", "X-Original-Proto"];

    public bool Allows(HttpContext context) =>
        (options.Value.MetricsOnLoopback && IsThisMachine(context))
        || HasToken(context.Request)
        || context.User.HasClaim(Caller.InstallationOwnerClaim, "true");

    /// <summary>A proxy on this machine makes every request look local; the headers that it adds give it away.</summary>
    private static bool IsThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address)
        && !_proxyHeaders.Any(context.Request.Headers.ContainsKey);

    private bool HasToken(HttpRequest request) =>
        options.Value.MetricsToken is { Length: > 0 } token
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()), Encoding.UTF8.GetBytes("Bearer " + token));
}
