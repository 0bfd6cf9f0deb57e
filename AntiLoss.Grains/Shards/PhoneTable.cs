using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Shards;

/// <summary>The phones of a shard, by key, and by organization in order of id.</summary>
internal sealed class PhoneTable
{
    private readonly Dictionary<DeviceKey, Phone> _phones = [];
    private readonly Dictionary<OrganizationNumber, SortedSet<DeviceId>> _organizations = [];

    public IEnumerable<Phone> All => _phones.Values;

    /// <summary>The rows of all phones that have one.</summary>
    public IEnumerable<DeviceRow> Rows => _phones.Values.Where(phone => phone.Row is not null).Select(phone => phone.Row!);

    public int Count => _phones.Count;

    public int CountOf(OrganizationNumber organization) => _organizations.GetValueOrDefault(organization)?.Count ?? 0;

    public Phone? Find(DeviceKey key) => _phones.GetValueOrDefault(key);

    /// <summary>The phone of a key, made if it is new.</summary>
    public Phone Of(DeviceKey key)
    {
        if (_phones.TryGetValue(key, out var phone))
            return phone;
        _phones.Add(key, phone = new Phone(key));
        if (!_organizations.TryGetValue(key.Organization, out var devices))
            _organizations.Add(key.Organization, devices = []);
        devices.Add(key.Device);
        return phone;
    }

    /// <summary>Rows of an organization after a device id, in order of id.</summary>
    public IEnumerable<DeviceRow> RowsOf(OrganizationNumber organization, DeviceId? after)
    {
        if (!_organizations.TryGetValue(organization, out var devices))
            yield break;
        var rest = after is { } id ? devices.GetViewBetween(id, new DeviceId(ulong.MaxValue, ulong.MaxValue)) : devices;
        foreach (var device in rest)
        {
            if (device != after && _phones[new DeviceKey(organization, device)].Row is { } row)
                yield return row;
        }
    }
}
