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

    /// <summary>The policy in force in a fleet, as far as is known here; call <see cref="LoadAsync"/> once before.</summary>
    public DevicePolicy InForce(OrganizationNumber organization, int fleet)
    {
        if (!_copies.TryGetValue(organization, out var copy))
            return DevicePolicy.Default;
        if (time.GetElapsedTime(copy.ReadAt) > FreshFor && copy.TryBeginRefresh())
            _ = RefreshAsync(organization, copy);
        return copy.Organization.PolicyOfFleet(fleet);
    }

    /// <summary>The policy of a version that an entry names.</summary>
    public ValueTask<DevicePolicy> FindAsync(OrganizationNumber organization, int version)
    {
        if (version <= 1)
            return new(DevicePolicy.Default);
        return _copies.TryGetValue(organization, out var copy) && copy.Organization.Policies.TryGetValue(version, out var policy)
            ? new(policy)
            : FetchAsync(organization, version);
    }

    /// <summary>Copies an organization's policies, if they are not here yet.</summary>
    public async ValueTask LoadAsync(OrganizationNumber organization)
    {
        if (!_copies.ContainsKey(organization))
            await ReadAsync(organization);
    }

    private async ValueTask<DevicePolicy> FetchAsync(OrganizationNumber organization, int version) =>
        (await ReadAsync(organization)).Organization.PolicyOf(version);

    private async Task RefreshAsync(OrganizationNumber organization, Copy copy)
    {
        try
        {
            await ReadAsync(organization);
        }
        catch (Exception)
        {
            // The old copy goes on for another while; whoever needs a version that it lacks asks for it and is told.
            copy.EndRefresh(time.GetTimestamp());
        }
    }

    private async ValueTask<Copy> ReadAsync(OrganizationNumber organization)
    {
        var read = await grains.GetGrain<IOrganizationGrain>(organization.Value).ReadAsync(knownVersion: -1) ?? new Organization();
        return _copies.AddOrUpdate(organization, _ => new Copy(read, time.GetTimestamp()),
            (_, old) => new Copy(read.Version >= old.Organization.Version ? read : old.Organization, time.GetTimestamp()));
    }

    private sealed class Copy(Organization organization, long readAt)
    {
        private int _isRefreshing;

        public Organization Organization { get; } = organization;

        public long ReadAt { get; private set; } = readAt;

        public bool TryBeginRefresh() => Interlocked.Exchange(ref _isRefreshing, 1) == 0;

        public void EndRefresh(long now)
        {
            ReadAt = now;
            Volatile.Write(ref _isRefreshing, 0);
        }
    }
}
