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
}
