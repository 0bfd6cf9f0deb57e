using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Hosting;

/// <summary>The built server as its users start it.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task A_report_that_was_acknowledged_is_there_after_kill_9_and_neither_place_nor_credential_in_any_log()
    {
        await using var server = await ServerUnderTest.StartAsync(new ServerSettings
        {
            Environment = ImmutableDictionary<string, string>.Empty.Add("Logging__Console__LogLevel__Default", "Trace"),
        });
        var made = await server.Api.PostAsJsonAsync("/api/v1/devices", new { name = "Phone" });
        Assert.True(made.StatusCode == HttpStatusCode.Created, server.Output);
        var device = await made.Content.ReadFromJsonAsync<JsonElement>();
        var id = device.GetProperty("id").GetString()!;
        var credential = device.GetProperty("credential").GetString()!;

        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var sent = await server.Anonymous.PostAsync($"/ingest/osmand?id={id}.{credential}&lat=52.519876&lon=13.4&timestamp={now.ToUnixTimeSeconds()}", null);
        Assert.True(sent.StatusCode == HttpStatusCode.OK, server.Output);
        await server.KillAsync();
        await server.StartAgainAsync();

        var read = await server.Api.GetFromJsonAsync<JsonElement>($"/api/v1/devices/{id}");
        Assert.Equal(52.519876, read.GetProperty("latest").GetProperty("latitude").GetDouble(), 6);
        Assert.Equal(now, read.GetProperty("latest").GetProperty("time").GetDateTimeOffset());
        Assert.Contains("MessageCenter", server.Output, StringComparison.Ordinal);
        foreach (var secret in (string[])[credential, "52.519876", "52519876"])
            Assert.DoesNotContain(secret, server.Output, StringComparison.Ordinal);
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task What_is_set_aside_keeps_its_words_and_not_the_phone_s_key()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var (id, credential) = await AddPhoneAsync(server);
        using var bad = await server.Anonymous.GetAsync($"/ingest/osmand?id={id}.{credential}&lat=abc&lon=13.4");
        Assert.Equal(HttpStatusCode.OK, bad.StatusCode);

        var letters = await server.Api.GetStringAsync("/api/v1/dead-letters");
        var bytes = JsonDocument.Parse(letters).RootElement.GetProperty("items")[0].GetProperty("bytes").GetBytesFromBase64();
        var kept = System.Text.Encoding.UTF8.GetString(bytes);
        Assert.Contains("lat=abc", kept, StringComparison.Ordinal);
        Assert.DoesNotContain(credential, kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_get_that_names_a_type_for_no_body_is_read_by_its_query()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var (id, credential) = await AddPhoneAsync(server);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ingest/osmand?id={id}.{credential}&lat=52.5&lon=13.4&timestamp=1790000000")
        {
            Content = new ByteArrayContent([]) { Headers = { ContentType = new("application/json") } },
        };
        Assert.Equal(HttpStatusCode.OK, (await server.Anonymous.SendAsync(request)).StatusCode);
        var positions = await server.Api.GetStringAsync($"/api/v1/devices/{id}/positions?since=2020-01-01T00:00:00Z&format=ndjson");
        Assert.Contains("52.5", positions, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_for_everybody_answers_401_and_an_unknown_path_of_the_api_is_no_page()
    {
        await using var server = await ServerUnderTest.StartAsync();

        foreach (var path in (string[])["/api/v1/devices", "/api/v1/basemaps", "/basemaps/x.pmtiles", "/openapi/v1.json", "/hubs/fleet"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await server.Anonymous.GetAsync(path)).StatusCode);
        foreach (var path in (string[])["/api/v1/nothing", "/api/v1/devices/bad"])
        {
            using var absent = await server.Api.GetAsync(path);
            Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (absent.StatusCode, absent.Content.Headers.ContentType?.MediaType));
        }
        Assert.Equal(HttpStatusCode.OK, (await server.Api.GetAsync("/openapi/v1.json")).StatusCode);

        Assert.Contains("antiloss_storage_commit_duration_seconds_bucket{otel_scope_name=\"AntiLoss.Storage\",le=\"0.01\"}", await server.Anonymous.GetStringAsync("/metrics"), StringComparison.Ordinal);
        using var throughProxy = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { { "X-Forwarded-For", "203.0.113.9" } } };
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Anonymous.SendAsync(throughProxy)).StatusCode);

        var live = await server.Anonymous.GetAsync("/health/live");
        Assert.Contains("script-src 'self'", live.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_city_map_that_is_dropped_in_is_listed_at_once_and_served_in_ranges()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var header = new byte[127];
        "PMTiles\u0003"u8.CopyTo(header);
        BitConverter.TryWriteBytes(header.AsSpan(102), -1_224_000_000);
        BitConverter.TryWriteBytes(header.AsSpan(106), 377_000_000);
        BitConverter.TryWriteBytes(header.AsSpan(110), -1_223_000_000);
        BitConverter.TryWriteBytes(header.AsSpan(114), 378_000_000);
        Directory.CreateDirectory(Path.Combine(server.Folder, "basemaps"));
        await File.WriteAllBytesAsync(Path.Combine(server.Folder, "basemaps", "a city.pmtiles"), header);

        var list = await server.Api.GetFromJsonAsync<JsonElement>("/api/v1/basemaps");
        var map = Assert.Single(list.GetProperty("items").EnumerateArray());
        Assert.Equal([-122.4, 37.7, -122.3, 37.8], map.GetProperty("bounds").EnumerateArray().Select(bound => bound.GetDouble()));

        using var request = new HttpRequestMessage(HttpMethod.Get, map.GetProperty("url").GetString()) { Headers = { Range = new(0, 6) } };
        var answer = await server.Api.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal("PMTiles", await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await server.Api.GetAsync("/basemaps/..%2Fantiloss.db")).StatusCode);
    }

    [Fact]
    public async Task Without_an_owner_the_server_prints_a_link_and_a_second_one_on_the_folder_says_why_it_refuses()
    {
        await using var server = await ServerUnderTest.StartAsync(new ServerSettings { SetUp = false });
        await Eventually.TrueAsync(() => server.Output.Contains("/setup?token=", StringComparison.Ordinal), "the link is printed");

        var (exitCode, output) = await server.RunSecondAsync("--urls", "http://127.0.0.1:" + FreePort.Take(), "--AntiLoss:Mqtt:Port=0");

        Assert.Equal(1, exitCode);
        Assert.Contains("in use by another AntiLoss process", output, StringComparison.Ordinal);
    }

    private static async Task<(string Id, string Credential)> AddPhoneAsync(ServerUnderTest server)
    {
        using var made = await server.Api.PostAsJsonAsync("/api/v1/devices", new { name = "Phone", since = "2020-01-01T00:00:00Z" });
        var device = await made.Content.ReadFromJsonAsync<JsonElement>();
        return (device.GetProperty("id").GetString()!, device.GetProperty("credential").GetString()!);
    }
}
