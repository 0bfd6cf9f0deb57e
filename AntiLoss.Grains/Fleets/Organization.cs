using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Fleets;

/// <summary>
/// An organization as its grain keeps it and everybody else copies it: its fleets, its people, and who may speak for
/// it. Immutable, replaced whole, its version one higher each time. What may be done to it is in
/// <see cref="OrganizationRules"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("organization")]
public sealed record Organization
{
    /// <summary>Rises by one with each change that copies must know of; 0 before it was founded.</summary>
    [Id(0)] public long Version { get; init; }

    [Id(1)] public OrganizationNumber Number { get; init; }
    [Id(2)] public string Name { get; init; } = "";

    /// <summary>IANA name of the time zone in which its people read times.</summary>
    [Id(3)] public string TimeZone { get; init; } = "UTC";

    [Id(4)] public DateTimeOffset FoundedAt { get; init; }

    /// <summary>Fleets by number; at least one.</summary>
    [Id(5)] public ImmutableSortedDictionary<int, Fleet> Fleets { get; init; } = ImmutableSortedDictionary<int, Fleet>.Empty;

    /// <summary>People by number.</summary>
    [Id(6)] public ImmutableSortedDictionary<int, Person> People { get; init; } = ImmutableSortedDictionary<int, Person>.Empty;

    [Id(7)] public ImmutableArray<ApiKey> ApiKeys { get; init; } = [];
    [Id(8)] public ImmutableArray<Account> Accounts { get; init; } = [];

    /// <summary>The last number that was given to a fleet, a person or an API key: none is given twice.</summary>
    [Id(9)] public int LastFleet { get; init; }

    [Id(10)] public int LastPerson { get; init; }
    [Id(11)] public int LastApiKey { get; init; }

    /// <summary>0 while there never was an account beside the first.</summary>
    [Id(13)] public int LastAccount { get; init; }

    /// <summary>Every policy that a fleet ever had, by version: entries of the log name theirs. Version 1, which everybody starts with, is not among them.</summary>
    [Id(12)] public ImmutableSortedDictionary<int, DevicePolicy> Policies { get; init; } = ImmutableSortedDictionary<int, DevicePolicy>.Empty;

    /// <summary>What the audit is still to be told: written with the change that it is about, so that neither is without the other.</summary>
    [Id(14)] public ImmutableArray<Audited> Untold { get; init; } = [];

    /// <summary>The policy of a version; the default one if no fleet ever had it.</summary>
    public DevicePolicy PolicyOf(int version) => Policies.GetValueOrDefault(version) ?? DevicePolicy.Default;

    /// <summary>The policy in force in a fleet.</summary>
    public DevicePolicy PolicyOfFleet(int fleet) => PolicyOf(PolicyVersionOfFleet(fleet));

    /// <summary>Its version.</summary>
    public int PolicyVersionOfFleet(int fleet) => Fleets.GetValueOrDefault(fleet)?.PolicyVersion ?? 1;

    /// <summary>Whether somebody has founded it.</summary>
    public bool Exists => Version > 0;
}

/// <summary>A group of phones with the same rules.</summary>
/// <param name="FriendsAllowed">Whether OwnTracks phones of this fleet may see each other's last place.</param>
[GenerateSerializer, Immutable, Alias("fleet")]
public sealed record Fleet(
    [property: Id(0)] int Number,
    [property: Id(1)] string Name,
    [property: Id(2)] bool FriendsAllowed)
{
    /// <summary>Version of the policy in force.</summary>
    [Id(3)] public int PolicyVersion { get; init; } = 1;
}

/// <summary>Somebody who may be given a phone: a name, an address, a fleet, and no account.</summary>
[GenerateSerializer, Immutable, Alias("person")]
public sealed record Person(
    [property: Id(0)] int Number,
    [property: Id(1)] string Name,
    [property: Id(2)] string? Email,
    [property: Id(3)] int Fleet);

/// <summary>A key with which a program speaks for the organization; only its hash is kept.</summary>
/// <param name="Hash">SHA-256 of the key's UTF-8 text, in hexadecimal: the key itself is 160 random bits.</param>
/// <param name="LastUsedAt">To about a minute; does not raise the organization's version.</param>
[GenerateSerializer, Immutable, Alias("api-key")]
public sealed record ApiKey(
    [property: Id(0)] int Number,
    [property: Id(1)] string Name,
    [property: Id(2)] string Hash,
    [property: Id(3)] DateTimeOffset CreatedAt,
    [property: Id(4)] DateTimeOffset? LastUsedAt)
{
    /// <summary>What it may do, and where; everything for one that was made before this was kept, and is read without it.</summary>
    [Id(5)] public KeyGrant Grant { get => field ?? KeyGrant.Everything; init; }
}

/// <summary>An operator's account.</summary>
/// <param name="Email">In lower case: it signs in with it.</param>
/// <param name="PasswordHash">As ASP.NET Core Identity's hasher made it.</param>
/// <param name="OwnsInstallation">May make further organizations, and sees what belongs to none.</param>
[GenerateSerializer, Immutable, Alias("account")]
public sealed record Account(
    [property: Id(0)] int Number,
    [property: Id(1)] string Email,
    [property: Id(2)] string Name,
    [property: Id(3)] string PasswordHash,
    [property: Id(4)] bool OwnsInstallation)
{
    /// <summary>Sessions that were signed out before they ran out.</summary>
    [Id(5)] public ImmutableArray<EndedSession> EndedSessions { get => field.OrEmpty(); init; }

    /// <summary>The default for one that was made before this was kept.</summary>
    [Id(6)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Number of the account that made it or last reset its password; null for an organization's first. Whoever did may know its password, so the two are no two people.</summary>
    [Id(7)] public int? MadeBy { get; init; }

    /// <summary>The one-time link with which its person sets a password; null if none is open.</summary>
    [Id(8)] public AccountLink? Link { get; init; }

    /// <summary>What it is; an owner if it was made before this was kept.</summary>
    [Id(10)] public Role Role { get; init; }

    /// <summary>The fleets that an operator or viewer sees; of no meaning for an owner.</summary>
    [Id(11)] public ImmutableArray<int> Fleets { get => field.OrEmpty(); init; }

    /// <summary>It signs in no more, until an owner lets it.</summary>
    [Id(12)] public bool Disabled { get; init; }

    /// <summary>What it may do.</summary>
    public Rights Rights => Disabled ? Rights.None : Roles.RightsOf(Role);

    /// <summary>Where it may do so.</summary>
    public FleetScope Scope => Role == Role.Owner ? FleetScope.All : FleetScope.Of(Fleets);

    /// <summary>The recovery codes that it was shown within the last hour.</summary>
    [Id(9)] public ImmutableArray<ShownRecoveryCode> RecoveryCodes { get => field.OrEmpty(); init; }
}

/// <summary>Of what is read from a state that was written before it was kept: there is no initializer then.</summary>
internal static class Unkept
{
    public static ImmutableArray<T> OrEmpty<T>(this ImmutableArray<T> kept) => kept.IsDefault ? [] : kept;
}

/// <summary>A recovery code was shown to an account; the code is not kept.</summary>
/// <param name="Id">Of the phone and its grant: the same one shown again is one.</param>
[GenerateSerializer, Immutable, Alias("shown-recovery-code")]
public sealed record ShownRecoveryCode([property: Id(0)] string Id, [property: Id(1)] DateTimeOffset At);

/// <summary>A one-time link to set an account's password.</summary>
/// <param name="Hash">SHA-256 of the link's secret, in hexadecimal.</param>
[GenerateSerializer, Immutable, Alias("account-link")]
public sealed record AccountLink([property: Id(0)] string Hash, [property: Id(1)] DateTimeOffset Until);

/// <summary>A session that was signed out; kept until it would have run out by itself.</summary>
[GenerateSerializer, Immutable, Alias("ended-session")]
public sealed record EndedSession([property: Id(0)] string Id, [property: Id(1)] DateTimeOffset Until);
