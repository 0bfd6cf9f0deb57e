using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using AntiLoss.Web.Live;
using Microsoft.Extensions.Caching.Memory;

namespace AntiLoss.Web.Ingest.Agents;

/// <summary>A lost, wiped or written-off phone that turns up and asks to enrol is not let in by itself, and its people are told.</summary>
internal sealed class EnrolmentHolds(IGrainFactory grains, ShardMap shards, FleetMirror mirror) : IDisposable
{
    /// <summary>A phone that waits asks every minute; it is told of once an hour.</summary>
    private static readonly TimeSpan ToldAgainAfter = TimeSpan.FromHours(1);

    private readonly MemoryCache _told = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    /// <summary>The organization's phone that has an IMEI or an EID and is lost, wiped or written off; null if there is none.</summary>
    /// <param name="except">One that is let in, or not, by its own rules.</param>
    public async ValueTask<DeviceRow?> FindAsync(OrganizationNumber organization, string? imei, string? eid, DeviceId except, CancellationToken cancellationToken)
    {
        if (imei is null && eid is null)
            return null;
        var rows = (await mirror.ViewOfAsync(organization, cancellationToken)).OfHardware(imei, eid).Where(row => row.Key.Device != except);
        foreach (var row in rows.OrderByDescending(row => row.Protection == Protection.Lost))
        {
            if (row.Retired ? await IsWrittenOffAsync(row.Key, cancellationToken) : row.Protection is Protection.Lost or Protection.Wiped)
                return row;
        }
        return null;
    }

    /// <summary>Tells whoever looks after the phone.</summary>
    public async Task TellAsync(DeviceKey device, string software, CancellationToken cancellationToken)
    {
        if (_told.TryGetValue(device, out _))
            return;
        await shards.ShardOf(grains, device.Device).ChangeAsync(device, DeviceOperation.From(new EnrolmentHeld(software)), cancellationToken);
        _told.Set(device, true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = ToldAgainAfter });
    }

    public void Dispose() => _told.Dispose();

    private async ValueTask<bool> IsWrittenOffAsync(DeviceKey device, CancellationToken cancellationToken) =>
        await shards.ShardOf(grains, device.Device).ReadAsync(device, cancellationToken) is { State.Retired.WrittenOff: true };
}
