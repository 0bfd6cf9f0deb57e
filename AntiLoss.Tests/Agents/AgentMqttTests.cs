using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.LoadTest.Agents;
using AntiLoss.Tests.Support;
using MQTTnet;
using MQTTnet.Protocol;

namespace AntiLoss.Tests.Agents;

/// <summary>A phone's agent and a real server over MQTT.</summary>
public sealed class AgentMqttTests : IAsyncLifetime
{
    private ServerUnderTest _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async ValueTask InitializeAsync() => _server = await ServerUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task What_a_phone_sends_is_answered_and_a_loss_is_pushed_to_it()
    {
        var device = (await ReportingPhone.EnrolAsync(_server)).Id;
        using var made = await _server.Api.PostAsync($"/api/v1/devices/{device}/enrolment-code", null, Stop);
        using var identity = await AgentIdentity.EnrolAsync(_server.Anonymous, (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString()!);
        using var transport = await MqttAgentTransport.ConnectAsync("127.0.0.1", _server.MqttPort, identity, TimeProvider.System, Stop);
        Assert.Equal(1, (await SendAsync(1, new ScreenLockSet(false)))!.Through);
        Assert.Equal(1, (await SendAsync(1, new ScreenLockSet(false)))!.Through);

        var declared = Stopwatch.GetTimestamp();
        using var lost = await _server.Api.PostAsJsonAsync($"/api/v1/devices/{device}/lost", new { reason = "stolen" }, Stop);
        Assert.Equal(HttpStatusCode.OK, lost.StatusCode);
        var pushed = new List<Command>();
        while (!pushed.Exists(command => command.Kind == CommandKind.Lock))
            pushed.AddRange(await transport.PushedAsync(Stop));
        Assert.Equal(pushed.Count, pushed.Select(command => command.Id).Distinct().Count());
        Assert.Equal(2, (await SendAsync(2, new ScreenLockSet(true)))!.Through);
        var guards = (await _server.Api.GetFromJsonAsync<JsonElement>($"/api/v1/devices/{device}", Stop)).GetProperty("guards");
        Assert.True(guards.GetProperty("lock").GetProperty("reported").GetBoolean());
        TestContext.Current.TestOutputHelper?.WriteLine($"declared lost to confirmed lock over MQTT: {Stopwatch.GetElapsedTime(declared).TotalMilliseconds:0} ms");

        Task<LoadTest.Agents.AgentReply?> SendAsync(long sequence, AgentEvent said) => transport.ExchangeAsync(new AgentMessage(identity.Enrolment, 7, [new OutboxItem(sequence, Now) { Event = said }]), Stop);
    }

    [Fact]
    public async Task What_is_forged_malformed_or_another_phone_s_is_refused_in_words_and_counted()
    {
        using var agent = await TestAgent.NewAsync(_server);
        using var other = await TestAgent.NewAsync(_server);
        var answers = Channel.CreateUnbounded<JsonElement>();
        using var client = await ConnectedAsync(agent, answers);
        foreach (var (body, status, field, reason) in ((byte[], int, string, string)[])
        [
            (agent.Sign([Lock(1)], key: other.Key).Write(), 401, "signature", "signature"),
            (other.Sign([Lock(1)]).Write(), 403, "device", "another-s"),
            (agent.Sign([Lock(1)], enrolment: agent.Enrolment + 1).Write(), 401, "signature", "unknown-enrolment"),
            (Encoding.ASCII.GetBytes("no envelope"), 400, "body", "malformed"),
        ])
        {
            await client.PublishBinaryAsync(Up(agent), body, MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: Stop);
            var answer = await answers.Reader.ReadAsync(Stop);
            Assert.Equal((status, field), (answer.GetProperty("status").GetInt32(), answer.GetProperty("errors").EnumerateObject().Single().Name));
            await Eventually.TrueAsync(async () => await AgentMetrics.RefusedAsync(_server, "envelope", reason) > 0, $"{reason} is counted");
        }
        await client.PublishBinaryAsync(Up(agent), agent.Sign([Lock(1)]).Write(), MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: Stop);
        Assert.Equal(1, (await answers.Reader.ReadAsync(Stop)).GetProperty("through").GetInt64());

        foreach (var filter in (string[])[$"antiloss/v1/{other.Id}/down", "antiloss/v1/+/down", "#"])
            Assert.NotEqual(MqttClientSubscribeResultCode.GrantedQoS0, (await client.SubscribeAsync(filter, cancellationToken: Stop)).Items.Single().ResultCode);
        await Assert.ThrowsAnyAsync<Exception>(() => client.PublishBinaryAsync(Up(other), other.Sign([Lock(1)]).Write(), MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: Stop));
        await Eventually.TrueAsync(() => !client.IsConnected, "the connection is closed");
        Assert.Equal(0, (await other.ReplyAsync(other.Sign([]))).Through);
    }

    [Fact]
    public async Task A_sign_in_opens_one_connection_of_its_own_phone_while_it_is_fresh()
    {
        using var agent = await TestAgent.NewAsync(_server);
        using var other = await TestAgent.NewAsync(_server);
        var used = AgentSignIn.Write(agent.Key, agent.Device, agent.Enrolment, Now);
        using (await ConnectedAsync(agent, Channel.CreateUnbounded<JsonElement>(), used))
        {
        }
        foreach (var (password, reason) in ((string, string)[])
        [
            (used, "repeated"),
            (AgentSignIn.Write(other.Key, agent.Device, agent.Enrolment, Now), "signature"),
            (AgentSignIn.Write(other.Key, other.Device, other.Enrolment, Now), "another-s"),
            (AgentSignIn.Write(agent.Key, agent.Device, agent.Enrolment + 1, Now), "unknown-enrolment"),
            (AgentSignIn.Write(agent.Key, agent.Device, agent.Enrolment, Now + 2 * AgentSignIn.GoodFor), "clock"),
            (AgentSignIn.Write(agent.Key, agent.Device, agent.Enrolment, Now - 2 * AgentSignIn.GoodFor), "clock"),
            ("agent.x.y", "malformed"),
        ])
        {
            using var client = new MqttClientFactory().CreateMqttClient();
            Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, (await client.ConnectAsync(Options(agent, password), Stop)).ResultCode);
            await Eventually.TrueAsync(async () => await AgentMetrics.RefusedAsync(_server, "sign-in", reason) > 0, $"{reason} is counted");
        }
    }

    [Fact]
    public async Task A_connection_ends_with_its_enrolment()
    {
        using var agent = await TestAgent.NewAsync(_server);
        using var client = await ConnectedAsync(agent, Channel.CreateUnbounded<JsonElement>());
        using var again = await TestAgent.OfAsync(_server, agent.Id);
        await Eventually.TrueAsync(() => !client.IsConnected, "the connection is closed");
    }

    private static EnvelopeItem Lock(long sequence) => new(sequence, null, null, new ScreenLockSet(true));

    private static string Up(TestAgent agent) => $"antiloss/v1/{agent.Id}/up";

    private async Task<IMqttClient> ConnectedAsync(TestAgent agent, Channel<JsonElement> answers, string? password = null)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += received =>
        {
            var answer = JsonDocument.Parse(received.ApplicationMessage.Payload.ToArray()).RootElement;
            // What is pushed answers nothing.
            if (answer.GetProperty("status").GetInt32() != 200 || answer.TryGetProperty("outbox", out _))
                answers.Writer.TryWrite(answer);
            return Task.CompletedTask;
        };
        password ??= AgentSignIn.Write(agent.Key, agent.Device, agent.Enrolment, Now);
        Assert.Equal(MqttClientConnectResultCode.Success, (await client.ConnectAsync(Options(agent, password), Stop)).ResultCode);
        await client.SubscribeAsync($"antiloss/v1/{agent.Id}/down", cancellationToken: Stop);
        return client;
    }

    private MqttClientOptions Options(TestAgent agent, string password) => new MqttClientOptionsBuilder()
        .WithTcpServer("127.0.0.1", _server.MqttPort).WithClientId(agent.Id).WithCredentials(agent.Id, password).Build();
}
