using System.Globalization;
using System.Security.Claims;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;

namespace AntiLoss.Web.Accounts;

/// <summary>
/// Who is asking: an operator's account or an API key, and the one organization that it sees. Endpoints take it as a
/// parameter; nothing about the organization is ever read from a body, a path or a query.
/// </summary>
/// <param name="Account">The account's id within the organization, or <c>key-</c> and the API key's.</param>
/// <param name="Name">What to write where it says who did something: an e-mail address, or an API key's name.</param>
/// <param name="IsInstallationOwner">May make further organizations and sees what belongs to none.</param>
public sealed record Caller(OrganizationNumber Organization, string Account, string Name, bool IsInstallationOwner)
{
    public const string OrganizationClaim = "organization";
    public const string AccountClaim = "account";
    public const string InstallationOwnerClaim = "installation-owner";
    public const string SessionClaim = "session";
    public const string RightsClaim = "rights";
    public const string FleetsClaim = "fleets";

    /// <summary>The sign-in of a person; null for an API key, which is none and never one of two people.</summary>
    public string? Session { get; init; }

    /// <summary>What it may do; nothing unless somebody says.</summary>
    public Rights Rights { get; init; }

    /// <summary>The fleets that it sees; none unless somebody says. Phones of others do not exist for it.</summary>
    public FleetScope Fleets { get; init; } = FleetScope.None;

    /// <summary>The caller of a signed-in principal.</summary>
    /// <exception cref="InvalidOperationException">The principal is not signed in: an endpoint was left open by mistake.</exception>
    public static Caller From(ClaimsPrincipal principal) =>
        TryFrom(principal) ?? throw new InvalidOperationException("Nobody is signed in.");

    /// <summary>The caller of a principal; null if nobody is signed in.</summary>
    public static Caller? TryFrom(ClaimsPrincipal principal) =>
        principal.Identity is { IsAuthenticated: true }
        && uint.TryParse(principal.FindFirstValue(OrganizationClaim), NumberStyles.None, CultureInfo.InvariantCulture, out var organization)
        && principal.FindFirstValue(AccountClaim) is { } account
            ? new(new OrganizationNumber(organization), account, principal.Identity.Name ?? account,
                principal.HasClaim(InstallationOwnerClaim, "true"))
            {
                Session = principal.FindFirstValue(SessionClaim),
                Rights = Enum.TryParse<Rights>(principal.FindFirstValue(RightsClaim), out var rights) ? rights : Rights.None,
                Fleets = FleetScope.Parse(principal.FindFirstValue(FleetsClaim)),
            }
            : null;

    /// <summary>Lets an endpoint's handler take the caller as a parameter.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult<Caller?>(From(context.User));

    /// <summary>The principal that <see cref="From"/> reads.</summary>
    internal ClaimsPrincipal ToPrincipal(string scheme, params IEnumerable<Claim> more)
    {
        List<Claim> claims =
        [
            new(ClaimTypes.Name, Name),
            new(OrganizationClaim, Organization.ToString()),
            new(AccountClaim, Account),
            new(RightsClaim, Rights.ToString()),
            new(FleetsClaim, Fleets.ToString()),
            .. more,
        ];
        if (IsInstallationOwner)
            claims.Add(new Claim(InstallationOwnerClaim, "true"));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme));
    }
}
