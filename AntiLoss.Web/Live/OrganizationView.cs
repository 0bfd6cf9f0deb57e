using System.Security.Cryptography;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;

namespace AntiLoss.Web.Live;

/// <summary>
/// The latest row of every phone of one organization, as its shards last said: what lists, counts, search and the live
/// map are read from. Refers to the shards' immutable rows, never copies them. Safe from any thread.
/// </summary>
public sealed partial class OrganizationView
{
    private readonly IPersonNames _names;
    private readonly Dictionary<DeviceId, int> _handles = [];
    private readonly Dictionary<int, FleetTally> _fleets = [];
    private readonly FleetTally _all = new();

    /// <summary>Counts of several fleets together: one for each such set that somebody sees.</summary>
    private readonly Dictionary<FleetScope, FleetTally> _several = [];
    private readonly PhoneGrid _grid = new();
    private readonly ClusterLayers _clusters = new();
    private PhoneSlot[] _slots = [];
    private SortedSet<ListPosition>? _listed;

    public OrganizationView(OrganizationNumber organization, IPersonNames names)
    {
        ArgumentNullException.ThrowIfNull(names);
        Organization = organization;
        _names = names;
        Incarnation = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    }

    public OrganizationNumber Organization { get; }

    /// <summary>How many phones it has, retired ones too.</summary>
    public int Count => _handles.Count;

    /// <summary>Guards everything here. Held for as long as one frame or one page takes.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Changes with every new view: handles and change numbers mean nothing to another.</summary>
    internal ulong Incarnation { get; }

    internal ChangeRing Changes { get; } = new();

    /// <summary>
    /// Takes a row that is newer than the one that is known, or else leaves it: from a shard, or from whoever has just
    /// changed the phone and wants the change seen at once.
    /// </summary>
    /// <returns>Whether it was news.</returns>
    public bool Offer(DeviceRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (row.Key.Organization != Organization)
            throw new ArgumentException($"Phone {row.Key} does not belong to organization {Organization}.", nameof(row));
        lock (Gate)
            return Take(row);
    }

    /// <summary>Takes many rows at once.</summary>
    public void Offer(IEnumerable<DeviceRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        lock (Gate)
        {
            foreach (var row in rows)
                Take(row);
        }
    }

    /// <summary>A phone's row; null if the organization has no such phone.</summary>
    public DeviceRow? Find(DeviceId device)
    {
        lock (Gate)
            return _handles.TryGetValue(device, out var handle) ? _slots[handle].Row : null;
    }

    /// <summary>The phones of an IMEI or an EID: more than one if it was added twice, or retired and added again.</summary>
    public ImmutableArray<DeviceRow> OfHardware(string? imei, string? eid)
    {
        lock (Gate)
            return [.. _slots.Take(Count).Select(slot => slot.Row).Where(row => (imei is not null && row.Imei == imei) || (eid is not null && row.Eid == eid))];
    }

    /// <summary>The counts of some fleets together.</summary>
    public FleetCounts CountsOf(FleetScope fleets)
    {
        ArgumentNullException.ThrowIfNull(fleets);
        lock (Gate)
            return TallyOf(fleets)?.ToCounts() ?? FleetCounts.None;
    }

    /// <summary>A page of the phones that a query asks for, urgent first, then by name.</summary>
    public DeviceListPage List(DeviceListQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var limit = Math.Clamp(query.Limit, 1, 10_000);
        var rows = ImmutableArray.CreateBuilder<DeviceRow>(Math.Min(limit, 1000));
        lock (Gate)
        {
            foreach (var position in PositionsAfter(query.After))
            {
                var row = _slots[_handles[position.Device]].Row;
                if (!Matches(row, query))
                    continue;
                // One more than the page holds: there is a next one.
                if (rows.Count == limit)
                {
                    var last = ListPosition.Of(rows[rows.Count - 1]);
                    return new DeviceListPage(rows.DrainToImmutable(), last);
                }
                rows.Add(row);
            }
        }
        return new DeviceListPage(rows.DrainToImmutable(), null);
    }

    /// <summary>A person was renamed: every phone that the person has is introduced anew.</summary>
    public void PeopleChanged(Func<int, bool> changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        lock (Gate)
        {
            for (var handle = 0; handle < Count; handle++)
            {
                ref var slot = ref _slots[handle];
                if (slot.Row.Person == 0 || !changed(slot.Row.Person))
                    continue;
                Log(ref slot, handle, slot.Row);
                slot.IntroducedAt = slot.ChangedAt;
            }
        }
    }

    private bool Take(DeviceRow row)
    {
        if (!_handles.TryGetValue(row.Key.Device, out var handle))
        {
            handle = AddSlot(row.Key.Device);
        }
        else
        {
            var known = _slots[handle].Row;
            if (row.Version < known.Version || ReferenceEquals(row, known) || row.Version == known.Version && row == known)
                return false;
        }
        Replace(handle, row);
        return true;
    }

    private int AddSlot(DeviceId device)
    {
        var handle = _handles.Count;
        _handles.Add(device, handle);
        if (handle >= _slots.Length)
            Array.Resize(ref _slots, Math.Max(_slots.Length * 2, 64));
        return handle;
    }

    private void Replace(int handle, DeviceRow row)
    {
        ref var slot = ref _slots[handle];
        var old = slot.Row;
        _all.Replace(old, row);
        if (old is not null && old.Fleet != row.Fleet)
        {
            FleetOf(old.Fleet).Replace(old, null);
            FleetOf(row.Fleet).Replace(null, row);
        }
        else
        {
            FleetOf(row.Fleet).Replace(old, row);
        }
        foreach (var (fleets, tally) in _several)
            tally.Replace(InScope(fleets, old), InScope(fleets, row));
        if (old?.Place != row.Place || old?.Retired != row.Retired)
            _grid.Place(handle, row.Retired ? null : row.Place);
        Relist(old, row);
        Log(ref slot, handle, row);
        if (old is null || old.Name != row.Name || old.Person != row.Person || old.Fleet != row.Fleet)
            slot.IntroducedAt = slot.ChangedAt;
    }

    private void Log(ref PhoneSlot slot, int handle, DeviceRow row)
    {
        if (slot.Row is not null)
            slot.Before = WireRow.Of(slot.Row);
        slot.Row = row;
        var place = row.Retired ? null : row.Place;
        Changes.Add(new Change(handle, place?.LatitudeE6 ?? Change.Nowhere, place?.LongitudeE6 ?? 0, row.Fleet), Count);
        slot.ChangedBeforeAt = slot.ChangedAt;
        slot.ChangedAt = Changes.Head;
    }

    private void Relist(DeviceRow? old, DeviceRow row)
    {
        if (_listed is null)
            return;
        var position = ListPosition.Of(row);
        if (old is not null && ListPosition.Of(old) is var was && was != position)
            _listed.Remove(was);
        _listed.Add(position);
    }

    private IEnumerable<ListPosition> PositionsAfter(ListPosition? after)
    {
        // Made when it is first asked for: an organization that is only watched needs none.
        _listed ??= new SortedSet<ListPosition>(_slots.Take(Count).Select(slot => ListPosition.Of(slot.Row)));
        if (after is not { } from)
            return _listed;
        return _listed.Count == 0 || _listed.Max <= from ? [] : _listed.GetViewBetween(from, _listed.Max).SkipWhile(position => position <= from);
    }

    private bool Matches(DeviceRow row, DeviceListQuery query) =>
        row.Retired == query.Retired
        && query.Fleets.Contains(row.Fleet)
        && (query.State is not { } state || LiveStates.Of(row) == state)
        && (string.IsNullOrWhiteSpace(query.Search) || IsFound(row, query.Search.AsSpan().Trim()));

    private bool IsFound(DeviceRow row, ReadOnlySpan<char> text)
    {
        if (Has(row.Name, text) || Has(row.Imei, text) || Has(_names.NameOf(Organization, row.Person), text))
            return true;
        foreach (var tag in row.Tags)
        {
            if (Has(tag, text))
                return true;
        }
        return text.Length == 26 && text.Equals(row.Key.Device.ToString(), StringComparison.OrdinalIgnoreCase);

        static bool Has(string? field, ReadOnlySpan<char> text) => field.AsSpan().Contains(text, StringComparison.OrdinalIgnoreCase);
    }

    private FleetTally FleetOf(int fleet)
    {
        if (!_fleets.TryGetValue(fleet, out var tally))
            _fleets.Add(fleet, tally = new FleetTally());
        return tally;
    }
}

/// <summary>A phone's row and what viewers need to know about its last change.</summary>
internal struct PhoneSlot
{
    public DeviceRow Row;

    /// <summary>The row before the last change: what a viewer who has missed nothing knows.</summary>
    public WireRow Before;

    /// <summary>Number of its last change, and of the one before.</summary>
    public long ChangedAt, ChangedBeforeAt;

    /// <summary>Number of the last change of what introduces it: its name, person or fleet.</summary>
    public long IntroducedAt;
}
