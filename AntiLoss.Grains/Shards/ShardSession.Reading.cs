using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Devices;

namespace AntiLoss.Grains.Shards;

/// <summary>What the shard is asked for.</summary>
internal sealed partial class ShardSession
{
    private const int MaxRowsPerPage = 5_000;
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(5);

    public async ValueTask<DeviceView?> ReadAsync(DeviceKey device)
    {
        if (_phones.Find(device) is not { } phone)
            return null;
        var view = await AwakenAsync(phone);
        if (view is null && phone.Row is { Damaged: true } damaged)
            return new DeviceView(damaged, new DeviceState { Name = damaged.Name, Fleet = damaged.Fleet });
        return view is not null && phone.Row is { Damaged: true } ? view with { Row = phone.Row } : view;
    }

    public async ValueTask<DeviceTrack> ReadTrackAsync(DeviceKey device, DateTimeOffset since, DateTimeOffset until)
    {
        if (_phones.Find(device) is not { } phone)
            return new DeviceTrack([]);
        await AwakenAsync(phone);
        return await GrainOf(device).ReadTrackAsync(since, until);
    }

    public RowPage Rows(OrganizationNumber organization, DeviceId? after, int limit)
    {
        limit = Math.Clamp(limit, 1, MaxRowsPerPage);
        var rows = _phones.RowsOf(organization, after).Take(limit).ToImmutableArray();
        return new RowPage(Epoch, _changes.Version, rows, rows.Length == limit ? rows[^1].Key.Device : null);
    }

    public async ValueTask<RowChanges> ChangesAsync(long version, ImmutableArray<OrganizationNumber> organizations, CancellationToken cancellationToken)
    {
        var hold = Task.Delay(LongestHold, _services.Time, cancellationToken);
        while (true)
        {
            // Its rows may still be read, but they grow old and nobody may take them for current.
            if (HasFailed)
                return new RowChanges(0, 0, []);
            var seen = _changes.Version;
            var rows = _changes.Since(version, organizations);
            if (!rows.IsEmpty || hold.IsCompleted)
                return new RowChanges(Epoch, seen, rows);
            version = seen;
            await Task.WhenAny(_changes.WhenNews(), hold);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private IDeviceGrain GrainOf(DeviceKey device) => _services.Grains.GetGrain<IDeviceGrain>(device.ToString());
}
