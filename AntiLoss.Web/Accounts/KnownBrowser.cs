using System.Security.Cryptography;
using AntiLoss.Domain.Identity;
using Microsoft.AspNetCore.DataProtection;

namespace AntiLoss.Web.Accounts;

/// <summary>
/// A mark that a browser keeps once it has signed in to an account: it lets nobody in, but its tries are counted apart
/// from strangers' (OWASP calls it a device cookie).
/// </summary>
internal sealed class KnownBrowser(IDataProtectionProvider protection, TimeProvider time)
{
    private const string CookieName = "antiloss-browser";
    private static readonly TimeSpan _age = TimeSpan.FromDays(180);

    private readonly IDataProtector _protector = protection.CreateProtector("known-browser");

    /// <summary>The browser's mark for this account; null if it has none.</summary>
    public string? Of(HttpContext context, string email)
    {
        if (context.Request.Cookies[CookieName] is not { Length: < 1000 } cookie)
            return null;
        try
        {
            var text = _protector.Unprotect(cookie);
            return text.EndsWith('|' + email, StringComparison.Ordinal) ? text : null;
        }
        catch (CryptographicException)
        {
            // Not ours, or of keys that are gone: a browser like any other.
            return null;
        }
    }

    public void Mark(HttpContext context, string email)
    {
        var mark = Of(context, email) ?? $"{Base32.Encode(RandomNumberGenerator.GetBytes(16))}|{email}";
        context.Response.Cookies.Append(CookieName, _protector.Protect(mark), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
            Expires = time.GetUtcNow() + _age,
        });
    }
}
