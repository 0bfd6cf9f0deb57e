using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;

namespace AntiLoss.Web.Accounts;

/// <summary>
/// One-time links with which somebody sets the password of an account that another made or reset:
/// <c>organization-account-secret</c>, 160 random bits of which only the hash is kept.
/// </summary>
internal sealed class AccountLinks(IGrainFactory grains, OrganizationDirectory directory, Passwords passwords, TimeProvider time)
{
    /// <summary>Long enough for a colleague to read it the day after.</summary>
    private static readonly TimeSpan _age = TimeSpan.FromDays(3);

    /// <summary>A new secret, and what is kept of it.</summary>
    public (string Secret, AccountLink Link) New()
    {
        var secret = Base32.Encode(RandomNumberGenerator.GetBytes(20));
        return (secret, new AccountLink(HashOf(secret), time.GetUtcNow() + _age));
    }

    /// <summary>The path that the account's person opens.</summary>
    public static string PathOf(Caller caller, int account, string secret) =>
        string.Create(CultureInfo.InvariantCulture, $"/recover?token={caller.Organization}-{account}-{secret}");

    /// <summary>Whether a token names an open link, which looking does not use up.</summary>
    public async ValueTask<bool> IsOpenAsync(string token, CancellationToken cancellationToken) =>
        Read(token) is { } read
        && await directory.FindAsync(read.Organization, cancellationToken) is { } organization
        && organization.Accounts.Any(account => account.Number == read.Account && !account.Disabled
            && account.Link is { } link && link.Until > time.GetUtcNow()
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(link.Hash), Encoding.ASCII.GetBytes(HashOf(read.Secret))));

    /// <summary>Sets the password of the token's account, once; null if the link is used, over or none of ours.</summary>
    public async Task<(OrganizationNumber Organization, Account Account)?> UseAsync(string token, string password, CancellationToken cancellationToken)
    {
        if (Read(token) is not { } read || !await IsOpenAsync(token, cancellationToken))
            return null;
        var answer = await grains.GetGrain<IOrganizationGrain>(read.Organization.Value)
            .UseAccountLinkAsync(read.Account, HashOf(read.Secret), passwords.Hash(password), cancellationToken);
        directory.Accept(answer.Organization);
        return answer.IsRefused ? null : (read.Organization, answer.Organization.Accounts.First(account => account.Number == read.Account));
    }

    private static (OrganizationNumber Organization, int Account, string Secret)? Read(string token) =>
        token.Split('-') is [var organization, var account, { Length: > 0 and < 100 } secret]
        && uint.TryParse(organization, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && int.TryParse(account, NumberStyles.None, CultureInfo.InvariantCulture, out var which)
            ? (new OrganizationNumber(number), which, secret)
            : null;

    private static string HashOf(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
