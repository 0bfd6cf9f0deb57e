using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Web.Ingest.Agents;
using AntiLoss.Web.Live;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary>
/// The agent protocol over MQTT: a phone publishes its envelopes to <c>antiloss/v1/&lt;device&gt;/up</c>, and hears their
/// answers, and its commands as soon as they are there, at <c>antiloss/v1/&lt;device&gt;/down</c>. That a message was
/// acknowledged by MQTT says nothing; the answer does.
/// </summary>
internal sealed partial class AgentMqtt(
    AgentExchange exchange, AgentDoor door, AgentInstruments instruments, FleetMirror mirror, TimeProvider time, ILogger<AgentMqtt> logger) : BackgroundService
{
    /// <summary>Pushes under way at once.</summary>
    private const int PushesAtOnce = 32;

    private readonly ConcurrentDictionary<string, (MqttServer Server, MqttAgent Agent)> _listeners = new(StringComparer.Ordinal);

    /// <summary>The agent that connects; null if it is none.</summary>
    public async Task<MqttAgent?> GreetAsync(ValidatingConnectionEventArgs connection)
    {
        connection.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
        AgentSignIn signIn;
        try
        {
            signIn = AgentSignIn.Read(connection.Password);
        }
        catch (AgentFormatException)
        {
            instruments.OnSignIn("malformed");
            return null;
        }
        if (!DeviceId.TryParse(connection.UserName, out var named) || named != signIn.Device.Device)
        {
            instruments.OnSignIn("another-s");
            return null;
        }
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "";
        var verdict = await door.ProveAsync(signIn, address, CancellationToken.None);
        if (verdict.Proof is not { } proof)
        {
            if (verdict.Wait is not null)
                connection.ReasonCode = MqttConnectReasonCode.ServerUnavailable;
            return null;
        }
        connection.ReasonCode = MqttConnectReasonCode.Success;
        return new MqttAgent(proof, address);
    }

    /// <summary>Takes an envelope, and answers it.</summary>
    public async Task PublishAsync(MqttServer server, InterceptingPublishEventArgs publish, MqttAgent agent)
    {
        publish.ProcessPublish = false;
        var message = publish.ApplicationMessage;
        if (message.Topic != agent.UpTopic)
        {
            publish.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
            publish.CloseConnection = true;
            instruments.OnEnvelope("another-s");
            return;
        }
        var bytes = message.Payload.IsSingleSegment ? message.Payload.First : message.Payload.ToArray();
        var answer = MqttAgentAnswer.Of(await TakeAsync(bytes, agent));
        try
        {
            await SendAsync(server, publish.ClientId, agent, answer);
        }
        catch (Exception exception)
        {
            // The connection's loop: a last will is answered to nobody, and who has gone sends it again.
            LogNotAnswered(agent.Device.Device.ToString(), exception);
        }
    }

    /// <summary>A phone hears what is its own, and nothing else.</summary>
    public static void Filter(InterceptingSubscriptionEventArgs subscription, MqttAgent agent)
    {
        if (subscription.TopicFilter.Topic == agent.DownTopic)
            return;
        subscription.ProcessSubscription = false;
        subscription.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
    }

    /// <summary>A phone has subscribed: it hears of the commands that wait, and from then on of those that come.</summary>
    public async Task ListenAsync(MqttServer server, string clientId, MqttAgent agent, MqttQualityOfServiceLevel quality)
    {
        agent.Listen(quality);
        _listeners[clientId] = (server, agent);
        await TryPushAsync(server, clientId, agent);
    }

    /// <summary>A connection has ended.</summary>
    public void Leave(string clientId) => _listeners.TryRemove(clientId, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var look = new PeriodicTimer(AgentExchange.LookEvery, time);
        var pushing = new ParallelOptions { MaxDegreeOfParallelism = PushesAtOnce, CancellationToken = stoppingToken };
        try
        {
            while (await look.WaitForNextTickAsync(stoppingToken))
            {
                var due = _listeners.Where(listener => RowOf(listener.Value.Agent) is { } row && listener.Value.Agent.IsNews(row)).ToList();
                await Parallel.ForEachAsync(due, pushing, async (listener, _) => await TryPushAsync(listener.Value.Server, listener.Key, listener.Value.Agent));
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private DeviceRow? RowOf(MqttAgent agent) => mirror.ViewAtHand(agent.Device.Organization)?.Find(agent.Device.Device);

    private async Task<AgentOutcome> TakeAsync(ReadOnlyMemory<byte> bytes, MqttAgent agent)
    {
        try
        {
            var outcome = await exchange.TakeAsync(bytes, waitSeconds: 0, agent.Address, agent.Device, CancellationToken.None);
            agent.Outbox = outcome.Head?.Outbox ?? agent.Outbox;
            return outcome;
        }
        catch (Exception exception)
        {
            // The connection's loop: the phone keeps what it sent, and sends it again.
            LogNotTaken(agent.Device.Device.ToString(), exception);
            return new AgentOutcome(null, AgentRefusal.Of(Grains.Shards.RequestOutcome.Busy), null);
        }
    }

    private async Task TryPushAsync(MqttServer server, string clientId, MqttAgent agent)
    {
        try
        {
            if (RowOf(agent) is { } row && agent.IsOver(row))
                await server.DisconnectClientAsync(clientId, MqttDisconnectReasonCode.NotAuthorized);
            else if (await exchange.AskAsync(agent.Proof, agent.Outbox, agent.Pushes, CancellationToken.None) is not { } reply)
                agent.LookAgain();
            else if (reply.Commands.Count > 0)
                await SendAsync(server, clientId, agent, MqttAgentAnswer.Of(reply));
        }
        catch (Exception exception)
        {
            // Fan-out to one of many: it gets its commands with its next answer.
            agent.LookAgain();
            LogNotPushed(agent.Device.Device.ToString(), exception);
        }
    }

    private static async Task SendAsync(MqttServer server, string clientId, MqttAgent agent, MqttAgentAnswer answer)
    {
        if (!agent.IsListening)
            return;
        var session = await server.GetSessionAsync(clientId);
        _ = session.TryEnqueueApplicationMessage(new MqttApplicationMessage
        {
            Topic = agent.DownTopic, Payload = new ReadOnlySequence<byte>(answer.Write()), QualityOfServiceLevel = agent.Quality,
        }, out _);
    }

    [LoggerMessage(LogLevel.Error, "An envelope of device {DeviceId} failed; the phone will send it again.")]
    private partial void LogNotTaken(string deviceId, Exception exception);

    [LoggerMessage(LogLevel.Debug, "Device {DeviceId} could not be answered.")]
    private partial void LogNotAnswered(string deviceId, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Device {DeviceId} could not be pushed its commands; it gets them with its next answer.")]
    private partial void LogNotPushed(string deviceId, Exception exception);
}

/// <summary>What a phone hears at its down topic: the answer to an envelope, or, without <paramref name="Outbox"/>, commands that have come.</summary>
/// <param name="Status">200, or as HTTP would refuse it.</param>
/// <param name="Outbox">Of the envelope that is answered, as it wrote it.</param>
/// <param name="First">Of the envelope that is answered.</param>
/// <param name="RetryAfter">Seconds after which to send the same again.</param>
internal sealed record MqttAgentAnswer(
    int Status, string? Outbox = null, long? First = null, long? Through = null, IReadOnlyList<SignedMessage>? Commands = null, int? PolicyVersion = null,
    IReadOnlyDictionary<string, string[]>? Errors = null, int? RetryAfter = null)
{
    public static MqttAgentAnswer Of(AgentReply reply) =>
        new(StatusCodes.Status200OK, Through: reply.Through, Commands: reply.Commands, PolicyVersion: reply.PolicyVersion);

    public static MqttAgentAnswer Of(AgentOutcome outcome) =>
        (outcome.Refusal is { } refusal ? new MqttAgentAnswer(refusal.Status, Errors: refusal.Errors, RetryAfter: refusal.RetryAfter) : Of(outcome.Reply!)) with
        {
            Outbox = outcome.Head?.Outbox.ToString("x16", System.Globalization.CultureInfo.InvariantCulture),
            First = outcome.Head?.First,
        };

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, MqttAgentAnswerJson.Default.MqttAgentAnswer);
}

[JsonSerializable(typeof(MqttAgentAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class MqttAgentAnswerJson : JsonSerializerContext;
