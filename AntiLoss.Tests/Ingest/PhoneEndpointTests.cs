using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AntiLoss.Tests.Support;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace AntiLoss.Tests.Ingest;

/// <summary>Phones and programs against the real server: what each app is told, and what is then in the history.</summary>
public sealed class PhoneEndpointTests : IAsyncLifetime
{
    private const long FirstFix = 1_790_000_000;
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;
    private ServerUnderTest _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerUnderTest.StartAsync(new ServerSettings { Osmand = true });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_phone_is_told_what_its_app_can_bear()
    {
        var phone = await EnrolAsync();
        Assert.Equal((HttpStatusCode.OK, "[]"), await OwnTracksAsync(phone.Id, phone.Credential, Location(0)));
        Assert.Equal((HttpStatusCode.OK, "[]"), await OwnTracksAsync(phone.Id.ToLowerInvariant(), phone.Credential, Location(0)));
        Assert.Equal((HttpStatusCode.OK, "[]"), await OwnTracksAsync("jane", phone.Credential, Location(1), device: phone.Id));
        Assert.Equal((HttpStatusCode.OK, "[]"), await OwnTracksAsync(phone.Id, phone.Credential, "no json at all"));
        Assert.Equal((HttpStatusCode.OK, "[]"), await OwnTracksAsync(phone.Id, phone.Credential, ""));

        // A credential that is none: a phone that nobody knows. One of another phone: a wrong password.
        Assert.Equal(HttpStatusCode.OK, (await OwnTracksAsync(phone.Id, "guess", Location(2))).Status);
        var other = await EnrolAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await OwnTracksAsync(phone.Id, other.Credential, Location(3))).Status);
        // OwnTracks for iOS deletes what is answered with 4xx, so it is asked to wait a day.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await OwnTracksAsync(phone.Id, other.Credential, Location(4), device: "phone")).Status);

        using var osmAnd = await _server.Anonymous.GetAsync(
            $"/ingest/osmand?id={phone.Id}.{phone.Credential}&lat=52.5&lon=13.4&timestamp={FirstFix + 10}&speed=10", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, osmAnd.StatusCode);
        using var ownPort = new HttpClient();
        using var posted = await ownPort.PostAsync(
            $"http://127.0.0.1:{_server.OsmandPort}/", Form($"id={phone.Id}.{phone.Credential}&lat=52.6&lon=13.4&timestamp={FirstFix + 11}"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);

        Assert.Equal("0, 1, 10, 11", await SecondsAsync(phone.Id, 4));
        Assert.DoesNotContain(phone.Credential, _server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_hears_what_became_of_each_report()
    {
        var phone = await EnrolAsync();
        var body = new
        {
            reports = new object[]
            {
                new { device = phone.Id, time = DateTimeOffset.FromUnixTimeSeconds(FirstFix), latitude = 52.5, longitude = 13.4, speed = 3 },
                new { device = phone.Id, time = DateTimeOffset.FromUnixTimeSeconds(FirstFix), latitude = "north", longitude = 13.4 },
                new { device = "01K8ZQ0000000000000000000A", time = DateTimeOffset.FromUnixTimeSeconds(FirstFix), latitude = 52.5, longitude = 13.4 },
            },
        };
        using var answer = await _server.Api.PostAsJsonAsync("/api/v1/reports", body, Web, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var results = (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("results");
        Assert.Equal(["accepted", "refused", "refused"], results.EnumerateArray().Select(result => result.GetProperty("outcome").GetString()!));
        Assert.Equal("latitude", results[1].GetProperty("field").GetString());
        using var again = await _server.Api.PostAsJsonAsync("/api/v1/reports", body, Web, TestContext.Current.CancellationToken);
        Assert.Contains("duplicate", await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var stranger = await _server.Anonymous.PostAsJsonAsync("/api/v1/reports", body, Web, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal("0", await SecondsAsync(phone.Id, 1));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V310)]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_phone_publishes_over_MQTT_under_its_own_topics_only(MqttProtocolVersion version)
    {
        var phone = await EnrolAsync();
        using var client = new MqttClientFactory().CreateMqttClient();
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", _server.MqttPort).WithProtocolVersion(version)
            .WithClientId("phone-1").WithCredentials(phone.Id, phone.Credential).WithTimeout(TimeSpan.FromSeconds(20)).Build();
        Assert.Equal(MqttClientConnectResultCode.Success, (await client.ConnectAsync(options, TestContext.Current.CancellationToken)).ResultCode);
        await client.SubscribeAsync("owntracks/+/+", cancellationToken: TestContext.Current.CancellationToken);
        var published = await client.PublishAsync(Message($"owntracks/{phone.Id}/phone", Location(0)), TestContext.Current.CancellationToken);
        Assert.True(published.IsSuccess);
        Assert.Equal("0", await SecondsAsync(phone.Id, 1));

        await Assert.ThrowsAnyAsync<Exception>(async () => await client.PublishAsync(Message("owntracks/jane/phone", Location(1)), TestContext.Current.CancellationToken));
        await Eventually.TrueAsync(() => !client.IsConnected, "the connection is closed");
        Assert.Equal("0", await SecondsAsync(phone.Id, 1));
    }

    [Fact]
    public async Task A_wrong_password_opens_no_connection()
    {
        var phone = await EnrolAsync();
        using var client = new MqttClientFactory().CreateMqttClient();
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", _server.MqttPort).WithCredentials(phone.Id, "guess").Build();
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, (await client.ConnectAsync(options, TestContext.Current.CancellationToken)).ResultCode);
        Assert.False(client.IsConnected);
    }

    private static MqttApplicationMessage Message(string topic, string payload) =>
        new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).WithRetainFlag().Build();

    private static string Location(int second) =>
        $$"""{"_type":"location","lat":52.5,"lon":13.4,"tst":{{FirstFix + second}},"tid":"ab","vel":36}""";

    private static StringContent Form(string text) => new(text, Encoding.UTF8, "application/x-www-form-urlencoded");

    private async Task<(string Id, string Credential)> EnrolAsync()
    {
        using var answer = await _server.Api.PostAsJsonAsync(
            "/api/v1/devices", new { name = "Phone", since = DateTimeOffset.UnixEpoch }, Web, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var device = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return (device.GetProperty("id").GetString()!, device.GetProperty("credential").GetString()!);
    }

    private async Task<(HttpStatusCode Status, string Body)> OwnTracksAsync(string user, string password, string body, string? device = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ingest/owntracks") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        if (device is not null)
            request.Headers.Add("X-Limit-D", device);
        using var answer = await _server.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Seconds after the first fix of what is in the phone's history, once there are that many.</summary>
    private Task<string> SecondsAsync(string device, int count) => Eventually.GetAsync(
        async () =>
        {
            var rows = await _server.Api.GetStringAsync(
                $"/api/v1/devices/{device}/positions?since=2026-01-01T00:00:00Z&until=2027-12-31T00:00:00Z&format=ndjson", TestContext.Current.CancellationToken);
            long[] seconds = [.. rows.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row =>
                JsonDocument.Parse(row).RootElement.GetProperty("time").GetDateTimeOffset().ToUnixTimeSeconds() - FirstFix)];
            return seconds.Length == count ? string.Join(", ", seconds) : null;
        },
        $"{count} positions in the history");
}
