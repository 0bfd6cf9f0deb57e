using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Ingest;

/// <summary>Phones and programs against the real server: what each app is told, and what is then in the history.</summary>
[Collection(IngestTests.Name)]
public sealed class PhoneEndpointTests(IngestServer server)
{
    private const long FirstFix = IngestServer.FirstFix;
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;
    private readonly ServerUnderTest _server = server.Running;

    [Fact]
    public async Task A_phone_is_told_what_its_app_can_bear()
    {
        var phone = await server.EnrolAsync();
        Assert.Equal(new PhoneReply(HttpStatusCode.OK, "[]", false), await server.OwnTracksAsync(phone.Id, phone.Credential, IngestServer.Location(0)));
        Assert.Equal(new PhoneReply(HttpStatusCode.OK, "[]", false), await server.OwnTracksAsync(phone.Id.ToLowerInvariant(), phone.Credential, IngestServer.Location(0)));
        Assert.Equal(new PhoneReply(HttpStatusCode.OK, "[]", false), await server.OwnTracksAsync("jane", phone.Credential, IngestServer.Location(1), device: phone.Id));
        Assert.Equal(new PhoneReply(HttpStatusCode.OK, "[]", false), await server.OwnTracksAsync(phone.Id, phone.Credential, "no json at all"));
        Assert.Equal(new PhoneReply(HttpStatusCode.OK, "[]", false), await server.OwnTracksAsync(phone.Id, phone.Credential, ""));

        // A credential that is none: a phone that nobody knows. One of another phone: a wrong password.
        Assert.Equal(HttpStatusCode.OK, (await server.OwnTracksAsync(phone.Id, "guess", IngestServer.Location(2))).Status);
        var other = await server.EnrolAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.OwnTracksAsync(phone.Id, other.Credential, IngestServer.Location(3))).Status);
        // OwnTracks for iOS deletes what is answered with 4xx, so it is asked to wait a day.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.OwnTracksAsync(phone.Id, other.Credential, IngestServer.Location(4), device: "phone")).Status);

        using var osmAnd = await _server.Anonymous.GetAsync(
            $"/ingest/osmand?id={phone.Id}.{phone.Credential}&lat=52.5&lon=13.4&timestamp={FirstFix + 10}&speed=10", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, osmAnd.StatusCode);
        using var ownPort = new HttpClient();
        using var posted = await ownPort.PostAsync(
            $"http://127.0.0.1:{_server.OsmandPort}/", Form($"id={phone.Id}.{phone.Credential}&lat=52.6&lon=13.4&timestamp={FirstFix + 11}"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);

        Assert.Equal("0, 1, 10, 11", await server.SecondsAsync(phone.Id, 4));
        Assert.DoesNotContain(phone.Credential, _server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_hears_what_became_of_each_report()
    {
        var phone = await server.EnrolAsync();
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
        Assert.Equal("0", await server.SecondsAsync(phone.Id, 1));
    }

    [Fact]
    public async Task A_report_with_a_broken_text_is_refused_and_the_others_are_taken()
    {
        var phone = await server.EnrolAsync();
        var body = $$"""{"reports":[{"device":"\ud800"},{"device":"{{phone.Id}}","trigger":"\ud800"},{"device":"{{phone.Id}}","time":"2026-09-21T14:13:20Z","latitude":1,"longitude":2}]}""";
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _server.Api.PostAsync("/api/v1/reports", content, TestContext.Current.CancellationToken);
        var results = (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("results");
        Assert.Equal(["refused device", "refused trigger", "accepted "], results.EnumerateArray().Select(result =>
            $"{result.GetProperty("outcome")} {(result.TryGetProperty("field", out var field) ? field.GetString() : "")}"));
    }

    private static StringContent Form(string text) => new(text, Encoding.UTF8, "application/x-www-form-urlencoded");
}
