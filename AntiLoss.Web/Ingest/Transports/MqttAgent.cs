using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Web.Ingest.Agents;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary>The agent at the other end of an MQTT connection, and what it has been pushed.</summary>
internal sealed class MqttAgent(AgentProof proof, string address) : IMqttGuest
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _pushed = [];
    private DeviceRow? _seen;

    public AgentProof Proof { get; } = proof;

    public DeviceKey Device => Proof.Device;

    /// <summary>The peer's IP address.</summary>
    public string Address { get; } = address;

    /// <summary>Where it publishes.</summary>
    public string UpTopic { get; } = UpTopicOf($"{proof.Device.Device}");

    /// <summary>Where it hears.</summary>
    public string DownTopic { get; } = DownTopicOf($"{proof.Device.Device}");

    /// <summary>The outbox that it sent from last; 0 while it has not.</summary>
    public ulong Outbox { get; set; }

    /// <summary>Whether it has subscribed to its down topic.</summary>
    public bool IsListening { get; private set; }

    public static string UpTopicOf(string device) => $"antiloss/v1/{device}/up";

    public static string DownTopicOf(string device) => $"antiloss/v1/{device}/down";

    /// <summary>It has subscribed: what was pushed before may not have been heard.</summary>
    public void Listen()
    {
        lock (_gate)
        {
            IsListening = true;
            _pushed.Clear();
        }
    }

    /// <summary>Whether a row says something that was not looked at; the same row is looked at once.</summary>
    public bool IsNews(DeviceRow row)
    {
        lock (_gate)
        {
            if (ReferenceEquals(row, _seen))
                return false;
            _seen = row;
            return true;
        }
    }

    /// <summary>What was to be pushed was not.</summary>
    public void LookAgain()
    {
        lock (_gate)
            _seen = null;
    }

    /// <summary>Whether a command has not been pushed over this connection; from now on it has.</summary>
    public bool Pushes(string command)
    {
        lock (_gate)
            return _pushed.Add(command);
    }
}
