using System.Buffers;
using System.Net;
using System.Security.Cryptography;
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
/// friends and what is wanted of it (<see cref="MqttNews"/>), and nothing else.
/// </summary>
internal sealed class OwnTracksMqtt(
    PhoneReception reception, MqttNews news, MasterKeys keys, IOptions<LimitOptions> limits, IHostApplicationLifetime lifetime)
{
    private const string SessionKey = "phone";
    private static readonly OwnTracksJson Protocol = new();

    private readonly MqttClientIds _clientIds = new();

    /// <summary>Attaches to the broker; called once, before it starts.</summary>
    public void Serve(MqttServer server)
    {
        server.ValidatingConnectionAsync += ValidateAsync;
        server.InterceptingPublishAsync += PublishAsync;
        server.ClientSubscribedTopicAsync += subscribed =>
            PhoneOf(subscribed.SessionItems) is { } phone ? news.ListenAsync(server, subscribed.ClientId, phone, subscribed.TopicFilter) : Task.CompletedTask;
        server.ClientUnsubscribedTopicAsync += unsubscribed =>
        {
            PhoneOf(unsubscribed.SessionItems)?.Ignore(unsubscribed.TopicFilter);
            return Task.CompletedTask;
        };
        server.ClientDisconnectedAsync += disconnected =>
        {
            _clientIds.Release(disconnected.ClientId);
            if (disconnected.DisconnectType != MqttClientDisconnectType.Takeover)
                news.Leave(disconnected.ClientId);
            return Task.CompletedTask;
        };
    }

    private async Task ValidateAsync(ValidatingConnectionEventArgs connection)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "";
        var origin = new PhoneOrigin("MQTT", address, DropsWhatIsRefused: false);
        var proof = PhoneProof.Of(keys, connection.Password, connection.UserName, connection.ClientId);
        var answer = (await reception.GreetAsync(Protocol.Name, proof, origin)).Answer;
        connection.ReasonCode = answer switch
        {
            PhoneAnswer.Taken => MqttConnectReasonCode.Success,
            PhoneAnswer.Later => MqttConnectReasonCode.ServerUnavailable,
            _ => MqttConnectReasonCode.BadUserNameOrPassword,
        };
        if (answer != PhoneAnswer.Taken)
            return;
        // To name it to a client that has one of its own is an error of the protocol, on which some hang up.
        if (connection.ClientId is not { Length: > 0 } client)
            connection.AssignedClientIdentifier = RandomNumberGenerator.GetHexString(32);
        else if (!_clientIds.TryTake(client, proof.Credential.Device))
            connection.ReasonCode = MqttConnectReasonCode.ClientIdentifierNotValid;
        connection.SessionItems[SessionKey] = new MqttPhone(proof, origin);
    }

    private async Task PublishAsync(InterceptingPublishEventArgs publish)
    {
        // Nothing is relayed and nothing retained, whatever the flags say.
        publish.ProcessPublish = false;
        publish.CloseConnection = true;
        var message = publish.ApplicationMessage;
        if (PhoneOf(publish.SessionItems) is not { } phone)
            return;
        if (!IsOwnTopic(message.Topic, phone.Device.Device))
        {
            publish.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
            phone.IsClosing = true;
            return;
        }
        // When we end a connection, its last will is not the phone's; a message that is cut off by it comes again.
        if (phone.IsClosing || lifetime.ApplicationStopping.IsCancellationRequested)
            return;
        if (!message.Topic.StartsWith(phone.BaseTopic, StringComparison.Ordinal))
            phone.BaseTopic = string.Join('/', message.Topic.Split('/').Take(3));
        var bytes = message.Payload.IsSingleSegment ? message.Payload.First : message.Payload.ToArray();
        var length = bytes.Length;
        bytes = bytes[..Math.Min(length, limits.Value.BodyBytes)];
        var secret = OwnTracksJson.MayBeEncrypted(bytes.Span) ? phone.Proof.Credential.OwnTracksSecret(keys) : null;
        phone.Secret ??= secret;
        phone.HasSpoken = true;
        var decoded = length > bytes.Length
            ? Decoded.Malformed.TooLong(length)
            : Protocol.Decode(bytes.Span, secret);
        var (answer, _) = await reception.ReceiveAsync(Protocol.Name, phone.Proof, decoded, phone.Origin, bytes);
        // Without an acknowledgement the phone keeps the message, and sends it again when it has connected again.
        publish.CloseConnection = phone.IsClosing = answer != PhoneAnswer.Taken;
    }

    private static MqttPhone? PhoneOf(System.Collections.IDictionary session) => session[SessionKey] as MqttPhone;

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
}
