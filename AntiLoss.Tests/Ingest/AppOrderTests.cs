using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AntiLoss.Tests.Support;
using MQTTnet;
using MQTTnet.Protocol;

namespace AntiLoss.Tests.Ingest;

/// <summary>What OwnTracks and Traccar Client can be told, on a real server.</summary>
[Collection(IngestTests.Name)]
public sealed class AppOrderTests(IngestServer server)
{
    private const string Android = "Owntracks-Android/gp/420503000";
    private const string Ask = """[{"_type":"cmd","action":"reportLocation"}]""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OwnTracks_is_asked_with_every_answer_until_it_tells_a_newer_place()
    {
        var phone = await server.EnrolAsync();
        await server.OwnTracksAsync(phone, IngestServer.Location(0), Android);
        await CommandAsync(phone, "locate");

        Assert.Equal(Ask, (await server.OwnTracksAsync(phone, IngestServer.Location(1), Android)).Body);
        Assert.Equal("sent", await StateAsync(phone, "locate"));
        Assert.Equal(Ask, (await server.OwnTracksAsync(phone, IngestServer.Location(2), Android)).Body);

        await server.OwnTracksAsync(phone, IngestServer.Location(SecondsSinceFirstFix() + 1), Android);
        Assert.Equal("succeeded", await StateAsync(phone, "locate"));
        await Eventually.TrueAsync(async () => (await server.OwnTracksAsync(phone, IngestServer.Location(3), Android)).Body == "[]", "nothing more is asked");
    }

    [Fact]
    public async Task A_lost_phone_is_told_to_report_often_until_it_says_something_new()
    {
        var phone = await server.EnrolAsync();
        await server.OwnTracksAsync(phone, IngestServer.Location(0), Android);
        await ActAsync(phone, "lost");

        var often = """[{"_type":"cmd","action":"setConfiguration","configuration":{"_type":"configuration","monitoring":2,"moveModeLocatorInterval":30}}]""";
        Assert.Equal(often, (await server.OwnTracksAsync(phone, IngestServer.Location(1), Android)).Body);
        // It sends the same again: it has not heard the answer.
        Assert.Equal(often, (await server.OwnTracksAsync(phone, IngestServer.Location(1), Android)).Body);
        Assert.Equal("sent", await StateAsync(phone, "setPolicy"));

        await Eventually.TrueAsync(async () => (await server.OwnTracksAsync(phone, IngestServer.Location(2), Android)).Body == "[]", "nothing more is told");
        var command = (await GuardsAsync(phone)).GetProperty("commands").EnumerateArray().Single();
        Assert.Equal(("succeeded", "no-receipt"), (command.GetProperty("state").GetString(), command.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Over_MQTT_a_phone_hears_its_command_at_once_under_its_own_topic()
    {
        var phone = await server.EnrolAsync();
        using var client = new MqttClientFactory().CreateMqttClient();
        var heard = new TaskCompletionSource<(string Topic, string Payload, MqttQualityOfServiceLevel Quality, bool Retained)>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ApplicationMessageReceivedAsync += message =>
        {
            heard.TrySetResult((message.ApplicationMessage.Topic, message.ApplicationMessage.ConvertPayloadToString(), message.ApplicationMessage.QualityOfServiceLevel, message.ApplicationMessage.Retain));
            return Task.CompletedTask;
        };
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", server.Running.MqttPort).WithCredentials(phone.Id, phone.Credential).Build();
        await client.ConnectAsync(options, Stop);
        await client.PublishStringAsync($"base/me/{phone.Id}", IngestServer.Location(0), MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: Stop);
        // In a new connection it hears before it says anything.
        await client.DisconnectAsync(cancellationToken: Stop);
        await client.ConnectAsync(options, Stop);
        await client.SubscribeAsync($"base/me/{phone.Id}/cmd", MqttQualityOfServiceLevel.ExactlyOnce, Stop);

        await CommandAsync(phone, "locate");

        Assert.Equal(($"base/me/{phone.Id}/cmd", Ask[1..^1], MqttQualityOfServiceLevel.AtLeastOnce, false), await heard.Task.WaitAsync(Eventually.Patience, Stop));
        Assert.Equal("sent", await StateAsync(phone, "locate"));
    }

    [Fact]
    public async Task Of_Traccar_Client_it_is_said_that_it_cannot_be_told()
    {
        var phone = await server.EnrolAsync();
        await server.OsmAndAsync($"id={phone.Id}.{phone.Credential}&lat=52.5&lon=13.4&timestamp={IngestServer.FirstFix}");
        await CommandAsync(phone, "locate");
        var command = (await GuardsAsync(phone)).GetProperty("commands").EnumerateArray().Single();
        Assert.Equal(("queued", "report"), (command.GetProperty("state").GetString(), command.GetProperty("waitsFor").GetString()));

        await server.OsmAndAsync($"id={phone.Id}.{phone.Credential}&lat=52.5&lon=13.4&timestamp={IngestServer.FirstFix + SecondsSinceFirstFix() + 1}");
        Assert.Equal("succeeded", await StateAsync(phone, "locate"));
    }

    private static int SecondsSinceFirstFix() => (int)(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - IngestServer.FirstFix);

    private Task CommandAsync(EnrolledPhone phone, string kind) => PostAsync($"/api/v1/devices/{phone.Id}/commands", new { kind, reason = "where is it" });

    private Task ActAsync(EnrolledPhone phone, string act) => PostAsync($"/api/v1/devices/{phone.Id}/{act}", new { reason = "gone" });

    private async Task PostAsync(string path, object body)
    {
        using var answer = await server.Running.Api.PostAsJsonAsync(path, body, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task<JsonElement> GuardsAsync(EnrolledPhone phone) => (await server.DeviceAsync(phone.Id)).GetProperty("guards");

    private async Task<string?> StateAsync(EnrolledPhone phone, string kind) => (await GuardsAsync(phone)).GetProperty("commands").EnumerateArray()
        .Single(command => command.GetProperty("kind").GetString() == kind).GetProperty("state").GetString();
}
