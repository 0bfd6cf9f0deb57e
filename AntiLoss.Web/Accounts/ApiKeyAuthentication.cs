using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace AntiLoss.Web.Accounts;

/// <summary>Signs a request in by <c>Authorization: Bearer &lt;API key&gt;</c>.</summary>
internal sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "api-key";
    private const string Prefix = "Bearer ";
    private const int LongestKey = 200;

    /// <summary>Whether a request brings a key: then nothing but the key speaks for it, whatever cookie it brings too.</summary>
    public static bool IsMeant(HttpContext context) =>
        context.Request.Headers.Authorization.ToString().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsMeant(Context))
            return AuthenticateResult.NoResult();
        var key = Request.Headers.Authorization.ToString()[Prefix.Length..].Trim();
        return key.Length is > 0 and <= LongestKey && await keys.FindAsync(key, Context.RequestAborted) is { } caller
            ? AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(SchemeName), SchemeName))
            : AuthenticateResult.Fail("No such API key.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return Refusal.WriteAsync(Context, StatusCodes.Status401Unauthorized, "Nobody is signed in.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Access.ForbidAsync(Context);
}
