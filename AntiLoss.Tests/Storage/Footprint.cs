using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AntiLoss.Silo.Storage.Sqlite;
using AntiLoss.Tests.Replay;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Storage;

/// <summary>
/// What a whole server takes, on disk and in memory: figures for <c>docs/performance.md</c>. Run with
/// <c>--explicit only --filter-class '*Footprint' --output Detailed</c>.
/// </summary>
public sealed class Footprint(ITestOutputHelper output)
{
    private static readonly DateTimeOffset _start = new(2026, 3, 10, 8, 0, 0, TimeSpan.Zero);

    private static readonly ImmutableDictionary<string, string> _limits = ImmutableDictionary<string, string>.Empty
        .Add("Limits:DeviceRatePerSecond", "1000000").Add("Limits:DeviceBurst", "10000000").Add("Limits:OrganizationShare", "100")
        .Add("Retention:EveryMinutes", "0.1").Add("Retention:Days", "0");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Explicit = true)]
    [InlineData(1_000)]
    public async Task Bytes_of_the_database_file_for_each_position(int phones)
    {
        using var clock = SteeredClock.At(_start);
        await using var server = await ServerUnderTest.StartAsync(new ServerSettings { Environment = clock.Environment, Settings = _limits });
        var database = DataFolder.DatabaseIn(server.Folder);
        var tracks = ArrivedTracks.All().ToArray();
        var positions = 0L;
        await EachAsync(phones, async phone =>
        {
            var id = await EnrolAsync(server, phone);
            var fixes = tracks[phone % tracks.Length].Fixes.DistinctBy(fix => fix.Identity).ToArray();
            foreach (var part in fixes.Chunk(2_000))
                await ReportAsync(server, part.Select(fix => (id, fix)));
            Interlocked.Add(ref positions, fixes.Length);
        });
        output.WriteLine($"{positions} positions of {phones} phones sent");

        clock.Set(_start.AddMinutes(20));
        await UntilAsync(database, "SELECT count(DISTINCT device) FROM track_chunk", count => count == phones, "every phone is saved");
        Print("before the days are joined", database, positions);
        clock.Set(_start.AddDays(1).AddHours(1));
        await UntilAsync(database, "SELECT count(*) FROM track_chunk WHERE number >= 0", count => count == 0, "every day is joined");
        await UntilAsync(database, "SELECT count(*) FROM log_block", count => count < 100, "the log is trimmed");
        await UntilAsync(database, "SELECT freelist_count FROM pragma_freelist_count", count => count <= 1_024, "what is free is given back");
        await server.StopAsync();
        Print("after, and after the server's end", database, positions);
    }

    [Theory(Explicit = true)]
    [InlineData(10_000)]
    public async Task Memory_of_a_resting_phone(int phones)
    {
        var report = Path.GetTempFileName();
        File.Delete(report);
        await using var server = await ServerUnderTest.StartAsync(new ServerSettings
        {
            Settings = _limits,
            Environment = ImmutableDictionary<string, string>.Empty.Add("DOTNET_STARTUP_HOOKS", typeof(HeapReport).Assembly.Location).Add(HeapReport.Variable, report),
        });
        // What the first phones bring is the code that they run, not themselves.
        await SendAsync(server, 0, 500);
        var before = await HeapReport.ReadAsync(report);
        await SendAsync(server, 500, phones);
        var after = await HeapReport.ReadAsync(report);
        File.Delete(report);
        output.WriteLine($"{phones} phones of 20 positions each, live: managed {(after.Managed - before.Managed) / phones} bytes a phone, resident {(after.Resident - before.Resident) / phones} bytes a phone");
        output.WriteLine($"before: managed {before.Managed}, resident {before.Resident}; after: managed {after.Managed}, resident {after.Resident}");
    }

    private static async Task SendAsync(ServerUnderTest server, int first, int count)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await EachAsync(count, async phone =>
        {
            var id = await EnrolAsync(server, first + phone);
            await ReportAsync(server, Enumerable.Range(0, 20).Select(i => (id, new SentFix(now - ((20 - i) * 30_000), 52.3 + (phone / 1e5) + (i / 1e3), 10.1 + (i * i / 1e4), 12, 60, 8.3))));
        });
    }

    private static Task EachAsync(int count, Func<int, Task> act) => Parallel.ForAsync(
        0, count, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token }, async (index, _) => await act(index));

    private static async Task<string> EnrolAsync(ServerUnderTest server, int number)
    {
        using var answer = await server.Api.PostAsJsonAsync("/api/v1/devices", new { name = $"Phone {number}", since = DateTimeOffset.UnixEpoch }, Token);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!;
    }

    private static async Task ReportAsync(ServerUnderTest server, IEnumerable<(string Device, SentFix Fix)> sent)
    {
        var reports = sent.Select(one => new
        {
            device = one.Device,
            time = DateTimeOffset.FromUnixTimeMilliseconds(one.Fix.FixedAtMs),
            latitude = one.Fix.Latitude,
            longitude = one.Fix.Longitude,
            accuracy = one.Fix.Accuracy,
            altitude = one.Fix.Altitude,
            speed = one.Fix.Speed,
            battery = 80,
            bearer = "mobile",
        }).ToArray();
        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await server.Api.PostAsJsonAsync("/api/v1/reports", new { reports }, Token);
                return answer.StatusCode == HttpStatusCode.OK;
            },
            "the reports are taken",
            TimeSpan.FromMinutes(2));
    }

    private static Task UntilAsync(string database, string query, Func<long, bool> isDone, string what) => Eventually.TrueAsync(
        () =>
        {
            using var session = SqliteSession.OpenToRead(database, TimeSpan.FromSeconds(5));
            return isDone(session.Number(query));
        },
        what,
        TimeSpan.FromMinutes(8));

    private void Print(string when, string database, long positions)
    {
        using var session = SqliteSession.OpenToRead(database, TimeSpan.FromSeconds(5));
        var (pages, free) = (session.Number("PRAGMA page_count"), session.Number("PRAGMA freelist_count"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{when}: {positions} positions, {pages * 4096} bytes, {free * 4096} of them free pages: {pages * 4096.0 / positions:F2} bytes a position, {(pages - free) * 4096.0 / positions:F2} without free pages; {session.Number("SELECT count(*) FROM track_chunk")} chunks of {session.Number("SELECT sum(length(bytes)) FROM track_chunk")} bytes"));
    }
}
