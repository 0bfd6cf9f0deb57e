namespace AntiLoss.Grains.Fleets;

/// <summary>What became of a change to an organization.</summary>
/// <param name="Organization">The organization after the change, or as it is if it was refused.</param>
/// <param name="Number">Number of the fleet, person or API key that it was about.</param>
[GenerateSerializer, Immutable, Alias("organization-answer")]
public sealed record OrganizationAnswer(
    [property: Id(0)] OrganizationRefusal Refusal,
    [property: Id(1)] Organization Organization,
    [property: Id(2)] int Number)
{
    public bool IsRefused => Refusal != OrganizationRefusal.None;
}

/// <summary>Why a change was refused.</summary>
public enum OrganizationRefusal
{
    /// <summary>It was not.</summary>
    None = 0,

    /// <summary>There is no such organization, fleet, person, API key or account.</summary>
    Unknown = 1,

    /// <summary>Another one has that name.</summary>
    NameTaken = 2,

    /// <summary>The fleet that it names does not exist.</summary>
    UnknownFleet = 3,

    /// <summary>An organization has at least one fleet.</summary>
    LastFleet = 4,

    /// <summary>People belong to that fleet.</summary>
    InUse = 5,

    /// <summary>There are as many as there may be.</summary>
    TooMany = 6,

    /// <summary>Somebody else has changed it since it was read.</summary>
    Outdated = 7,
}
