using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using AntiLoss.Domain.Identity;
using AntiLoss.Web.Ingest.Phones;
using AntiLoss.Web.Ingest.Protocols;
using Microsoft.Extensions.Options;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary>
/// OwnTracks over MQTT 3.1, 3.1.1 and 5. The broker relays nothing between clients and keeps nothing: a phone publishes
/// under its own topics, and its message is acknowledged once it is durable; whatever it subscribes to, it hears of its
/// friends and of nobody else.
/// </summary>
internal sealed class OwnTracksMqtt(PhoneReception reception, Friends friends, MasterKeys keys, IOptions<LimitOptions> limits)
{
    private const string SessionKey = "phone";
    private static readonly OwnTracksJson Protocol = new();

    private readonly ConcurrentDictionary<string, DeviceKey> _clients = new(StringComparer.Ordinal);

    /// <summary>Attaches to the broker; called once, before it starts.</summary>
    public void Serve(MqttServer server)
    {
        server.ValidatingConnectionAsync += ValidateAsync;
        server.InterceptingPublishAsync += PublishAsync;
        server.ClientSubscribedTopicAsync += subscribed => DeliverFriendsAsync(server, subscribed);
        server.ClientDisconnectedAsync += disconnected =>
        {
            _clients.TryRemove(disconnected.ClientId, out _);
            return Task.CompletedTask;
        };
    }

    private async Task ValidateAsync(ValidatingConnectionEventArgs connection)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "";
        var origin = new PhoneOrigin("MQTT", address, DropsWhatIsRefused: false);
        var proof = PhoneProof.Of(keys, connection.Password, connection.UserName, connection.ClientId);
        var answer = await reception.GreetAsync(Protocol.Name, proof, origin);
        connection.ReasonCode = answer switch
        {
            PhoneAnswer.Taken => MqttConnectReasonCode.Success,
            PhoneAnswer.Later => MqttConnectReasonCode.ServerUnavailable,
            _ => MqttConnectReasonCode.BadUserNameOrPassword,
        };
        if (answer != PhoneAnswer.Taken)
            return;
        // A client id of another phone would take that phone's connection over.
        var device = proof.Credential.Device;
        if (connection.ClientId is { Length: > 0 } client && _clients.GetOrAdd(client, device) != device)
            connection.ReasonCode = MqttConnectReasonCode.ClientIdentifierNotValid;
        connection.SessionItems[SessionKey] = new Phone(proof, origin);
    }

    private async Task PublishAsync(InterceptingPublishEventArgs publish)
    {
        // Nothing is relayed and nothing retained, whatever the flags say.
        publish.ProcessPublish = false;
        var message = publish.ApplicationMessage;
        if (publish.SessionItems[SessionKey] is not Phone phone || !IsOwnTopic(message.Topic, phone.Proof.Credential.Device.Device))
        {
            publish.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
            publish.CloseConnection = true;
            return;
        }
        var bytes = message.Payload.IsSingleSegment ? message.Payload.First : message.Payload.ToArray();
        var secret = OwnTracksJson.MayBeEncrypted(bytes.Span) ? phone.Proof.Credential.OwnTracksSecret(keys) : null;
        phone.Secret ??= secret;
        var decoded = bytes.Length > limits.Value.BodyBytes
            ? new Decoded.Malformed("longer than a message may be")
            : Protocol.Decode(bytes.Span, secret);
        var answer = await reception.ReceiveAsync(Protocol.Name, phone.Proof, decoded, phone.Origin, bytes);
        // Without an acknowledgement the phone keeps the message, and sends it again when it has connected again.
        publish.CloseConnection = answer != PhoneAnswer.Taken;
    }

    private async Task DeliverFriendsAsync(MqttServer server, ClientSubscribedTopicEventArgs subscribed)
    {
        if (subscribed.SessionItems[SessionKey] is not Phone phone)
            return;
        var rows = await friends.OfAsync(phone.Proof.Credential.Device);
        if (rows.IsEmpty)
            return;
        var session = await server.GetSessionAsync(subscribed.ClientId);
        foreach (var row in rows)
        {
            var topic = $"owntracks/friends/{Friends.TrackerIdOf(row)}";
            var (location, card) = Friends.ToMessages(row);
            Deliver(session, subscribed.TopicFilter.Topic, topic, phone.Sealed(location));
            Deliver(session, subscribed.TopicFilter.Topic, topic + "/info", phone.Sealed(card));
        }
    }

    private static void Deliver(MqttSessionStatus session, string filter, string topic, byte[] payload)
    {
        if (MqttTopicFilterComparer.Compare(topic, filter) != MqttTopicFilterCompareResult.IsMatch)
            return;
        var message = new MqttApplicationMessage { Topic = topic, Payload = new ReadOnlySequence<byte>(payload), Retain = true };
        _ = session.TryEnqueueApplicationMessage(message, out _);
    }

    /// <summary>
    /// Whether a topic is the phone's own: <c>owntracks/&lt;id&gt;/…</c> or <c>owntracks/…/&lt;id&gt;</c>, whatever the
    /// first level and what follows. The topic never decides who it is, only whether it may.
    /// </summary>
    internal static bool IsOwnTopic(string? topic, DeviceId device)
    {
        Span<Range> levels = stackalloc Range[4];
        var count = topic.AsSpan().Split(levels, '/');
        return count >= 3
            && ((DeviceId.TryParse(topic.AsSpan()[levels[1]], out var user) && user == device)
                || (DeviceId.TryParse(topic.AsSpan()[levels[2]], out var named) && named == device));
    }

    /// <summary>Who is at the other end of a connection.</summary>
    private sealed class Phone(PhoneProof proof, PhoneOrigin origin)
    {
        public PhoneProof Proof { get; } = proof;

        public PhoneOrigin Origin { get; } = origin;

        /// <summary>The secret, once the phone has encrypted something.</summary>
        public string? Secret { get; set; }

        public byte[] Sealed(byte[] message) => Secret is null ? message : OwnTracksJson.Encrypt(message, Secret);
    }
}
