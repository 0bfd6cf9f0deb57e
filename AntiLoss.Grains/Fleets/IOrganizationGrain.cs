using AntiLoss.Domain.Devices;
using Orleans.Concurrency;

namespace AntiLoss.Grains.Fleets;

/// <summary>
/// One organization, keyed by its number: its fleets, people, accounts and API keys. Every change is written before it
/// is answered; repeating one that names what it is about changes nothing.
/// </summary>
[Alias("organization-grain"), GrainInterfaceType("organization")]
public interface IOrganizationGrain : IGrainWithIntegerKey
{
    /// <summary>The organization, if its version is higher than the one that the caller has; else null.</summary>
    [Alias("read"), ReadOnly]
    ValueTask<Organization?> ReadAsync(long knownVersion, CancellationToken cancellationToken = default);

    /// <summary>Founds it, for the installation only, which calls once, or again after an attempt that broke off.</summary>
    [Alias("found")]
    ValueTask<Organization> FoundAsync(Founding founding, CancellationToken cancellationToken = default);

    /// <summary>Changes its name or time zone; null leaves them as they are.</summary>
    [Alias("edit")]
    ValueTask<OrganizationAnswer> EditAsync(string? name, string? timeZone, CancellationToken cancellationToken = default);

    /// <summary>Adds a fleet; one of that name is refused.</summary>
    [Alias("add-fleet")]
    ValueTask<OrganizationAnswer> AddFleetAsync(string name, bool friendsAllowed, CancellationToken cancellationToken = default);

    [Alias("edit-fleet")]
    ValueTask<OrganizationAnswer> EditFleetAsync(int fleet, string? name, bool? friendsAllowed, CancellationToken cancellationToken = default);

    /// <summary>Gives a fleet a policy; its version is the organization's next and the answer's number. The same one again changes nothing; one that rests on an outdated reading is refused.</summary>
    [Alias("set-policy")]
    ValueTask<OrganizationAnswer> SetPolicyAsync(int fleet, DevicePolicy policy, int? readVersion, CancellationToken cancellationToken = default);

    /// <summary>Removes a fleet without people that is not the last one; that it has no phones is for the caller to see to.</summary>
    [Alias("remove-fleet")]
    ValueTask<OrganizationAnswer> RemoveFleetAsync(int fleet, CancellationToken cancellationToken = default);

    /// <summary>Adds people, all or none; the answer's number is that of the first, the others follow it. Their own numbers are ignored.</summary>
    [Alias("add-people")]
    ValueTask<OrganizationAnswer> AddPeopleAsync(ImmutableArray<Person> people, CancellationToken cancellationToken = default);

    /// <summary>Replaces a person.</summary>
    [Alias("edit-person")]
    ValueTask<OrganizationAnswer> EditPersonAsync(Person person, CancellationToken cancellationToken = default);

    [Alias("remove-person")]
    ValueTask<OrganizationAnswer> RemovePersonAsync(int person, CancellationToken cancellationToken = default);

    /// <summary>Adds an API key by its hash; a hash that is there already stays as it is.</summary>
    /// <param name="by">The account or key that makes it; null for the server itself.</param>
    [Alias("add-scoped-api-key")]
    ValueTask<OrganizationAnswer> AddApiKeyAsync(string name, string hash, KeyGrant grant, string? by, CancellationToken cancellationToken = default);

    /// <param name="by">The account or key that revokes it; null for the server itself.</param>
    [Alias("revoke-api-key")]
    ValueTask<OrganizationAnswer> RemoveApiKeyAsync(int apiKey, string? by, CancellationToken cancellationToken = default);

    /// <summary>Notes that an API key was used; an earlier moment than is known changes nothing.</summary>
    [Alias("api-key-used")]
    ValueTask NoteApiKeyUsedAsync(int apiKey, DateTimeOffset at, CancellationToken cancellationToken = default);

    /// <summary>Replaces an account's password hash.</summary>
    [Alias("set-password")]
    ValueTask<OrganizationAnswer> SetPasswordHashAsync(int account, string passwordHash, CancellationToken cancellationToken = default);

    /// <summary>Adds an account whose person sets the password by a link. The address must have been reserved in the installation.</summary>
    [Alias("add-account-with-role")]
    ValueTask<OrganizationAnswer> AddAccountAsync(string email, string name, int by, AccountLink link, AccountGrant grant, CancellationToken cancellationToken = default);

    /// <summary>Opens a link to set an account's password.</summary>
    [Alias("open-account-link")]
    ValueTask<OrganizationAnswer> OpenAccountLinkAsync(int account, int by, AccountLink link, CancellationToken cancellationToken = default);

    /// <summary>Sets a password by the link's hash; a used or lapsed link is refused.</summary>
    [Alias("use-account-link")]
    ValueTask<OrganizationAnswer> UseAccountLinkAsync(int account, string linkHash, string passwordHash, CancellationToken cancellationToken = default);

    /// <summary>Changes an account's role and fleets, or whether it may sign in; the last owner who can sign in stays one.</summary>
    [Alias("edit-account")]
    ValueTask<OrganizationAnswer> EditAccountAsync(int account, AccountEdit edit, int by, CancellationToken cancellationToken = default);

    /// <summary>Removes an account; the last owner who can sign in stays.</summary>
    [Alias("remove-account-by")]
    ValueTask<OrganizationAnswer> RemoveAccountAsync(int account, int by, CancellationToken cancellationToken = default);

    /// <summary>Ends a session of an account before it runs out.</summary>
    [Alias("end-session")]
    ValueTask<OrganizationAnswer> EndSessionAsync(int account, EndedSession session, CancellationToken cancellationToken = default);

    /// <summary>Counts a recovery code that an account is about to be shown; refused if it was shown too many within the hour.</summary>
    [Alias("show-recovery-code")]
    ValueTask<OrganizationAnswer> ShowRecoveryCodeAsync(int account, string id, CancellationToken cancellationToken = default);
}
