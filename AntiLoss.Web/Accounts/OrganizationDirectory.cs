using System.Collections.Concurrent;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;

namespace AntiLoss.Web.Accounts;

/// <summary>
/// This node's copies of the organizations: read on every request without a grain call, asked for anew by version once
/// a copy is a second old. So a revoked key, an ended session or another name counts everywhere within about a second,
/// and at once on the node that made the change.
/// </summary>
public sealed class OrganizationDirectory(IGrainFactory grains, TimeProvider time)
{
    /// <summary>How old a copy may be before its grain is asked whether there is a newer one.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<uint, Copy<Organization>> _organizations = new();
    private readonly Copy<Installation> _installation = new(new Installation());

    /// <summary>The organization of that number; null if there is none.</summary>
    public async ValueTask<Organization?> FindAsync(OrganizationNumber number, CancellationToken cancellationToken = default)
    {
        if (!_organizations.TryGetValue(number.Value, out var copy))
        {
            // Numbers arrive in forged keys too: only one that the installation knows may wake a grain.
            if (!(await InstallationAsync(cancellationToken)).Has(number))
                return null;
            copy = _organizations.GetOrAdd(number.Value, _ => new Copy<Organization>(new Organization()));
        }
        var organization = IsFresh(copy.CheckedAt)
            ? copy.Value
            : await RefreshAsync(copy, grains.GetGrain<IOrganizationGrain>(number.Value).ReadAsync, item => item.Version, cancellationToken);
        return organization.Exists ? organization : null;
    }

    /// <summary>The organization of a caller, which is known to exist.</summary>
    public async ValueTask<Organization> OfAsync(Caller caller, CancellationToken cancellationToken = default) =>
        await FindAsync(caller.Organization, cancellationToken)
        ?? throw new InvalidOperationException($"Organization {caller.Organization} does not exist.");

    /// <summary>Which organizations there are.</summary>
    public ValueTask<Installation> InstallationAsync(CancellationToken cancellationToken = default) =>
        IsFresh(_installation.CheckedAt)
            ? ValueTask.FromResult(_installation.Value)
            : RefreshAsync(_installation, grains.GetGrain<IInstallationGrain>(0).ReadAsync, item => item.Version, cancellationToken);

    /// <summary>Takes what a change has just answered, so that this node's next read sees it.</summary>
    public void Accept(Organization organization)
    {
        if (organization.Exists)
            _organizations.GetOrAdd(organization.Number.Value, _ => new Copy<Organization>(new Organization())).Accept(organization, item => item.Version);
    }

    /// <inheritdoc cref="Accept(Organization)"/>
    public void Accept(Installation installation) => _installation.Accept(installation, item => item.Version);

    private bool IsFresh(long checkedAt) => checkedAt != 0 && time.GetElapsedTime(checkedAt) < Freshness;

    private async ValueTask<T> RefreshAsync<T>(
        Copy<T> copy, Func<long, CancellationToken, ValueTask<T?>> read, Func<T, long> version, CancellationToken cancellationToken)
        where T : class
    {
        var askedAt = time.GetTimestamp();
        if (await read(version(copy.Value), cancellationToken) is { } newer)
            copy.Accept(newer, version);
        copy.CheckedAt = askedAt;
        return copy.Value;
    }

    /// <summary>The highest version seen, and when its grain was last asked.</summary>
    private sealed class Copy<T>(T value) where T : class
    {
        private volatile T _value = value;
        private long _checkedAt;

        public T Value => _value;

        public long CheckedAt
        {
            get => Volatile.Read(ref _checkedAt);
            set => Volatile.Write(ref _checkedAt, value);
        }

        public void Accept(T newer, Func<T, long> version)
        {
            while (_value is var old && version(newer) > version(old) && Interlocked.CompareExchange(ref _value, newer, old) != old)
            {
            }
        }
    }
}
