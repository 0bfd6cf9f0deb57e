using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Web.Ingest.Phones;
using AntiLoss.Web.Ingest.Protocols;
using MQTTnet;
using MQTTnet.Protocol;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary>Who is at the other end of an MQTT connection, what it wants to hear, and what it has been told.</summary>
internal sealed class MqttPhone(PhoneProof proof, PhoneOrigin origin) : IMqttGuest
{
    /// <summary>What one phone may subscribe to; the apps want three.</summary>
    private const int MaxFilters = 20;

    private const string CommandLevel = "/cmd";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, MqttQualityOfServiceLevel> _filters = new(StringComparer.Ordinal);
    private readonly Dictionary<DeviceId, long> _told = [];
    private readonly HashSet<string> _ordered = [];

    public PhoneProof Proof { get; } = proof;

    public PhoneOrigin Origin { get; } = origin;

    public DeviceKey Device => Proof.Credential.Device;

    /// <summary>The secret, once the phone has encrypted something.</summary>
    public string? Secret { get; set; }

    /// <summary>We end the connection: the broker will speak a last will that is not the phone's.</summary>
    public bool IsClosing { get; set; }

    /// <summary>
    /// It has published in this connection: whether it encrypts is known, and with it whether the places of others may be
    /// told it in clear.
    /// </summary>
    public bool HasSpoken { get; set; }

    public bool IsListening => _filters.Count > 0;

    /// <summary>Where the phone publishes, and below which it subscribes to its commands.</summary>
    public string BaseTopic { get; set; } = $"owntracks/{proof.Credential.Device.Device}/{proof.Credential.Device.Device}";

    /// <summary>Whether it has subscribed to the topic of its commands.</summary>
    public bool HearsCommands
    {
        get
        {
            lock (_gate)
                return IsSubscribed(CommandTopic);
        }
    }

    public string CommandTopic => BaseTopic + CommandLevel;

    /// <summary>How surely its commands are delivered: at least once, if it has asked for that much.</summary>
    public MqttQualityOfServiceLevel CommandQuality
    {
        get
        {
            lock (_gate)
                return Covering(CommandTopic).Select(filter => filter.Value).Append(MqttQualityOfServiceLevel.AtMostOnce).Max() == MqttQualityOfServiceLevel.AtMostOnce
                    ? MqttQualityOfServiceLevel.AtMostOnce : MqttQualityOfServiceLevel.AtLeastOnce;
        }
    }

    /// <summary>Takes note of a subscription; what was told before is told again, as a retained message would be.</summary>
    public void Listen(string filter, MqttQualityOfServiceLevel quality)
    {
        lock (_gate)
        {
            // It names where it will publish before it does.
            if (filter.EndsWith(CommandLevel, StringComparison.Ordinal) && OwnTracksMqtt.IsOwnTopic(filter, Device.Device))
                BaseTopic = filter[..^CommandLevel.Length];
            if (_filters.Count < MaxFilters)
                _filters[filter] = quality;
            _told.Clear();
            _ordered.Clear();
        }
    }

    public void Ignore(string filter)
    {
        lock (_gate)
            _filters.Remove(filter);
    }

    /// <summary>The messages that tell what is wanted of it, and what is new of its friends: where they are, and once what they are called.</summary>
    public List<(string Topic, byte[] Payload)> NewsOf(ImmutableArray<DeviceRow> friends, ImmutableArray<AppOrder> orders)
    {
        var news = new List<(string, byte[])>();
        lock (_gate)
        {
            foreach (var order in orders.Where(order => _ordered.Add(order.Id)))
                Add(news, CommandTopic, order.Message);
            foreach (var friend in friends)
            {
                var isKnown = _told.TryGetValue(friend.Key.Device, out var toldAt);
                if (isKnown && toldAt == friend.FixedAtMs)
                    continue;
                _told[friend.Key.Device] = friend.FixedAtMs;
                var topic = $"owntracks/friends/{Friends.TrackerIdOf(friend)}";
                var (location, card) = Friends.ToMessages(friend);
                Add(news, topic, location);
                if (!isKnown)
                    Add(news, topic + "/info", card);
            }
        }
        return news;
    }

    private void Add(List<(string, byte[])> news, string topic, byte[] payload)
    {
        if (IsSubscribed(topic))
            news.Add((topic, Secret is null ? payload : OwnTracksJson.Encrypt(payload, Secret)));
    }

    private bool IsSubscribed(string topic) => Covering(topic).Any();

    private IEnumerable<KeyValuePair<string, MqttQualityOfServiceLevel>> Covering(string topic) =>
        _filters.Where(filter => MqttTopicFilterComparer.Compare(topic, filter.Key) == MqttTopicFilterCompareResult.IsMatch);
}
