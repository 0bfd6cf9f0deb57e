using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Web.Ingest.Agents;
using MQTTnet.Protocol;

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

    /// <summary>How surely it is told: at least once, if it has asked for that much.</summary>
    public MqttQualityOfServiceLevel Quality { get; private set; }

    public static string UpTopicOf(string device) => $"antiloss/v1/{device}/up";

    public static string DownTopicOf(string device) => $"antiloss/v1/{device}/down";

    /// <summary>Whether the enrolment of this connection has been followed by another, or the phone was retired.</summary>
    public bool IsOver(DeviceRow row) => row.Retired || row.AgentEnrolment > Proof.Enrolment;

    /// <summary>It has subscribed: what was pushed before may not have been heard.</summary>
    public void Listen(MqttQualityOfServiceLevel quality)
    {
        lock (_gate)
        {
            IsListening = true;
            Quality = quality == MqttQualityOfServiceLevel.AtMostOnce ? quality : MqttQualityOfServiceLevel.AtLeastOnce;
            _pushed.Clear();
        }
    }

    /// <summary>Whether a row says that there are commands, or that the connection is over; the same row is looked at once.</summary>
    public bool IsNews(DeviceRow row)
    {
        lock (_gate)
        {
            if (ReferenceEquals(row, _seen) || !(row.HasCommands || IsOver(row)))
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
