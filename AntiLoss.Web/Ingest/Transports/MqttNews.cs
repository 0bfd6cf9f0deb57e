using System.Buffers;
using System.Collections.Concurrent;
using AntiLoss.Web.Ingest.Phones;
using AntiLoss.Web.Live;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary>
/// Tells phones that are connected over MQTT what is wanted of them, and once they have spoken where their friends are:
/// all of them when they subscribe, and every few seconds those that have moved. The latest place wins, so that nothing queues for a slow phone.
/// One whose credential has been revoked meanwhile hears nothing more: it is disconnected.
/// </summary>
internal sealed partial class MqttNews(Friends friends, FleetMirror mirror, AppOrders orders, TimeProvider time, ILogger<MqttNews> logger) : BackgroundService
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (MqttServer Server, MqttPhone Phone)> _listeners = new(StringComparer.Ordinal);

    /// <summary>A phone has subscribed: it hears of all its friends, as of retained messages, and from then on of those that move.</summary>
    public Task ListenAsync(MqttServer server, string clientId, MqttPhone phone, MqttTopicFilter filter)
    {
        phone.Listen(filter.Topic, filter.QualityOfServiceLevel);
        _listeners[clientId] = (server, phone);
        return TellAsync(server, clientId, phone, isRetained: true);
    }

    /// <summary>A connection has ended.</summary>
    public void Leave(string clientId) => _listeners.TryRemove(clientId, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TellEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var (clientId, (server, phone)) in _listeners)
                    await TryTellAsync(server, clientId, phone);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task TryTellAsync(MqttServer server, string clientId, MqttPhone phone)
    {
        try
        {
            await TellAsync(server, clientId, phone, isRetained: false);
        }
        catch (Exception exception)
        {
            // Fan-out to one of many: it has gone meanwhile, and its end is on its way here.
            LogNotTold(phone.Device.Device.ToString(), exception);
        }
    }

    private async Task TellAsync(MqttServer server, string clientId, MqttPhone phone, bool isRetained)
    {
        if (!phone.IsListening)
            return;
        if (mirror.ViewAtHand(phone.Device.Organization)?.Find(phone.Device.Device) is { } own && phone.Proof.IsRevokedIn(own))
        {
            phone.IsClosing = true;
            await server.DisconnectClientAsync(clientId, MqttDisconnectReasonCode.NotAuthorized);
            return;
        }
        var wanted = phone.HearsCommands && orders.MayHaveAny(phone.Device) ? await orders.TakeAsync(phone.Device, CancellationToken.None) : [];
        var news = phone.NewsOf(phone.HasSpoken ? await friends.OfAsync(phone.Device) : [], wanted);
        if (news.Count == 0)
            return;
        var session = await server.GetSessionAsync(clientId);
        foreach (var (topic, payload) in news)
        {
            var isCommand = topic == phone.CommandTopic;
            _ = session.TryEnqueueApplicationMessage(
                new MqttApplicationMessage
                {
                    Topic = topic, Payload = new ReadOnlySequence<byte>(payload), Retain = isRetained && !isCommand,
                    // A friend moves again; a command is said once a connection.
                    QualityOfServiceLevel = isCommand ? phone.CommandQuality : MqttQualityOfServiceLevel.AtMostOnce,
                },
                out _);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Device {DeviceId} could not be told its news.")]
    private partial void LogNotTold(string deviceId, Exception exception);
}
