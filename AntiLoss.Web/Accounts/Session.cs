using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace AntiLoss.Web.Accounts;

/// <summary>
/// A signed-in browser: a cookie that no script reads and no other site sends, good for 12 hours after its last use
/// and 7 days in all. Each request checks against the directory that the account still has the password with which it
/// signed in, and that the session was not signed out, and takes from there what the account may do.
/// </summary>
internal sealed class Session(OrganizationDirectory directory, IGrainFactory grains, TimeProvider time)
{
    public const string CookieName = "antiloss-session";
    public static readonly TimeSpan IdleLimit = TimeSpan.FromHours(12);
    public static readonly TimeSpan Limit = TimeSpan.FromDays(7);

    private const string StampClaim = "stamp";
    private const string UntilKey = "until";

    /// <summary>Signs the browser in.</summary>
    public Task BeginAsync(HttpContext context, OrganizationNumber organization, Account account)
    {
        // What the account may do is not in the cookie: every request takes it from the account.
        var principal = CallerOf(organization, account).ToPrincipal(
            CookieAuthenticationDefaults.AuthenticationScheme, new Claim(Caller.SessionClaim, Base32.Encode(RandomNumberGenerator.GetBytes(16))), new Claim(StampClaim, StampOf(account)));
        var properties = new AuthenticationProperties { IsPersistent = true, AllowRefresh = true };
        properties.Items[UntilKey] = (time.GetUtcNow() + Limit).ToString("O", CultureInfo.InvariantCulture);
        return context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, principal, properties);
    }

    /// <summary>Signs the browser out, here and for whoever has a copy of its cookie.</summary>
    public async Task EndAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.User.FindFirstValue(Caller.SessionClaim) is { } session)
        {
            var caller = Caller.From(context.User);
            var answer = await grains.GetGrain<IOrganizationGrain>(caller.Organization.Value).EndSessionAsync(
                int.Parse(caller.Account, CultureInfo.InvariantCulture), new EndedSession(session, time.GetUtcNow() + Limit), cancellationToken);
            directory.Accept(answer.Organization);
        }
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }

    /// <summary>The principal of a cookie with what its account may do by now; null if it may not speak for it any more.</summary>
    public async ValueTask<ClaimsPrincipal?> RenewedAsync(ClaimsPrincipal principal, AuthenticationProperties properties, CancellationToken cancellationToken) =>
        properties.Items.TryGetValue(UntilKey, out var until)
        && DateTimeOffset.TryParse(until, CultureInfo.InvariantCulture, DateTimeStyles.None, out var end)
        && end > time.GetUtcNow()
        && await FindAsync(principal, cancellationToken) is { } account
            ? PrincipalOf(Caller.From(principal).Organization, account, principal.FindFirstValue(Caller.SessionClaim)!)
            : null;

    /// <summary>Whom a signed-in principal speaks for by now, asked about open connections; null for nobody any more.</summary>
    public async ValueTask<Caller?> CallerOfAsync(ClaimsPrincipal principal, CancellationToken cancellationToken) =>
        await FindAsync(principal, cancellationToken) is { } account
            ? Caller.From(PrincipalOf(Caller.From(principal).Organization, account, principal.FindFirstValue(Caller.SessionClaim)!))
            : null;

    private async ValueTask<Account?> FindAsync(ClaimsPrincipal principal, CancellationToken cancellationToken) =>
        Caller.TryFrom(principal) is { Session: { } session } caller
        && int.TryParse(caller.Account, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && await directory.FindAsync(caller.Organization, cancellationToken) is { } organization
        && organization.Accounts.FirstOrDefault(account => account.Number == number) is { Disabled: false } account
        && principal.FindFirstValue(StampClaim) == StampOf(account)
        && !account.EndedSessions.Any(ended => ended.Id == session)
            ? account
            : null;

    private static ClaimsPrincipal PrincipalOf(OrganizationNumber organization, Account account, string session) =>
        (CallerOf(organization, account) with { Rights = account.Rights, Fleets = account.Scope })
            .ToPrincipal(CookieAuthenticationDefaults.AuthenticationScheme, new Claim(Caller.SessionClaim, session), new Claim(StampClaim, StampOf(account)));

    private static Caller CallerOf(OrganizationNumber organization, Account account) =>
        new(organization, account.Number.ToString(CultureInfo.InvariantCulture), account.Email, account.OwnsInstallation);

    /// <summary>Changes with the password, and tells nothing about it.</summary>
    private static string StampOf(Account account) =>
        Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(account.PasswordHash)), 0, 8);
}
