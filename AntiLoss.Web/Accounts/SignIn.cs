using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;

namespace AntiLoss.Web.Accounts;

/// <summary>Signs accounts in by address and password.</summary>
internal sealed partial class SignIn(
    OrganizationDirectory directory, IGrainFactory grains, Passwords passwords, SignInThrottle throttle, KnownBrowser browsers, Session sessions, ILogger<SignIn> logger)
{
    /// <summary>What became of a try; an address that nobody has and a wrong password are told apart by nothing.</summary>
    public abstract record Outcome
    {
        public sealed record Done(OrganizationNumber Organization, Account Account) : Outcome;

        public sealed record Wrong : Outcome;

        public sealed record Wait(TimeSpan For) : Outcome;
    }

    public async Task<Outcome> TryAsync(HttpContext context, string email, string password, CancellationToken cancellationToken)
    {
        email = Normal(email);
        var (organization, account) = await FindAsync(email, cancellationToken);
        var outcome = Verify(context, email, organization, account, password);
        if (outcome is Outcome.Done)
        {
            await sessions.BeginAsync(context, organization, account!);
            browsers.Mark(context, email);
        }
        return outcome;
    }

    /// <summary>Changes the password of a signed-in account, throttled as signing in is. Every session ends but this browser's.</summary>
    public async Task<Outcome> ChangePasswordAsync(
        HttpContext context, OrganizationNumber number, int account, string current, string next, CancellationToken cancellationToken)
    {
        var there = (await directory.FindAsync(number, cancellationToken))?.Accounts.FirstOrDefault(candidate => candidate.Number == account);
        var outcome = Verify(context, there?.Email ?? "", number, there, current);
        if (outcome is Outcome.Done)
            await sessions.BeginAsync(context, number, await WriteAsync(number, account, next, cancellationToken));
        return outcome;
    }

    /// <summary>Sets a password without the old one; every session of the account ends, and this browser is signed in. False if nobody has the address.</summary>
    public async Task<bool> SetPasswordAsync(HttpContext context, string email, string next, CancellationToken cancellationToken)
    {
        var (organization, account) = await FindAsync(email, cancellationToken);
        if (account is null or { Disabled: true })
            return false;
        await sessions.BeginAsync(context, organization, await WriteAsync(organization, account.Number, next, cancellationToken));
        return true;
    }

    /// <summary>As addresses are kept and compared.</summary>
    public static string Normal(string email) => email.Trim().ToLowerInvariant();

    private Outcome Verify(HttpContext context, string email, OrganizationNumber organization, Account? account, string password)
    {
        var address = context.Connection.RemoteIpAddress;
        var browser = browsers.Of(context, email);
        if (!throttle.TryBegin(email, address, browser, out var wait))
            return new Outcome.Wait(wait);
        if (!passwords.Verify(account is { Disabled: false } ? account : null, password))
        {
            LogFailed(address);
            return new Outcome.Wrong();
        }
        throttle.Succeeded(email, address, browser);
        return new Outcome.Done(organization, account!);
    }

    private async Task<Account> WriteAsync(OrganizationNumber organization, int account, string password, CancellationToken cancellationToken)
    {
        var answer = await grains.GetGrain<IOrganizationGrain>(organization.Value).SetPasswordHashAsync(account, passwords.Hash(password), cancellationToken);
        directory.Accept(answer.Organization);
        return answer.Organization.Accounts.First(candidate => candidate.Number == account);
    }

    private async ValueTask<(OrganizationNumber Organization, Account? Account)> FindAsync(string email, CancellationToken cancellationToken)
    {
        var installation = await directory.InstallationAsync(cancellationToken);
        var number = new OrganizationNumber(installation.Addresses.GetValueOrDefault(email));
        var organization = await directory.FindAsync(number, cancellationToken);
        return (number, organization?.Accounts.FirstOrDefault(account => account.Email == email));
    }
}
