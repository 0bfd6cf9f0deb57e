using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Replay;

/// <summary>The endpoints through which a track can come.</summary>
internal enum Endpoint
{
    OwnTracks,
    OsmAnd,
    Reports,
}

/// <summary>A phone of the server under test that sends a track through one endpoint, and what its history must then be.</summary>
internal sealed class ReplayPhone
{
    private static readonly TimeSpan _before = TimeSpan.FromDays(1);
    private readonly ServerUnderTest _server;
    private readonly ReplayTrack _track;
    private readonly Endpoint _endpoint;
    private readonly ExpectedHistory _expected;
    private readonly string _id;
    private readonly string _credential;

    private ReplayPhone(ServerUnderTest server, ReplayTrack track, Endpoint endpoint, DateTimeOffset since, string id, string credential) =>
        (_server, _track, _endpoint, _expected, _id, _credential) = (server, track, endpoint, new ExpectedHistory(since.ToUnixTimeMilliseconds()), id, credential);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public IEnumerable<Upload> Uploads => _track.Uploads;

    public int Positions => _expected.Rows.Count;

    public override string ToString() => $"{_track.Name} over {_endpoint}";

    /// <param name="since">Before its track if null.</param>
    public static async Task<ReplayPhone> EnrolAsync(ServerUnderTest server, ReplayTrack track, Endpoint endpoint, DateTimeOffset? since = null)
    {
        var from = since ?? DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, track.Fixes.Min(fix => fix.FixedAtMs) - (long)_before.TotalMilliseconds));
        using var answer = await server.Api.PostAsJsonAsync("/api/v1/devices", new { name = track.Name, since = from }, JsonSerializerOptions.Web, Token);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var device = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
        return new ReplayPhone(server, track, endpoint, from, device.GetProperty("id").GetString()!, device.GetProperty("credential").GetString()!);
    }

    /// <summary>Sends an upload as an app does: again until it is taken.</summary>
    public async Task SendAsync(Upload upload)
    {
        foreach (var fix in upload.Fixes)
            _expected.Take(fix, upload.AtMs);
        if (_endpoint != Endpoint.OsmAnd)
        {
            await UntilTakenAsync(() => _endpoint == Endpoint.OwnTracks ? OwnTracks(upload) : Reports(upload));
            return;
        }
        foreach (var fix in upload.Fixes)
            await UntilTakenAsync(() => OsmAnd(fix));
    }

    /// <summary>Every distinct fix once, in time order, flagged and late as the model says, and its latest place.</summary>
    public async Task VerifyAsync()
    {
        var (from, to) = (_expected.Rows.Keys.Min(fix => fix.FixedAtMs), _expected.Rows.Keys.Max(fix => fix.FixedAtMs));
        var text = await _server.Api.GetStringAsync($"/api/v1/devices/{_id}/positions?since={Iso(from)}&until={Iso(to)}&format=ndjson", Token);
        var found = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(row => (
                Identity: FixIdentity.Of(row.GetProperty("time").GetDateTimeOffset().ToUnixTimeMilliseconds(), Number(row, "latitude"), Number(row, "longitude")),
                Accuracy: row.GetProperty("accuracy") is { ValueKind: JsonValueKind.Number } accuracy ? accuracy.GetInt32() : (int?)null,
                Late: row.GetProperty("late").GetBoolean(),
                Flagged: row.GetProperty("flagged").GetString()))
            .ToList();
        Assert.True(found.Zip(found.Skip(1)).All(pair => pair.First.Identity.FixedAtMs <= pair.Second.Identity.FixedAtMs), $"{this}: not in time order");
        Assert.True(found.Count == found.DistinctBy(row => row.Identity).Count(), $"{this}: a fix is there twice");
        Assert.Empty(found.Select(row => row.Identity).Except(_expected.Rows.Keys));
        Assert.Empty(_expected.Rows.Keys.Except(found.Select(row => row.Identity)));
        foreach (var row in found)
        {
            var expected = _expected.Rows[row.Identity];
            var told = $"accuracy {(expected.Accuracy is { } metres ? (int)Math.Round(metres) : null)}, late {expected.Late}, {expected.Flagged}";
            Assert.True(told == $"accuracy {row.Accuracy}, late {row.Late}, {row.Flagged}", $"{this}: {row}; expected {told}");
        }
        await VerifyLatestAsync();
    }

    private async Task VerifyLatestAsync()
    {
        var latest = (await _server.Api.GetFromJsonAsync<JsonElement>($"/api/v1/devices/{_id}", Token)).GetProperty("latest");
        var shown = FixIdentity.Of(latest.GetProperty("time").GetDateTimeOffset().ToUnixTimeMilliseconds(), Number(latest, "latitude"), Number(latest, "longitude"));
        Assert.True(shown == _expected.Latest!.Identity, $"{this}: the latest is {shown}; expected {_expected.Latest.Identity}");
        // Said once more without the model: no order, repetition or lateness matters where nothing leapt.
        if (!_expected.HasTeleport)
            Assert.Equal(_expected.Rows.Values.Where(row => row.Flagged is null).Max(row => row.Identity.FixedAtMs), shown.FixedAtMs);
    }

    private async Task UntilTakenAsync(Func<HttpRequestMessage> request) => await Eventually.TrueAsync(
        async () =>
        {
            using var message = request();
            using var answer = await _server.Api.SendAsync(message, Token);
            var said = await answer.Content.ReadAsStringAsync(Token);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                return false;
            Assert.True(answer.StatusCode == HttpStatusCode.OK && !said.Contains("refused", StringComparison.Ordinal), $"{this}: {answer.StatusCode} {said}");
            return true;
        },
        $"{this}: the upload is taken");

    private HttpRequestMessage OwnTracks(Upload upload)
    {
        var messages = upload.Fixes.Select(fix => new Dictionary<string, object?>
        {
            ["_type"] = "location",
            ["tid"] = "rp",
            ["tst"] = fix.FixedAtMs / 1000,
            ["lat"] = fix.Latitude,
            ["lon"] = fix.Longitude,
            ["acc"] = fix.Accuracy,
            ["alt"] = fix.Altitude,
            ["vel"] = fix.Speed * 3.6,
        }.Where(field => field.Value is not null).ToDictionary());
        var request = new HttpRequestMessage(HttpMethod.Post, "/ingest/owntracks") { Content = JsonContent.Create(messages) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_id}:{_credential}")));
        return request;
    }

    private HttpRequestMessage OsmAnd(SentFix fix)
    {
        var time = fix.IsOfWholeSecond ? fix.FixedAtMs / 1000 : fix.FixedAtMs;
        var query = new StringBuilder().Append(CultureInfo.InvariantCulture,
            $"id={_id}.{_credential}&timestamp={time}&lat={fix.Latitude:R}&lon={fix.Longitude:R}");
        Append("accuracy", fix.Accuracy);
        Append("altitude", fix.Altitude);
        Append("speed", fix.Speed * 3600 / 1852);
        return new HttpRequestMessage(HttpMethod.Get, $"/ingest/osmand?{query}");

        void Append(string name, double? value)
        {
            if (value is { } number)
                query.Append(CultureInfo.InvariantCulture, $"&{name}={number:R}");
        }
    }

    private HttpRequestMessage Reports(Upload upload) => new(HttpMethod.Post, "/api/v1/reports")
    {
        Content = JsonContent.Create(new
        {
            reports = upload.Fixes.Select(fix => new
            {
                device = _id,
                time = DateTimeOffset.FromUnixTimeMilliseconds(fix.FixedAtMs),
                latitude = fix.Latitude,
                longitude = fix.Longitude,
                accuracy = fix.Accuracy,
                altitude = fix.Altitude,
                speed = fix.Speed,
            }),
        }),
    };

    private static double Number(JsonElement row, string name) => row.GetProperty(name).GetDouble();

    private static string Iso(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
