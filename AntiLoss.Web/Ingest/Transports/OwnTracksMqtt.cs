using System.Buffers;
using System.Net;
using AntiLoss.Domain.Identity;
using AntiLoss.Web.Ingest.Phones;
using AntiLoss.Web.Ingest.Protocols;
using Microsoft.Extensions.Options;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary>
/// OwnTracks over MQTT 3.1, 3.1.1 and 5. A phone publishes under its own topics, and its message is acknowledged once it
/// is durable; whatever it subscribes to, it hears of its friends and what is wanted of it (<see cref="MqttNews"/>), and
/// nothing else.
/// </summary>
internal sealed class OwnTracksMqtt(
    PhoneReception reception, MqttNews news, MasterKeys keys, IOptions<LimitOptions> limits, IHostApplicationLifetime lifetime)
{
    private static readonly OwnTracksJson Protocol = new();

    /// <summary>The phone that connects; null if it is none of ours.</summary>
    public async Task<MqttPhone?> GreetAsync(ValidatingConnectionEventArgs connection)
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
        return answer == PhoneAnswer.Taken ? new MqttPhone(proof, origin) : null;
    }

    /// <summary>A phone has subscribed.</summary>
    public Task ListenAsync(MqttServer server, string clientId, MqttPhone phone, MqttTopicFilter filter) => news.ListenAsync(server, clientId, phone, filter);

    /// <summary>A connection has ended.</summary>
    public void Leave(string clientId) => news.Leave(clientId);

    /// <summary>Takes a phone's message.</summary>
    /// <param name="guest">Null if nobody is known to be at the other end.</param>
    public async Task PublishAsync(InterceptingPublishEventArgs publish, MqttPhone? guest)
    {
        // Nothing is relayed and nothing retained, whatever the flags say.
        publish.ProcessPublish = false;
        publish.CloseConnection = true;
        var message = publish.ApplicationMessage;
        if (guest is not { } phone)
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
