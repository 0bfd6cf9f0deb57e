using Orleans.Concurrency;

namespace AntiLoss.Grains.Fleets;

/// <summary>The installation, key 0: gives organizations their numbers and knows where an address signs in.</summary>
[Alias("installation-grain"), GrainInterfaceType("installation")]
public interface IInstallationGrain : IGrainWithIntegerKey
{
    /// <summary>The installation, if its version is higher than the one that the caller has; else null.</summary>
    [Alias("read"), ReadOnly]
    ValueTask<Installation?> ReadAsync(long knownVersion, CancellationToken cancellationToken = default);

    /// <summary>
    /// Founds an organization with its owner. One that broke off half-way (number reserved, organization not written)
    /// is finished by repeating it with the same address.
    /// </summary>
    [Alias("found")]
    ValueTask<FoundingAnswer> FoundAsync(Founding founding, CancellationToken cancellationToken = default);

    /// <summary>Keeps an address for an account of an organization; false if another organization has it. Repeating it changes nothing.</summary>
    [Alias("reserve-address")]
    ValueTask<bool> ReserveAddressAsync(string email, uint organization, CancellationToken cancellationToken = default);

    /// <summary>Gives an organization's address back, after its account is gone.</summary>
    [Alias("release-address")]
    ValueTask ReleaseAddressAsync(string email, uint organization, CancellationToken cancellationToken = default);
}
