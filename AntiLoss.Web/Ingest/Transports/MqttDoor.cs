using System.Collections;
using System.Security.Cryptography;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Identity;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary>Whoever is at the other end of an MQTT connection.</summary>
internal interface IMqttGuest
{
    DeviceKey Device { get; }
}

/// <summary>
/// The broker's door: who connects is an agent or an app by the form of its password, and is served as that for as long as
/// the connection lasts. The broker relays nothing between clients and keeps nothing.
/// </summary>
internal sealed class MqttDoor(OwnTracksMqtt apps, AgentMqtt agents)
{
    private const string SessionKey = "guest";

    private readonly MqttClientIds _clientIds = new();

    /// <summary>Attaches to the broker; called once, before it starts.</summary>
    public void Serve(MqttServer server)
    {
        server.ValidatingConnectionAsync += ValidateAsync;
        server.InterceptingPublishAsync += publish => GuestOf(publish.SessionItems) switch
        {
            MqttAgent agent => agents.PublishAsync(server, publish, agent),
            var guest => apps.PublishAsync(publish, guest as MqttPhone),
        };
        server.InterceptingSubscriptionAsync += subscription =>
        {
            if (GuestOf(subscription.SessionItems) is MqttAgent agent)
                AgentMqtt.Filter(subscription, agent);
            return Task.CompletedTask;
        };
        server.ClientSubscribedTopicAsync += subscribed => GuestOf(subscribed.SessionItems) switch
        {
            MqttAgent agent => agents.ListenAsync(server, subscribed.ClientId, agent, subscribed.TopicFilter.QualityOfServiceLevel),
            MqttPhone phone => apps.ListenAsync(server, subscribed.ClientId, phone, subscribed.TopicFilter),
            _ => Task.CompletedTask,
        };
        server.ClientUnsubscribedTopicAsync += unsubscribed =>
        {
            (GuestOf(unsubscribed.SessionItems) as MqttPhone)?.Ignore(unsubscribed.TopicFilter);
            return Task.CompletedTask;
        };
        server.ClientDisconnectedAsync += disconnected =>
        {
            _clientIds.Release(disconnected.ClientId);
            if (disconnected.DisconnectType != MqttClientDisconnectType.Takeover)
            {
                apps.Leave(disconnected.ClientId);
                agents.Leave(disconnected.ClientId);
            }
            return Task.CompletedTask;
        };
    }

    private async Task ValidateAsync(ValidatingConnectionEventArgs connection)
    {
        IMqttGuest? guest = AgentSignIn.HasForm(connection.Password) ? await agents.GreetAsync(connection) : await apps.GreetAsync(connection);
        if (guest is null)
            return;
        // To name it to a client that has one of its own is an error of the protocol, on which some hang up.
        if (connection.ClientId is not { Length: > 0 } client)
            connection.AssignedClientIdentifier = RandomNumberGenerator.GetHexString(32);
        else if (!_clientIds.TryTake(client, guest.Device))
            connection.ReasonCode = MqttConnectReasonCode.ClientIdentifierNotValid;
        connection.SessionItems[SessionKey] = guest;
    }

    private static IMqttGuest? GuestOf(IDictionary session) => session[SessionKey] as IMqttGuest;
}
