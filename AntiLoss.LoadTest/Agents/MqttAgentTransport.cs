using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace AntiLoss.LoadTest.Agents;

/// <summary>The agent protocol as a phone speaks it over MQTT: one connection, envelopes up, answers and commands down.</summary>
public sealed class MqttAgentTransport : IAgentTransport, IDisposable
{
    private static readonly TimeSpan AnsweredWithin = TimeSpan.FromSeconds(30);
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly AgentIdentity _identity;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly Channel<ReadOnlyMemory<byte>> _answers = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
    private readonly Channel<ReadOnlyMemory<byte>> _pushed = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();

    private MqttAgentTransport(AgentIdentity identity)
    {
        _identity = identity;
        _client.ApplicationMessageReceivedAsync += received =>
        {
            Hear(received.ApplicationMessage.Payload.ToArray());
            return Task.CompletedTask;
        };
    }

    /// <summary>Signs in and subscribes.</summary>
    /// <exception cref="MqttCommunicationException">The server does not let it in, or can't be reached.</exception>
    public static async Task<MqttAgentTransport> ConnectAsync(string host, int port, AgentIdentity identity, TimeProvider time, CancellationToken cancellationToken)
    {
        var transport = new MqttAgentTransport(identity);
        try
        {
            var device = $"{identity.Device.Device}";
            await transport._client.ConnectAsync(
                new MqttClientOptionsBuilder().WithTcpServer(host, port).WithClientId(device).WithCredentials(device, identity.SignIn(time.GetUtcNow())).Build(), cancellationToken);
            await transport._client.SubscribeAsync($"antiloss/v1/{device}/down", cancellationToken: cancellationToken);
            return transport;
        }
        catch
        {
            transport.Dispose();
            throw;
        }
    }

    public async Task<AgentReply?> ExchangeAsync(AgentMessage message, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(AnsweredWithin);
        try
        {
            await _client.PublishBinaryAsync($"antiloss/v1/{_identity.Device.Device}/up", _identity.Sign(message), MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: over.Token);
            while (true)
            {
                // An answer to what was given up on before may come first.
                var answer = await _answers.Reader.ReadAsync(over.Token);
                var head = JsonSerializer.Deserialize<Head>(answer.Span, Web)!;
                if (head.Outbox == message.Outbox.ToString("x16", CultureInfo.InvariantCulture) && head.First == (message.Items.IsEmpty ? 1 : message.Items[0].Sequence))
                    return head.Status == 200 ? _identity.Read(answer.Span) : null;
            }
        }
        catch (Exception exception) when (exception is MqttCommunicationException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>The next commands that the server pushes, nobody having asked.</summary>
    public async Task<ImmutableArray<Command>> PushedAsync(CancellationToken cancellationToken) =>
        _identity.Read((await _pushed.Reader.ReadAsync(cancellationToken)).Span).Commands;

    public Task<DevicePolicy> PolicyAsync(int version, CancellationToken cancellationToken) => Task.FromResult(_identity.PolicyOf(version));

    public void Dispose() => _client.Dispose();

    private void Hear(byte[] message) =>
        (JsonSerializer.Deserialize<Head>(message, Web) is { Status: 200, Outbox: null } ? _pushed : _answers).Writer.TryWrite(message);

    /// <summary>Which envelope is answered; of a push neither.</summary>
    private sealed record Head(int Status, string? Outbox, long? First);
}
