using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;
using AntiLoss.Tests.Support;
using AntiLoss.Web.Ingest.Protocols;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace AntiLoss.Tests.Ingest;

/// <summary>Phones that speak MQTT with the real server.</summary>
[Collection(IngestTests.Name)]
public sealed class MqttTests(IngestServer server)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MqttProtocolVersion.V310)]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_phone_publishes_under_its_own_topics_only(MqttProtocolVersion version)
    {
        var phone = await server.EnrolAsync();
        using var client = await ConnectedAsync(phone, options => options.WithProtocolVersion(version));
        await client.SubscribeAsync("owntracks/+/+", cancellationToken: Stop);
        foreach (var (topic, message, quality) in new[]
        {
            ($"owntracks/{phone.Id}/phone", IngestServer.Location(0), MqttQualityOfServiceLevel.AtLeastOnce),
            ($"owntracks/jane/{phone.Id}", IngestServer.Location(1), MqttQualityOfServiceLevel.ExactlyOnce),
            ($"owntracks/{phone.Id}/phone/event", $$"""{"_type":"transition","event":"enter","desc":"Home","wtst":1,"tst":{{IngestServer.FirstFix + 2}},"lat":52.5,"lon":13.4}""", MqttQualityOfServiceLevel.AtLeastOnce),
            ($"owntracks/{phone.Id}/phone/status", """{"_type":"status","android":{"ps":1}}""", MqttQualityOfServiceLevel.AtLeastOnce),
            ($"owntracks/{phone.Id}/phone", Sealed(IngestServer.Location(3), phone.Secret), MqttQualityOfServiceLevel.AtLeastOnce),
            ($"owntracks/{phone.Id}/phone", "no json", MqttQualityOfServiceLevel.AtLeastOnce),
        })
        {
            Assert.True((await client.PublishAsync(Message(topic, message, quality), Stop)).IsSuccess, topic);
        }
        Assert.Equal("0, 1, 2, 3", await server.SecondsAsync(phone.Id, 4));

        await Assert.ThrowsAnyAsync<Exception>(async () => await client.PublishAsync(Message("owntracks/jane/phone", IngestServer.Location(9)), Stop));
        await Eventually.TrueAsync(() => !client.IsConnected, "the connection is closed");
        Assert.Equal("0, 1, 2, 3", await server.SecondsAsync(phone.Id, 4));
    }

    [Theory]
    [InlineData("mine", 0)]
    [InlineData("", 32)]
    public async Task Only_a_phone_without_a_client_id_is_given_one(string own, int lengthOfGiven)
    {
        var phone = await server.EnrolAsync();
        using var client = new MqttClientFactory().CreateMqttClient();
        var answer = await client.ConnectAsync(Options(phone).WithProtocolVersion(MqttProtocolVersion.V500).WithClientId(own).Build(), Stop);
        Assert.Equal((MqttClientConnectResultCode.Success, lengthOfGiven), (answer.ResultCode, answer.AssignedClientIdentifier?.Length ?? 0));
        Assert.True((await client.PublishAsync(Message($"owntracks/{phone.Id}/phone", IngestServer.Location(0)), Stop)).IsSuccess);
    }

    [Fact]
    public async Task What_is_not_taken_is_not_acknowledged()
    {
        var phone = await server.EnrolAsync();
        using var client = await ConnectedAsync(phone);
        await server.OperateAsync(phone.Id, "rotate", new { });
        await Assert.ThrowsAnyAsync<Exception>(async () => await client.PublishAsync(Message($"owntracks/{phone.Id}/phone", IngestServer.Location(0)), Stop));
        await Eventually.TrueAsync(() => !client.IsConnected, "the connection is closed");
        using var again = new MqttClientFactory().CreateMqttClient();
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, (await again.ConnectAsync(Options(phone).Build(), Stop)).ResultCode);
    }

    [Fact]
    public async Task Who_only_listens_is_cut_off_too_once_its_credential_is_revoked()
    {
        var (rotated, retired, staying) = (await server.EnrolAsync(), await server.EnrolAsync(), await server.EnrolAsync());
        using var first = await ListeningAsync(rotated);
        using var second = await ListeningAsync(retired);
        using var third = await ListeningAsync(staying);
        await server.OperateAsync(rotated.Id, "rotate", new { });
        await server.OperateAsync(retired.Id, "retire", new { reason = "sold" });
        await Eventually.TrueAsync(() => !first.IsConnected && !second.IsConnected, "the connections are closed");
        Assert.True(third.IsConnected);

        async Task<IMqttClient> ListeningAsync(EnrolledPhone phone)
        {
            var client = await ConnectedAsync(phone);
            await client.SubscribeAsync("owntracks/+/+", cancellationToken: Stop);
            return client;
        }
    }

    [Fact]
    public async Task A_wrong_password_opens_no_connection()
    {
        var phone = await server.EnrolAsync();
        foreach (var password in new[] { "guess", (await server.EnrolAsync()).Credential })
        {
            using var client = new MqttClientFactory().CreateMqttClient();
            Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, (await client.ConnectAsync(Options(phone with { Credential = password }).Build(), Stop)).ResultCode);
            Assert.False(client.IsConnected);
        }
    }

    [Fact]
    public async Task Nobody_goes_on_under_another_phones_client_id()
    {
        var (phone, thief) = (await server.EnrolAsync(), await server.EnrolAsync());
        using var lost = await ConnectedAsync(phone, options => options.WithClientId("shared").WithCleanSession(false));
        // The phone takes its own connection over, as after a dead one.
        using var client = await ConnectedAsync(phone, options => options.WithClientId("shared").WithCleanSession(false));
        await Eventually.TrueAsync(() => !lost.IsConnected, "the old connection is closed");
        using var stolen = new MqttClientFactory().CreateMqttClient();
        var answer = await stolen.ConnectAsync(Options(thief).WithClientId("shared").WithCleanSession(false).Build(), Stop);
        Assert.Equal(MqttClientConnectResultCode.ClientIdentifierNotValid, answer.ResultCode);
        Assert.True((await client.PublishAsync(Message($"owntracks/{phone.Id}/phone", IngestServer.Location(0)), Stop)).IsSuccess);

        await client.DisconnectAsync(cancellationToken: Stop);
        // Once the phone has gone the id is free.
        await Eventually.TrueAsync(
            async () => (await stolen.ConnectAsync(Options(thief).WithClientId("shared").Build(), Stop)).ResultCode == MqttClientConnectResultCode.Success,
            "the id is free");
    }

    [Fact]
    public async Task A_last_will_is_kept_and_is_no_contact()
    {
        var phone = await server.EnrolAsync();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, server.Running.MqttPort, Stop);
            await client.GetStream().WriteAsync(ConnectPacket(phone, "owntracks/x/" + phone.Id, $$"""{"_type":"lwt","tst":{{IngestServer.FirstFix}}}"""), Stop);
            Assert.Equal(4, await client.GetStream().ReadAtLeastAsync(new byte[4], 4, cancellationToken: Stop));
        }
        var device = await Eventually.GetAsync(
            async () => await server.DeviceAsync(phone.Id) is var read && read.GetProperty("lastEvent").ValueKind == JsonValueKind.Object ? read.ToString() : null,
            "the last will has arrived");
        using var document = JsonDocument.Parse(device);
        Assert.Equal("last-will", document.RootElement.GetProperty("lastEvent").GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("lastContactAt").ValueKind);
    }

    [Theory]
    [InlineData(new byte[] { 0x10, 0xff, 0xff, 0xff, 0x7f })]
    [InlineData(new byte[] { 0x10, 0x81, 0x80, 0x04 })]
    public async Task A_packet_longer_than_any_that_is_awaited_is_not_gathered(byte[] head)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Running.MqttPort, Stop);
        await client.GetStream().WriteAsync(head, Stop);
        Assert.Equal(0, await ReadToEndAsync(client));
    }

    [Fact]
    public async Task Friends_are_told_where_the_others_are_and_go_if_the_fleet_allows_it()
    {
        var fleet = await FleetAsync(friends: true);
        var (one, other, stranger) = (await server.EnrolAsync(fleet), await server.EnrolAsync(fleet), await server.EnrolAsync());
        foreach (var phone in new[] { one, other, stranger })
            await server.OwnTracksAsync(phone, IngestServer.Location(0));
        Assert.Equal("[]", (await server.OwnTracksAsync(stranger, IngestServer.Location(0))).Body);
        var reply = await Eventually.GetAsync(
            async () => (await server.OwnTracksAsync(one, IngestServer.Location(0))).Body is { Length: > 2 } body ? body : null, "the reply names the friend");
        using (var friends = JsonDocument.Parse(reply))
        {
            Assert.Equal(["location", "card"], friends.RootElement.EnumerateArray().Select(message => message.GetProperty("_type").GetString()!));
            Assert.All(friends.RootElement.EnumerateArray(), message => Assert.Equal(other.Id[^6..], message.GetProperty("tid").GetString()));
        }

        var heard = Channel.CreateUnbounded<(string Topic, string Payload)>();
        using var client = await ConnectedAsync(one);
        // Until it speaks nobody knows whether it encrypts: it is told no places.
        await client.PublishAsync(Message($"owntracks/{one.Id}/phone", IngestServer.Location(1)), Stop);
        client.ApplicationMessageReceivedAsync += message =>
            heard.Writer.WriteAsync((message.ApplicationMessage.Topic, message.ApplicationMessage.ConvertPayloadToString()), Stop).AsTask();
        foreach (var filter in new[] { "owntracks/+/+", "owntracks/+/+/event", "owntracks/+/+/info" })
            await client.SubscribeAsync(filter, cancellationToken: Stop);
        await HearAsync(heard, message => message.Topic.EndsWith("/info", StringComparison.Ordinal));
        await server.OwnTracksAsync(other, IngestServer.Location(60, latitude: 52.501));
        await HearAsync(heard, message => message.Topic == $"owntracks/friends/{other.Id[^6..]}" && message.Payload.Contains("52.501", StringComparison.Ordinal));
    }

    private static async Task HearAsync(Channel<(string Topic, string Payload)> heard, Predicate<(string Topic, string Payload)> isIt)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(Eventually.Patience);
        while (!isIt(await heard.Reader.ReadAsync(patience.Token)))
        {
        }
    }

    private static async Task<int> ReadToEndAsync(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], Stop);
        }
        catch (IOException)
        {
            // A reset is an end too.
            return 0;
        }
    }

    private async Task<string> FleetAsync(bool friends)
    {
        using var answer = await server.Running.Api.PostAsJsonAsync("/api/v1/fleets", new { name = "Friends", friends }, Stop);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("id").GetString()!;
    }

    private async Task<IMqttClient> ConnectedAsync(EnrolledPhone phone, Func<MqttClientOptionsBuilder, MqttClientOptionsBuilder>? more = null)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        var options = more is null ? Options(phone) : more(Options(phone));
        Assert.Equal(MqttClientConnectResultCode.Success, (await client.ConnectAsync(options.Build(), Stop)).ResultCode);
        return client;
    }

    private MqttClientOptionsBuilder Options(EnrolledPhone phone) => new MqttClientOptionsBuilder()
        .WithTcpServer("127.0.0.1", server.Running.MqttPort).WithClientId(phone.Id).WithCredentials(phone.Id, phone.Credential)
        .WithTimeout(TimeSpan.FromSeconds(20));

    private static MqttApplicationMessage Message(string topic, string payload, MqttQualityOfServiceLevel quality = MqttQualityOfServiceLevel.AtLeastOnce) =>
        new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithQualityOfServiceLevel(quality).WithRetainFlag().Build();

    private static string Sealed(string message, string secret) =>
        System.Text.Encoding.ASCII.GetString(OwnTracksJson.Encrypt(System.Text.Encoding.UTF8.GetBytes(message), secret));

    /// <summary>A CONNECT of MQTT 3.1.1 with a last will, for a client that is to vanish without a word.</summary>
    private static byte[] ConnectPacket(EnrolledPhone phone, string willTopic, string will)
    {
        byte[] body = [.. Text("MQTT"), 4, 0b1100_0110, 0, 60, .. Text(phone.Id), .. Text(willTopic), .. Text(will), .. Text(phone.Id), .. Text(phone.Credential)];
        return [0x10, (byte)(body.Length & 0x7f | 0x80), (byte)(body.Length >> 7), .. body];

        static byte[] Text(string text) => [(byte)(text.Length >> 8), (byte)text.Length, .. System.Text.Encoding.ASCII.GetBytes(text)];
    }
}
