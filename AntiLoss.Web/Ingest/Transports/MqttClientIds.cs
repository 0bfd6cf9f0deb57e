using AntiLoss.Domain.Identity;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary>
/// Which phone has which client id. A broker gives the connection and the session of an id to whoever names it next: a
/// phone that named another's would go on as that one. So an id is one phone's for as long as any connection has it, and
/// while a phone takes its own lost connection over there are two.
/// </summary>
internal sealed class MqttClientIds
{
    private readonly Dictionary<string, (DeviceKey Device, int Connections)> _ids = new(StringComparer.Ordinal);

    /// <summary>Counts one more connection of a phone under an id; false if it is another phone's.</summary>
    public bool TryTake(string id, DeviceKey device)
    {
        lock (_ids)
        {
            var (owner, connections) = _ids.GetValueOrDefault(id, (device, 0));
            if (owner != device)
                return false;
            _ids[id] = (device, connections + 1);
            return true;
        }
    }

    /// <summary>A connection under an id has ended.</summary>
    public void Release(string id)
    {
        lock (_ids)
        {
            if (_ids.Remove(id, out var taken) && taken.Connections > 1)
                _ids[id] = taken with { Connections = taken.Connections - 1 };
        }
    }
}
