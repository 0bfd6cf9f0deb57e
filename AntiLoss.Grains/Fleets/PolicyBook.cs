using System.Collections.Concurrent;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Fleets;

/// <summary>
/// A silo's copy of its organizations' policies. A version never changes, so a copy can only lack one; which version
/// is in force in a fleet may be some seconds old, and every entry of the log names the one that was taken.
/// </summary>
public sealed class PolicyBook(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<OrganizationNumber, Copy> _copies = new();

    /// <summary>Version of the policy in force in a fleet; null while the organization has not been read. Waits for nothing.</summary>
    public int? VersionInForce(OrganizationNumber organization, int fleet) => Copied(organization)?.PolicyVersionOfFleet(fleet);

    /// <summary>The policy in force in a fleet, as far as is known here; the default one while the organization has not been read.</summary>
    public DevicePolicy InForce(OrganizationNumber organization, int fleet) => Copied(organization)?.PolicyOfFleet(fleet) ?? DevicePolicy.Default;

    /// <summary>The policy of a version that an entry names.</summary>
    public ValueTask<DevicePolicy> FindAsync(OrganizationNumber organization, int version)
    {
        if (version <= DevicePolicy.Default.Version)
            return new(DevicePolicy.Default);
        return _copies.TryGetValue(organization, out var copy) && copy.Organization?.Policies.TryGetValue(version, out var policy) == true
            ? new(policy)
            : FetchAsync(organization, version);
    }

    private Organization? Copied(OrganizationNumber organization)
    {
        var copy = _copies.GetOrAdd(organization, _ => new Copy());
        if ((copy.Organization is null || time.GetElapsedTime(copy.TriedAt) > FreshFor) && copy.TryBegin())
            _ = RefreshAsync(organization, copy);
        return copy.Organization;
    }

    private async ValueTask<DevicePolicy> FetchAsync(OrganizationNumber organization, int version)
    {
        var copy = _copies.GetOrAdd(organization, _ => new Copy());
        copy.Keep(await ReadAsync(organization));
        return copy.Organization!.PolicyOf(version);
    }

    private async Task RefreshAsync(OrganizationNumber organization, Copy copy)
    {
        try
        {
            copy.Keep(await ReadAsync(organization));
        }
        catch (Exception)
        {
            // What was known goes on for another while; whoever needs a version that it lacks asks for it and is told.
        }
        finally
        {
            copy.End(time.GetTimestamp());
        }
    }

    private async Task<Organization> ReadAsync(OrganizationNumber organization) =>
        await grains.GetGrain<IOrganizationGrain>(organization.Value).ReadAsync(knownVersion: -1) ?? new Organization();

    private sealed class Copy
    {
        private readonly Lock _gate = new();
        private bool _isReading;
        private volatile Organization? _organization;
        private long _triedAt;

        public Organization? Organization => _organization;

        public long TriedAt => Volatile.Read(ref _triedAt);

        public bool TryBegin()
        {
            lock (_gate)
                return !_isReading && (_isReading = true);
        }

        /// <summary>Keeps what was read, unless something newer is here.</summary>
        public void Keep(Organization read)
        {
            lock (_gate)
            {
                if (!(_organization?.Version > read.Version))
                    _organization = read;
            }
        }

        public void End(long now)
        {
            Volatile.Write(ref _triedAt, now);
            lock (_gate)
                _isReading = false;
        }
    }
}
