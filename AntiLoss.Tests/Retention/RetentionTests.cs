using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AntiLoss.Grains.Retention;
using AntiLoss.Silo.Storage.Sqlite;
using AntiLoss.Tests.Shards;
using AntiLoss.Tests.Storage;
using AntiLoss.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AntiLoss.Tests.Retention;

/// <summary>A phone's history on a server over two months: joined the next day, gone after its time, from the files too.</summary>
public sealed class RetentionTests
{
    private const int Positions = 150;
    private const int Letters = 10;
    private const int LetterBytes = 900_000;
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
                .Add("Retention:Days", "30").Add("Retention:DeadLetterDays", "30").Add("Retention:EveryMinutes", "0.01").Add("Limits:DeviceBurst", "100000"),
        });
        var (id, credential) = await EnrolAsync(server);
        await ReportAsync(server, id);
        for (var i = 0; i < Letters; i++)
            await SendUnreadableAsync(server, id, credential, i);
        var letters = Stored(server, "SELECT 0, 0, bytes FROM record");
        Assert.Equal(2 * Letters, letters.Count);
        Row[] someLetters = [letters[0], letters[^1]];
        Assert.All(someLetters, letter => Assert.True(IsInFiles(server, letter.Bytes)));
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

        Assert.True(Stored(server, "SELECT page_count * 4096, 0, x'' FROM pragma_page_count")[0].Number > Letters * LetterBytes);
        clock.Set(_start.AddDays(31));
        await Eventually.TrueAsync(() => server.Output.Contains("Retention: 1 track chunks", StringComparison.Ordinal), "the retention pass has deleted");
        Assert.Empty(await HistoryAsync(server, id));
        Assert.Empty((await server.Api.GetFromJsonAsync<JsonElement>("/api/v1/dead-letters", Token)).GetProperty("items").EnumerateArray());
        Assert.All(chunks.Concat(joined), chunk => Assert.False(IsInFiles(server, chunk.Bytes)));
        Assert.All(someLetters, letter => Assert.False(IsInFiles(server, letter.Bytes)));
        // What may stay free is 4 MiB; the letters took twice as much.
        await Eventually.TrueAsync(() => new FileInfo(DataFolder.DatabaseIn(server.Folder)).Length < Letters * LetterBytes, "the file gives the disk back what it no longer needs");
    }

    [Fact]
    public async Task A_pass_that_deletes_nothing_gives_free_space_back_too_and_the_first_one_erases()
    {
        var storage = new MemoryStorage();
        await using var cluster = await ShardCluster.StartAsync(storage, new MemoryGrainStorage());
        using var pass = new RetentionPass(
            cluster.Grains, storage, storage, storage, Options.Create(new RetentionOptions()), TimeProvider.System, NullLogger<RetentionPass>.Instance);

        Assert.Equal((0, 0), await pass.RunAsync(Token));
        Assert.Equal((1, 0), (storage.Erased, storage.GivenBack));
        Assert.Equal((0, 0), await pass.RunAsync(Token));
        Assert.Equal((1, 1), (storage.Erased, storage.GivenBack));
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

    private static async Task SendUnreadableAsync(ServerUnderTest server, string id, string credential, int number)
    {
        var text = $"{{ this message cannot be read, number {number} " + string.Concat(Enumerable.Range(number * 1_000_000, LetterBytes / 7));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ingest/owntracks") { Content = new StringContent(text.PadRight(LetterBytes)) };
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
