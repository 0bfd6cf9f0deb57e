using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Ingest;

/// <summary>A phone that a test has enrolled.</summary>
public sealed record EnrolledPhone(string Id, string Credential, string Secret);

/// <summary>One real server for every test that speaks to it as a phone does; each enrols phones of its own.</summary>
public sealed class IngestServer : IAsyncLifetime
{
    /// <summary>Unix seconds of <see cref="Location"/>'s second 0.</summary>
    public const long FirstFix = 1_790_000_000;

    public ServerUnderTest Running { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Running = await ServerUnderTest.StartAsync(new ServerSettings { Osmand = true });

    public ValueTask DisposeAsync() => Running.DisposeAsync();

    /// <summary>An OwnTracks location of some second.</summary>
    public static string Location(int second, double latitude = 52.5) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $$"""{"_type":"location","lat":{{latitude}},"lon":13.4,"tst":{{FirstFix + second}},"tid":"ab","vel":36}""");

    public async Task<EnrolledPhone> EnrolAsync(string? fleet = null)
    {
        using var answer = await Running.Api.PostAsJsonAsync("/api/v1/devices", new { name = "Phone", since = DateTimeOffset.UnixEpoch, fleet }, Stop);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var device = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        return new(device.GetProperty("id").GetString()!, device.GetProperty("credential").GetString()!, device.GetProperty("ownTracksSecret").GetString()!);
    }

    public Task<PhoneReply> OwnTracksAsync(EnrolledPhone phone, string body, string? app = null) => OwnTracksAsync(phone.Id, phone.Credential, body, app: app);

    /// <summary>Posts as OwnTracks does; a device in <c>X-Limit-D</c> and no app of its own is how the iOS app looks.</summary>
    public async Task<PhoneReply> OwnTracksAsync(string user, string password, string body, string? device = null, string? app = null, string path = "/ingest/owntracks")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        if (device is not null)
            request.Headers.Add("X-Limit-D", device);
        if (app is not null)
            request.Headers.TryAddWithoutValidation("User-Agent", app);
        using var answer = await Running.Anonymous.SendAsync(request, Stop);
        return await PhoneReply.OfAsync(answer);
    }

    /// <summary>Posts a form as Traccar Client does.</summary>
    public async Task<PhoneReply> OsmAndAsync(string form)
    {
        using var content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        using var answer = await Running.Anonymous.PostAsync("/ingest/osmand", content, Stop);
        return await PhoneReply.OfAsync(answer);
    }

    public async Task<JsonElement> DeviceAsync(string id) => await Running.Api.GetFromJsonAsync<JsonElement>($"/api/v1/devices/{id}", Stop);

    /// <summary>Changes a phone as its operator.</summary>
    public async Task OperateAsync(string id, string operation, object body)
    {
        using var answer = await Running.Api.PostAsJsonAsync($"/api/v1/devices/{id}/{operation}", body, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Seconds after the first fix of what is in the phone's history, once there are that many.</summary>
    public Task<string> SecondsAsync(string device, int count) => Eventually.GetAsync(
        async () =>
        {
            var rows = await Running.Api.GetStringAsync(
                $"/api/v1/devices/{device}/positions?since=2026-01-01T00:00:00Z&until=2027-12-31T00:00:00Z&format=ndjson", Stop);
            long[] seconds = [.. rows.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row =>
                JsonDocument.Parse(row).RootElement.GetProperty("time").GetDateTimeOffset().ToUnixTimeSeconds() - FirstFix)];
            return seconds.Length == count ? string.Join(", ", seconds) : null;
        },
        $"{count} positions in the history");
}

/// <summary>What a phone's app was told over HTTP.</summary>
public sealed record PhoneReply(HttpStatusCode Status, string Body, bool HasRetryAfter)
{
    public static async Task<PhoneReply> OfAsync(HttpResponseMessage answer) =>
        new(answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
}

/// <summary>The tests that share an <see cref="IngestServer"/>.</summary>
[CollectionDefinition(Name)]
public sealed class IngestTests : ICollectionFixture<IngestServer>
{
    public const string Name = "ingest";
}
