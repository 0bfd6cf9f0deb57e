using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AntiLoss.Silo.Storage.Sqlite;
using AntiLoss.Tests.Storage;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Retention;

/// <summary>A phone's history on a server over two months: joined the next day, gone after its time, from the files too.</summary>
public sealed class RetentionTests
{
    private const int Positions = 150;
    private static readonly DateTimeOffset _start = new(2026, 3, 10, 8, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_days_positions_are_joined_the_next_day_and_nowhere_after_their_time()
    {
        using var clock = SteeredClock.At(_start);
        await using var server = await ServerUnderTest.StartAsync(new ServerSettings
        {
            Environment = clock.Environment,
            Settings = ImmutableDictionary<string, string>.Empty
                .Add("Retention:Days", "30").Add("Retention:DeadLetterDays", "30").Add("Retention:EveryMinutes", "0.01"),
        });
        var (id, credential) = await EnrolAsync(server);
        await ReportAsync(server, id);
        await SendUnreadableAsync(server, id, credential);
        var letters = Stored(server, "SELECT 0, 0, bytes FROM record");
        Assert.Equal(2, letters.Count);
        Assert.All(letters, letter => Assert.True(IsInFiles(server, letter.Bytes)));
        var history = await HistoryAsync(server, id);
        Assert.Equal(Positions, history.Length);

        clock.Set(_start.AddMinutes(15));
        var chunks = await ChunksAsync(server, chunks => chunks.Sum(chunk => chunk.Count) == Positions, "the phone is saved");
        Assert.All(chunks, chunk => Assert.True(chunk.Number > 0 && IsInFiles(server, chunk.Bytes)));

        clock.Set(_start.AddDays(1));
        var joined = await ChunksAsync(server, chunks => chunks is [{ Number: < 0 }], "the day is joined");
        Assert.Equal(Positions, joined[0].Count);
        Assert.Equal(history, await HistoryAsync(server, id));

        clock.Set(_start.AddDays(29));
        Assert.Equal(history, await HistoryAsync(server, id));

        clock.Set(_start.AddDays(31));
        await Eventually.TrueAsync(() => server.Output.Contains("Retention: 1 track chunks", StringComparison.Ordinal), "the retention pass has deleted");
        Assert.Empty(await HistoryAsync(server, id));
        Assert.Empty((await server.Api.GetFromJsonAsync<JsonElement>("/api/v1/dead-letters", Token)).GetProperty("items").EnumerateArray());
        Assert.All(chunks.Concat(joined), chunk => Assert.False(IsInFiles(server, chunk.Bytes)));
        Assert.All(letters, letter => Assert.False(IsInFiles(server, letter.Bytes)));
    }

    private static async Task<(string Id, string Credential)> EnrolAsync(ServerUnderTest server)
    {
        using var answer = await server.Api.PostAsJsonAsync("/api/v1/devices", new { name = "Phone", since = _start.AddDays(-1) }, Token);
        var device = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
        return (device.GetProperty("id").GetString()!, device.GetProperty("credential").GetString()!);
    }

    private static async Task ReportAsync(ServerUnderTest server, string device)
    {
        var reports = Enumerable.Range(0, Positions).Select(i => new
        {
            device,
            time = _start.AddSeconds(i - Positions),
            latitude = 52.3791 + (i * i % 97 / 1e4),
            longitude = 10.0281 + (i / 1e4),
        });
        using var answer = await server.Api.PostAsJsonAsync("/api/v1/reports", new { reports }, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task SendUnreadableAsync(ServerUnderTest server, string id, string credential)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ingest/owntracks") { Content = new StringContent("{ this message cannot be read" + string.Concat(Enumerable.Range(0, 2_000))) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{credential}")));
        using var answer = await server.Anonymous.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<string[]> HistoryAsync(ServerUnderTest server, string device) =>
        (await server.Api.GetStringAsync($"/api/v1/devices/{device}/positions?format=ndjson", Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static Task<List<Row>> ChunksAsync(ServerUnderTest server, Func<List<Row>, bool> isWanted, string what) => Eventually.GetAsync(
        () => Task.FromResult(Stored(server, "SELECT number, fixes, bytes FROM track_chunk") is var rows && isWanted(rows) ? rows : null), what);

    private static List<Row> Stored(ServerUnderTest server, string query)
    {
        using var session = SqliteSession.OpenToRead(DataFolder.DatabaseIn(server.Folder), TimeSpan.FromSeconds(5));
        using var select = session.Use(query);
        var rows = new List<Row>();
        while (select.Step())
            rows.Add(new Row(select.Int64(0), select.Int64(1), select.Bytes(2)));
        return rows;
    }

    private static bool IsInFiles(ServerUnderTest server, byte[] bytes) =>
        // A piece of its middle: a record longer than a page lies in pieces.
        DataFiles.Occurrences(server.Folder, bytes.AsSpan(bytes.Length / 2, Math.Min(100, bytes.Length / 2))) > 0;

    private sealed record Row(long Number, long Count, byte[] Bytes);
}
