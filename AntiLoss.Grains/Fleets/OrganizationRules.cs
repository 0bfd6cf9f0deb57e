using System.Globalization;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Fleets;

/// <summary>What may be done to an organization: pure functions from the organization to the answer.</summary>
public static class OrganizationRules
{
    public const int MostFleets = 1_000;
    public const int MostPeople = 1_000_000;
    public const int MostApiKeys = 100;
    public const int MostAccounts = 1_000;
    public const int MostRecoveryCodesAnHour = 20;

    /// <summary>
    /// The organization with its first fleet and its owner. One that was founded by an attempt that broke off before
    /// anybody could use it is founded anew, with what its owner typed last; one that has changed since stays as it is.
    /// </summary>
    public static Organization Found(this Organization organization, OrganizationNumber number, Founding founding, DateTimeOffset now)
    {
        if (organization.Version > 1)
            return organization;
        var founded = new Organization
        {
            Version = 1,
            Number = number,
            Name = founding.Name,
            TimeZone = founding.TimeZone,
            FoundedAt = now,
            Fleets = ImmutableSortedDictionary<int, Fleet>.Empty.Add(1, new Fleet(1, founding.FleetName, FriendsAllowed: false)),
            LastFleet = 1,
            Accounts = [new Account(1, founding.Email, founding.AccountName, founding.PasswordHash, founding.IsSetup) { CreatedAt = now }],
        };
        return founding.ApiKeyHash is { } hash ? founded.AddApiKey("set-up", hash, KeyGrant.Everything, by: null, now).Organization with { Version = 1 } : founded;
    }

    public static OrganizationAnswer Edit(this Organization organization, string? name, string? timeZone) =>
        organization.ChangedTo(organization with { Name = name ?? organization.Name, TimeZone = timeZone ?? organization.TimeZone }, 0);

    public static OrganizationAnswer AddFleet(this Organization organization, string name, bool friendsAllowed)
    {
        if (organization.Fleets.Count >= MostFleets)
            return organization.Refused(OrganizationRefusal.TooMany);
        if (organization.HasFleetNamed(name, except: 0))
            return organization.Refused(OrganizationRefusal.NameTaken);
        var number = organization.LastFleet + 1;
        return organization.ChangedTo(organization with
        {
            Fleets = organization.Fleets.Add(number, new Fleet(number, name, friendsAllowed)),
            LastFleet = number,
        }, number);
    }

    public static OrganizationAnswer EditFleet(this Organization organization, int fleet, string? name, bool? friendsAllowed)
    {
        if (!organization.Fleets.TryGetValue(fleet, out var old))
            return organization.Refused(OrganizationRefusal.Unknown);
        if (name is not null && organization.HasFleetNamed(name, except: fleet))
            return organization.Refused(OrganizationRefusal.NameTaken);
        var changed = old with { Name = name ?? old.Name, FriendsAllowed = friendsAllowed ?? old.FriendsAllowed };
        return organization.ChangedTo(organization with { Fleets = organization.Fleets.SetItem(fleet, changed) }, fleet);
    }

    /// <summary>Gives a fleet a policy, under the organization's next version; the same one again changes nothing. The answer's number is the version.</summary>
    /// <param name="readVersion">What whoever changes it has read: refused if another is in force by now. Null: whatever is.</param>
    public static OrganizationAnswer SetPolicy(this Organization organization, int fleet, DevicePolicy policy, int? readVersion)
    {
        if (!organization.Fleets.TryGetValue(fleet, out var old))
            return organization.Refused(OrganizationRefusal.Unknown);
        var inForce = organization.PolicyOf(old.PolicyVersion);
        if (inForce.IsSameAs(policy))
            return new OrganizationAnswer(OrganizationRefusal.None, organization, inForce.Version);
        if (readVersion is { } read && read != inForce.Version)
            return organization.Refused(OrganizationRefusal.Outdated);
        var version = Math.Max(1, organization.Policies.IsEmpty ? 1 : organization.Policies.Keys.Last()) + 1;
        return organization.ChangedTo(organization with
        {
            Policies = organization.Policies.Add(version, policy with { Version = version }),
            Fleets = organization.Fleets.SetItem(fleet, old with { PolicyVersion = version }),
        }, version);
    }

    public static OrganizationAnswer RemoveFleet(this Organization organization, int fleet)
    {
        if (!organization.Fleets.ContainsKey(fleet))
            return organization.Refused(OrganizationRefusal.Unknown);
        if (organization.Fleets.Count == 1)
            return organization.Refused(OrganizationRefusal.LastFleet);
        if (organization.People.Values.Any(person => person.Fleet == fleet))
            return organization.Refused(OrganizationRefusal.InUse);
        return organization.ChangedTo(organization with { Fleets = organization.Fleets.Remove(fleet) }, fleet);
    }

    public static OrganizationAnswer AddPeople(this Organization organization, ImmutableArray<Person> people)
    {
        if (organization.People.Count + people.Length > MostPeople)
            return organization.Refused(OrganizationRefusal.TooMany);
        if (people.Any(person => !organization.Fleets.ContainsKey(person.Fleet)))
            return organization.Refused(OrganizationRefusal.UnknownFleet);
        var all = organization.People.ToBuilder();
        var number = organization.LastPerson;
        foreach (var person in people)
        {
            number++;
            all.Add(number, person with { Number = number });
        }
        var changed = organization with { People = all.ToImmutable(), LastPerson = number };
        return organization.ChangedTo(changed, organization.LastPerson + 1);
    }

    public static OrganizationAnswer EditPerson(this Organization organization, Person person)
    {
        if (!organization.People.ContainsKey(person.Number))
            return organization.Refused(OrganizationRefusal.Unknown);
        if (!organization.Fleets.ContainsKey(person.Fleet))
            return organization.Refused(OrganizationRefusal.UnknownFleet);
        return organization.ChangedTo(organization with { People = organization.People.SetItem(person.Number, person) }, person.Number);
    }

    public static OrganizationAnswer RemovePerson(this Organization organization, int person) =>
        organization.People.ContainsKey(person)
            ? organization.ChangedTo(organization with { People = organization.People.Remove(person) }, person)
            : organization.Refused(OrganizationRefusal.Unknown);

    /// <param name="by">The account or key that makes it; null for the server itself, which the audit is not told of.</param>
    public static OrganizationAnswer AddApiKey(this Organization organization, string name, string hash, KeyGrant grant, string? by, DateTimeOffset now)
    {
        if (organization.ApiKeys.FirstOrDefault(key => key.Hash == hash) is { } there)
            return new OrganizationAnswer(OrganizationRefusal.None, organization, there.Number);
        if (organization.ApiKeys.Length >= MostApiKeys)
            return organization.Refused(OrganizationRefusal.TooMany);
        if (grant.Fleets is { } fleets && !organization.HasFleets(fleets))
            return organization.Refused(OrganizationRefusal.UnknownFleet);
        var number = organization.LastApiKey + 1;
        var made = organization.ChangedTo(organization with
        {
            ApiKeys = organization.ApiKeys.Add(new ApiKey(number, name, hash, now, LastUsedAt: null) { Grant = grant }),
            LastApiKey = number,
        }, number);
        return by is null ? made : made.Telling(now, by, "key-made", $"key {number}", "", InWords(grant));
    }

    public static OrganizationAnswer RemoveApiKey(this Organization organization, int apiKey, string? by, DateTimeOffset now)
    {
        if (organization.ApiKeys.FirstOrDefault(key => key.Number == apiKey) is not { } there)
            return organization.Refused(OrganizationRefusal.Unknown);
        var removed = organization.ChangedTo(organization with { ApiKeys = organization.ApiKeys.Remove(there) }, apiKey);
        return by is null ? removed : removed.Telling(now, by, "key-removed", $"key {apiKey}", InWords(there.Grant), "");
    }

    /// <summary>Forgets what the audit has been told. Keeps the version: nobody's copy need know.</summary>
    public static Organization Told(this Organization organization) => organization with { Untold = [] };

    /// <summary>Keeps the version: nobody's copy need be refreshed because a key was used.</summary>
    public static Organization NoteApiKeyUsed(this Organization organization, int apiKey, DateTimeOffset at) =>
        organization.ApiKeys.FirstOrDefault(key => key.Number == apiKey) is { } there && !(there.LastUsedAt >= at)
            ? organization with { ApiKeys = organization.ApiKeys.Replace(there, there with { LastUsedAt = at }) }
            : organization;

    public static OrganizationAnswer SetPasswordHash(this Organization organization, int account, string passwordHash) =>
        organization.ChangeAccount(account, old => old with { PasswordHash = passwordHash, Link = null });

    /// <summary>Adds an account that has no password until its person uses the link; the same address again is refused.</summary>
    public static OrganizationAnswer AddAccount(
        this Organization organization, string email, string name, int by, AccountLink link, AccountGrant grant, DateTimeOffset now)
    {
        if (organization.Accounts.Any(account => account.Email == email))
            return organization.Refused(OrganizationRefusal.NameTaken);
        if (organization.Accounts.Length >= MostAccounts)
            return organization.Refused(OrganizationRefusal.TooMany);
        if (!organization.HasFleets(grant.Fleets))
            return organization.Refused(OrganizationRefusal.UnknownFleet);
        var number = Math.Max(organization.LastAccount, organization.Accounts.Max(account => account.Number)) + 1;
        var made = new Account(number, email, name, PasswordHash: "", OwnsInstallation: false) { CreatedAt = now, MadeBy = by, Link = link, Role = grant.Role, Fleets = grant.Fleets };
        return organization.ChangedTo(organization with { Accounts = organization.Accounts.Add(made), LastAccount = number }, number)
            .Telling(now, by, "account-made", $"account {number}", "", InWords(made));
    }

    /// <summary>Changes what an account may do, or whether it may do anything. An organization keeps an owner who can sign in.</summary>
    public static OrganizationAnswer EditAccount(this Organization organization, int account, AccountEdit edit, int by, DateTimeOffset now)
    {
        if (organization.Accounts.FirstOrDefault(candidate => candidate.Number == account) is not { } there)
            return organization.Refused(OrganizationRefusal.Unknown);
        if (edit.Grant is { } given && !organization.HasFleets(given.Fleets))
            return organization.Refused(OrganizationRefusal.UnknownFleet);
        var changed = there with
        {
            Role = edit.Grant?.Role ?? there.Role,
            Fleets = edit.Grant?.Fleets ?? there.Fleets,
            Disabled = edit.Disabled ?? there.Disabled,
        };
        if (InWords(changed) == InWords(there))
            return new OrganizationAnswer(OrganizationRefusal.None, organization, account);
        if (!CanOwn(changed) && (there.OwnsInstallation || organization.IsLastOwner(there)))
            return organization.Refused(OrganizationRefusal.InUse);
        return organization.ChangedTo(organization with { Accounts = organization.Accounts.Replace(there, changed) }, account)
            .Telling(now, by, "account-changed", $"account {account}", InWords(there), InWords(changed));
    }

    /// <summary>Opens a link for an account's forgotten password, in place of any other. From now on whoever did so is not a second person beside it.</summary>
    public static OrganizationAnswer OpenAccountLink(this Organization organization, int account, int by, AccountLink link, DateTimeOffset now) =>
        organization.ChangeAccount(account, old => old with { Link = link, MadeBy = by })
            .Telling(now, by, "account-reset", $"account {account}", "", "");

    /// <summary>Sets a password by the link, once; the answer's number is the account's.</summary>
    public static OrganizationAnswer UseAccountLink(this Organization organization, int account, string linkHash, string passwordHash, DateTimeOffset now) =>
        organization.Accounts.Any(candidate => candidate.Number == account && !candidate.Disabled && candidate.Link is { } link && link.Hash == linkHash && link.Until > now)
            ? organization.SetPasswordHash(account, passwordHash)
            : organization.Refused(OrganizationRefusal.Unknown);

    /// <summary>Removes an account and with it every session of it; the last owner stays.</summary>
    public static OrganizationAnswer RemoveAccount(this Organization organization, int account, int by, DateTimeOffset now)
    {
        if (organization.Accounts.FirstOrDefault(candidate => candidate.Number == account) is not { } there)
            return organization.Refused(OrganizationRefusal.Unknown);
        if (there.OwnsInstallation || organization.IsLastOwner(there))
            return organization.Refused(OrganizationRefusal.InUse);
        return organization.ChangedTo(organization with { Accounts = organization.Accounts.Remove(there), LastAccount = Math.Max(organization.LastAccount, organization.Accounts.Max(candidate => candidate.Number)) }, account)
            .Telling(now, by, "account-removed", $"account {account}", InWords(there), "");
    }

    /// <summary>Counts a recovery code that an account is about to be shown. Keeps the version: nobody's copy need know.</summary>
    public static OrganizationAnswer ShowRecoveryCode(this Organization organization, int account, string id, DateTimeOffset now)
    {
        if (organization.Accounts.FirstOrDefault(candidate => candidate.Number == account) is not { } there)
            return organization.Refused(OrganizationRefusal.Unknown);
        if (there.RecoveryCodes.Any(shown => shown.Id == id))
            return new OrganizationAnswer(OrganizationRefusal.None, organization, account);
        ImmutableArray<ShownRecoveryCode> recent = [.. there.RecoveryCodes.Where(shown => now - shown.At < TimeSpan.FromHours(1))];
        return recent.Length >= MostRecoveryCodesAnHour
            ? organization.Refused(OrganizationRefusal.TooMany)
            : new OrganizationAnswer(
                OrganizationRefusal.None,
                organization with { Accounts = organization.Accounts.Replace(there, there with { RecoveryCodes = recent.Add(new(id, now)) }) },
                account);
    }

    /// <summary>Sessions that have run out by <paramref name="now"/> are forgotten on the way.</summary>
    public static OrganizationAnswer EndSession(this Organization organization, int account, EndedSession session, DateTimeOffset now) =>
        organization.ChangeAccount(account, old => old with
        {
            EndedSessions = [.. old.EndedSessions.Where(ended => ended.Until > now && ended.Id != session.Id), session],
        });

    private static OrganizationAnswer ChangeAccount(this Organization organization, int account, Func<Account, Account> change) =>
        organization.Accounts.FirstOrDefault(candidate => candidate.Number == account) is { } there
            ? organization.ChangedTo(organization with { Accounts = organization.Accounts.Replace(there, change(there)) }, account)
            : organization.Refused(OrganizationRefusal.Unknown);

    private static bool IsLastOwner(this Organization organization, Account account) =>
        CanOwn(account) && !organization.Accounts.Any(other => other.Number != account.Number && CanOwn(other));

    /// <summary>Whether it is an owner who can sign in.</summary>
    private static bool CanOwn(Account account) => account is { Role: Role.Owner, Disabled: false, PasswordHash.Length: > 0 };

    private static bool HasFleets(this Organization organization, ImmutableArray<int> fleets) => fleets.All(organization.Fleets.ContainsKey);

    private static string InWords(Account account) => $"{account.Role}, fleets {account.Scope}{(account.Disabled ? ", disabled" : "")}";

    private static string InWords(KeyGrant grant) => $"{grant.Rights}, fleets {grant.Scope}";

    private static OrganizationAnswer Telling(
        this OrganizationAnswer answer, DateTimeOffset at, int by, string action, string what, string before, string after) =>
        answer.Telling(at, by.ToString(CultureInfo.InvariantCulture), action, what, before, after);

    /// <summary>With an entry for the audit; the version makes its id the only one.</summary>
    private static OrganizationAnswer Telling(
        this OrganizationAnswer answer, DateTimeOffset at, string by, string action, string what, string before, string after)
    {
        if (answer.IsRefused)
            return answer;
        var entry = new Audited($"{action}/{answer.Organization.Version}", by, action, at, before, after, what);
        return answer with { Organization = answer.Organization with { Untold = answer.Organization.Untold.Add(entry) } };
    }

    private static bool HasFleetNamed(this Organization organization, string name, int except) =>
        organization.Fleets.Values.Any(fleet => fleet.Number != except && string.Equals(fleet.Name, name, StringComparison.OrdinalIgnoreCase));

    private static OrganizationAnswer ChangedTo(this Organization organization, Organization changed, int number) =>
        new(OrganizationRefusal.None, changed with { Version = organization.Version + 1 }, number);

    private static OrganizationAnswer Refused(this Organization organization, OrganizationRefusal refusal) => new(refusal, organization, 0);
}
