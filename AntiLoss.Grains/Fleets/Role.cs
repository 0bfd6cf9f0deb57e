namespace AntiLoss.Grains.Fleets;

/// <summary>What an account is in its organization. Accounts from before there were roles could do everything: they are owners.</summary>
public enum Role
{
    /// <summary>Does everything in the whole organization.</summary>
    Owner = 0,

    /// <summary>Acts on the phones and people of the fleets that it is given.</summary>
    Operator = 1,

    /// <summary>Reads of the fleets that it is given, and changes nothing.</summary>
    Viewer = 2,
}

/// <summary>What a caller may do where it sees anything.</summary>
[Flags]
public enum Rights
{
    None = 0,

    /// <summary>Reads phones, people, alerts, history.</summary>
    Read = 1,

    /// <summary>Sends reports of phones.</summary>
    Report = 2,

    /// <summary>Changes phones and people, and acts on phones.</summary>
    Act = 4,

    /// <summary>Changes the organization: fleets, policies, accounts, keys, tokens.</summary>
    Manage = 8,

    All = Read | Report | Act | Manage,
}

/// <summary>What roles may do.</summary>
public static class Roles
{
    public static Rights RightsOf(Role role) => role switch
    {
        Role.Owner => Rights.All,
        Role.Operator => Rights.Read | Rights.Act,
        Role.Viewer => Rights.Read,
        _ => Rights.None,
    };
}

/// <summary>What an account may do, and where.</summary>
/// <param name="Fleets">The numbers of its fleets; of no meaning for an owner, who sees all.</param>
[GenerateSerializer, Immutable, Alias("account-grant")]
public sealed record AccountGrant([property: Id(0)] Role Role, [property: Id(1)] ImmutableArray<int> Fleets);

/// <summary>What an API key may do, and where.</summary>
/// <param name="Fleets">The numbers of its fleets; null for all.</param>
[GenerateSerializer, Immutable, Alias("key-grant")]
public sealed record KeyGrant([property: Id(0)] Rights Rights, [property: Id(1)] ImmutableArray<int>? Fleets)
{
    /// <summary>Everything, everywhere: what keys from before there were scopes may do.</summary>
    public static readonly KeyGrant Everything = new(Rights.All, null);

    public FleetScope Scope => Fleets is { } fleets ? FleetScope.Of(fleets) : FleetScope.All;
}

/// <summary>What to change of an account; null leaves it as it is.</summary>
[GenerateSerializer, Immutable, Alias("account-edit")]
public sealed record AccountEdit([property: Id(0)] AccountGrant? Grant, [property: Id(1)] bool? Disabled);
