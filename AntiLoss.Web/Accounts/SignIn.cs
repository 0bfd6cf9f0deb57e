using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;

namespace AntiLoss.Web.Accounts;

/// <summary>Signs accounts in by address and password.</summary>
internal sealed partial class SignIn(
    OrganizationDirectory directory, Passwords passwords, SignInThrottle throttle, KnownBrowser browsers, Session sessions, ILogger<SignIn> logger)
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
        var address = context.Connection.RemoteIpAddress;
        var browser = browsers.Of(context, email);
        if (!throttle.TryBegin(email, address, browser, out var wait))
            return new Outcome.Wait(wait);

        var (organization, account) = await FindAsync(email, cancellationToken);
        if (!passwords.Verify(account, password))
        {
            LogFailed(address);
            return new Outcome.Wrong();
        }
        throttle.Succeeded(email, address, browser);
        await sessions.BeginAsync(context, organization, account!);
        browsers.Mark(context, email);
        return new Outcome.Done(organization, account!);
    }

    /// <summary>As addresses are kept and compared.</summary>
    public static string Normal(string email) => email.Trim().ToLowerInvariant();

    private async ValueTask<(OrganizationNumber Organization, Account? Account)> FindAsync(string email, CancellationToken cancellationToken)
    {
        var installation = await directory.InstallationAsync(cancellationToken);
        var number = new OrganizationNumber(installation.Addresses.GetValueOrDefault(email));
        var organization = await directory.FindAsync(number, cancellationToken);
        return (number, organization?.Accounts.FirstOrDefault(account => account.Email == email));
    }
}
