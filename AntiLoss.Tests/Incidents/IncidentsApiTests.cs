using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Incidents;

/// <summary>An incident of a real server: listed, looked at, written about, taken along as a file and verified without the server.</summary>
public sealed class IncidentsApiTests
{
    private static readonly string[] _expected = ["loss-declared", "incident-looked", "police informed <script>", "lost", "incidentNoFix"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_incident_is_looked_at_noted_and_taken_along_as_a_file_that_verifies()
    {
        await using var server = await ServerUnderTest.StartAsync(new() { Settings = new Dictionary<string, string> { ["Incidents:NoFixAfter"] = "00:00:01" } });
        using var owner = await server.SignedInAsync();
        var phone = await PhoneAsync(owner, "<b>Van & 7</b>");
        using var reported = await server.Api.PostAsJsonAsync(
            "/api/v1/reports", new { reports = new[] { new { device = phone, time = TimeProvider.System.GetUtcNow().AddMinutes(-1), latitude = 52.5, longitude = 13.4 } } }, Token);
        Assert.True(reported.IsSuccessStatusCode);
        await PostAsync(owner, $"/api/v1/devices/{phone}/lost", new { reason = "left in a taxi" });
        var listed = await Eventually.GetAsync(async () => await ItemsAsync(owner, "/api/v1/incidents") is { Count: 1 } items ? items : null, "the incident is open");
        var id = listed[0].GetProperty("id").GetString()!;
        Assert.Equal(JsonValueKind.Null, listed[0].GetProperty("seenAt").ValueKind);
        await Eventually.TrueAsync(async () => (await ItemsAsync(owner, "/api/v1/alerts")).Any(alert => alert.GetProperty("kind").GetString() == "incidentNoFix"), "it asks for people again");

        // A program that reads it has not looked at it.
        Assert.Equal(JsonValueKind.Null, (await GetAsync(server.Api, id)).GetProperty("incident").GetProperty("seenAt").ValueKind);
        Assert.NotEqual(JsonValueKind.Null, (await GetAsync(owner, id)).GetProperty("incident").GetProperty("seenAt").ValueKind);
        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAsync("/api/v1/incidents/none", Token)).StatusCode);
        using var empty = await owner.PostAsJsonAsync($"/api/v1/incidents/{id}/notes", new { text = " " }, Token);
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
        await PostAsync(owner, $"/api/v1/incidents/{id}/notes", new { text = "police informed <script>" });
        var timeline = await Eventually.GetAsync(
            async () => (await GetAsync(owner, id)).GetProperty("timeline").EnumerateArray().ToList() is var all
                && _expected.All(what => all.Any(moment => What(moment) == what)) ? all : null,
            "everything is in its timeline");
        Assert.Equal(timeline.Select(At).Order(), timeline.Select(At));

        var place = Directory.CreateTempSubdirectory("antiloss-incident-");
        try
        {
            var file = Path.Combine(place.FullName, "incident.zip");
            await File.WriteAllBytesAsync(file, await owner.GetByteArrayAsync($"/api/v1/incidents/{id}/export", Token), Token);
            await AssertVerifiesAsync(server, 0, $"The incident {id} of", file);
            Assert.Equal(["incident.json", "positions.gpx", "positions.ndjson", "signature.json", "summary.en.html", "summary.zh.html"], NamesIn(file).Order(StringComparer.Ordinal));
            var summary = TextIn(file, "summary.zh.html");
            Assert.Contains("手机丢失事件", summary, StringComparison.Ordinal);
            Assert.Contains("&lt;b&gt;Van &amp; 7&lt;/b&gt;", summary, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", summary, StringComparison.Ordinal);
            Assert.Contains("lat=\"52.5\"", TextIn(file, "positions.gpx"), StringComparison.Ordinal);
            Assert.Contains((await ItemsAsync(owner, $"/api/v1/audit?device={phone}")).Select(entry => entry.GetProperty("action").GetString()), action => action == "incident-exported");

            await AssertVerifiesAsync(server, 1, "summary.en.html was changed", Altered(file, "changed", zip => Write(zip, "summary.en.html", "nothing happened")));
            await AssertVerifiesAsync(server, 1, "positions.gpx is missing", Altered(file, "missing", zip => zip.GetEntry("positions.gpx")!.Delete()));
            await AssertVerifiesAsync(server, 1, "more.txt was added", Altered(file, "added", zip => Write(zip, "more.txt", "more")));
            await AssertVerifiesAsync(server, 1, "is not signed by the key that it names", Altered(file, "signed", zip =>
                Write(zip, "signature.json", Read(zip, "signature.json").Replace(id, id[..^1] + (id[^1] == '0' ? '1' : '0'), StringComparison.Ordinal))));
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    private static string Altered(string file, string name, Action<ZipArchive> change)
    {
        var copy = Path.ChangeExtension(file, $"{name}.zip");
        File.Copy(file, copy);
        using var zip = ZipFile.Open(copy, ZipArchiveMode.Update);
        change(zip);
        return copy;
    }

    private static void Write(ZipArchive zip, string name, string text)
    {
        zip.GetEntry(name)?.Delete();
        using var writer = new StreamWriter(zip.CreateEntry(name).Open());
        writer.Write(text);
    }

    private static string Read(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(zip.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }

    private static string TextIn(string file, string name)
    {
        using var zip = ZipFile.OpenRead(file);
        return Read(zip, name);
    }

    private static string[] NamesIn(string file)
    {
        using var zip = ZipFile.OpenRead(file);
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }

    private static async Task AssertVerifiesAsync(ServerUnderTest server, int code, string words, string file)
    {
        var (exitCode, output) = await server.RunSecondAsync("verify", file);
        Assert.True(exitCode == code && output.Contains(words, StringComparison.Ordinal), $"{exitCode}: {output}");
    }

    private static async Task<string> PhoneAsync(HttpClient owner, string name)
    {
        using var made = await owner.PostAsJsonAsync("/api/v1/devices", new { name }, Token);
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!;
    }

    private static async Task PostAsync(HttpClient client, string path, object body)
    {
        using var done = await client.PostAsJsonAsync(path, body, Token);
        Assert.True(done.IsSuccessStatusCode, await done.Content.ReadAsStringAsync(Token));
    }

    private static Task<JsonElement> GetAsync(HttpClient client, string id) => client.GetFromJsonAsync<JsonElement>($"/api/v1/incidents/{id}", Token);

    private static async Task<List<JsonElement>> ItemsAsync(HttpClient client, string path) =>
        [.. (await client.GetFromJsonAsync<JsonElement>(path, Token)).GetProperty("items").EnumerateArray()];

    private static string? What(JsonElement moment) => moment.GetProperty("what").GetString();

    private static DateTimeOffset At(JsonElement moment) => moment.GetProperty("at").GetDateTimeOffset();
}
