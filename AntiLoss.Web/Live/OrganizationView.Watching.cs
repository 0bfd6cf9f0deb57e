using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;

namespace AntiLoss.Web.Live;

/// <content>What viewer sessions read, under <see cref="Gate"/>.</content>
public sealed partial class OrganizationView
{
    internal ref readonly PhoneSlot SlotOf(int handle) => ref _slots[handle];

    internal int? HandleOf(DeviceId device) => _handles.TryGetValue(device, out var handle) ? handle : null;

    internal string PersonNameOf(DeviceRow row) => _names.NameOf(Organization, row.Person);

    /// <summary>The running counts of a scope; null if it is one fleet that has never had a phone.</summary>
    internal FleetTally? TallyOf(FleetScope fleets)
    {
        if (fleets.IsAll)
            return _all;
        if (fleets.Single is { } single)
            return _fleets.GetValueOrDefault(single);
        if (_several.TryGetValue(fleets, out var known))
            return known;
        var tally = new FleetTally();
        for (var handle = 0; handle < Count; handle++)
            tally.Replace(null, InScope(fleets, _slots[handle].Row));
        _several.Add(fleets, tally);
        return tally;
    }

    /// <summary>How many phones of a scope are in view; counts no further than just beyond <paramref name="limit"/>.</summary>
    internal int CountIn(ViewScope scope, int limit)
    {
        if (scope.Viewport is not { } viewport)
            return TallyOf(scope.Fleets)?.All ?? 0;
        var count = 0;
        foreach (var (cell, phones, inside) in _grid.CellsIn(viewport))
        {
            if (inside && scope.Fleets.IsAll)
            {
                count += phones;
            }
            else
            {
                foreach (var handle in _grid.HandlesIn(cell))
                    count += scope.Contains(_slots[handle].Row) ? 1 : 0;
            }
            if (count > limit)
                return count;
        }
        return count;
    }

    /// <summary>Adds the handles of a scope that are in view to <paramref name="handles"/>, rising.</summary>
    internal void FindIn(ViewScope scope, List<int> handles)
    {
        if (scope.Viewport is not { } viewport)
        {
            for (var handle = 0; handle < Count; handle++)
            {
                if (scope.Contains(_slots[handle].Row))
                    handles.Add(handle);
            }
            return;
        }
        foreach (var (cell, _, _) in _grid.CellsIn(viewport))
        {
            foreach (var handle in _grid.HandlesIn(cell))
            {
                if (scope.Contains(_slots[handle].Row))
                    handles.Add(handle);
            }
        }
        handles.Sort();
    }

    /// <summary>The clusters of a scope's fleets at a level, at most a second old; shared by all its viewers.</summary>
    internal ClusterLayer ClustersOf(FleetScope fleets, int level, DateTimeOffset now) =>
        _clusters.Of(fleets, level, now, Changes.Head, _slots.AsSpan(0, Count));

    private static DeviceRow? InScope(FleetScope fleets, DeviceRow? row) => row is not null && fleets.Contains(row.Fleet) ? row : null;
}

/// <summary>What a viewer looks at: some fleets or the whole organization, and a part of the map or everywhere.</summary>
internal sealed record ViewScope(FleetScope Fleets, Viewport? Viewport)
{
    public bool Contains(DeviceRow row) =>
        !row.Retired
        && Fleets.Contains(row.Fleet)
        && (Viewport is null || row.Place is { } place && Viewport.Contains(place));

    /// <summary>The same by a change's own figures; a retired phone is nowhere.</summary>
    public bool MayContain(in Change change) =>
        Fleets.Contains(change.Fleet)
        && (Viewport is null || change.LatitudeE6 != Change.Nowhere && Viewport.Contains(change.LatitudeE6, change.LongitudeE6));
}
