using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Fleets;

/// <summary>What it takes to found an organization. Repeating it with the same address changes nothing.</summary>
[GenerateSerializer, Immutable, Alias("founding")]
public sealed record Founding
{
    [Id(0)] public required string Name { get; init; }

    /// <summary>Name of its first fleet.</summary>
    [Id(1)] public required string FleetName { get; init; }

    /// <summary>Address of its owner, in lower case.</summary>
    [Id(2)] public required string Email { get; init; }

    [Id(3)] public required string AccountName { get; init; }
    [Id(4)] public required string PasswordHash { get; init; }

    /// <summary>Hash of a first API key; null for none.</summary>
    [Id(5)] public string? ApiKeyHash { get; init; }

    /// <summary>Whether this is the set-up: the owner owns the installation too, and it is refused once there is one.</summary>
    [Id(6)] public bool IsSetup { get; init; }

    [Id(7)] public string TimeZone { get; init; } = "UTC";
}

/// <summary>What became of a founding.</summary>
[GenerateSerializer, Immutable, Alias("founding-answer")]
public sealed record FoundingAnswer(
    [property: Id(0)] FoundingOutcome Outcome,
    [property: Id(1)] Organization? Organization,
    [property: Id(2)] Installation Installation);

/// <summary>Whether an organization was founded.</summary>
public enum FoundingOutcome
{
    Founded = 0,

    /// <summary>Somebody has set this installation up already.</summary>
    AlreadySetUp = 1,

    /// <summary>An account has that address already.</summary>
    EmailTaken = 2,

    /// <summary>The first organization is made by the set-up.</summary>
    NotSetUp = 3,
}

/// <summary>The installation: which organizations there are, and where an address signs in.</summary>
[GenerateSerializer, Immutable, Alias("installation")]
public sealed record Installation
{
    [Id(0)] public long Version { get; init; }

    /// <summary>Organizations by number.</summary>
    [Id(1)] public ImmutableSortedDictionary<uint, OrganizationEntry> Organizations { get; init; } =
        ImmutableSortedDictionary<uint, OrganizationEntry>.Empty;

    /// <summary>The last number that was given out.</summary>
    [Id(2)] public uint LastNumber { get; init; }

    /// <summary>Organization by the address of an account in it, in lower case.</summary>
    [Id(3)] public ImmutableDictionary<string, uint> Addresses { get; init; } = ImmutableDictionary<string, uint>.Empty;

    /// <summary>Whether the first organization has been founded.</summary>
    public bool IsSetUp => Organizations.Values.Any(entry => entry.IsFounded);

    /// <summary>Whether there is an organization of that number.</summary>
    public bool Has(OrganizationNumber organization) =>
        Organizations.TryGetValue(organization.Value, out var entry) && entry.IsFounded;
}

/// <summary>An organization in the installation's list.</summary>
/// <param name="IsFounded">False between the reservation of its number and its own first write; a repeat finishes it.</param>
[GenerateSerializer, Immutable, Alias("organization-entry")]
public sealed record OrganizationEntry(
    [property: Id(0)] OrganizationNumber Number,
    [property: Id(1)] string OwnerEmail,
    [property: Id(2)] DateTimeOffset ReservedAt,
    [property: Id(3)] bool IsFounded);
