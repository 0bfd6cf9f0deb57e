using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AntiLoss.LoadTest.Live;
using AntiLoss.Tests.Support;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace AntiLoss.Tests.Live;

/// <summary>The hub of the real server, over real connections.</summary>
public sealed class FleetHubTests(FleetHubTests.Server server) : IClassFixture<FleetHubTests.Server>
{
    private static readonly LiveViewport Here = new(9, 47, 10, 48, 9);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public sealed class Server : IAsyncLifetime
    {
        public ServerUnderTest Running { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Running = await ServerUnderTest.StartAsync();

        public ValueTask DisposeAsync() => Running.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_report_reaches_a_viewer_and_says_where_the_phone_is(bool messagePack)
    {
        var device = await EnrolAsync("Van 7");
        await using var viewer = await WatchingAsync(messagePack);

        var watch = Stopwatch.StartNew();
        await ReportAsync(device, 47.141520, 9.521470);
        var phone = await PhoneAsync(viewer, device, known => known.LatitudeE6 == 47_141_520);
        TestContext.Current.TestOutputHelper?.WriteLine($"Report to viewer: {watch.ElapsedMilliseconds} ms");

        Assert.Equal(("Van 7", 9_521_470, 1), (phone.Introduction!.Name, phone.LongitudeE6, phone.State));
    }

    [Fact]
    public async Task A_hundred_viewers_see_the_same_report()
    {
        var device = await EnrolAsync("Watched by many");
        await ReportAsync(device, 47.2, 9.5);
        var viewers = await Task.WhenAll(Enumerable.Range(0, Tier.Count(suite: 100, @long: 1000)).Select(i => WatchingAsync(messagePack: i % 2 == 0)));
        try
        {
            await Task.WhenAll(viewers.Select(viewer => PhoneAsync(viewer, device, known => known.LatitudeE6 == 47_200_000)));
            var watch = Stopwatch.StartNew();
            await ReportAsync(device, 47.3, 9.5);
            await Task.WhenAll(viewers.Select(viewer => PhoneAsync(viewer, device, known => known.LatitudeE6 == 47_300_000)));
            TestContext.Current.TestOutputHelper?.WriteLine($"Report to the last of {viewers.Length} viewers: {watch.ElapsedMilliseconds} ms");
        }
        finally
        {
            await Task.WhenAll(viewers.Select(viewer => viewer.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task A_viewer_whose_connection_broke_resumes_without_a_snapshot()
    {
        var device = await EnrolAsync("Resumed");
        await ReportAsync(device, 47.5, 9.5);
        await using var viewer = await WatchingAsync(messagePack: true);
        await PhoneAsync(viewer, device, known => known.LatitudeE6 == 47_500_000);
        await Eventually.TrueAsync(() => viewer.Fleet.Resume is not null, "a resume token comes");
        var resets = 0;
        viewer.OnFrame = (frame, _) =>
        {
            resets += frame.IsReset ? 1 : 0;
            return Task.CompletedTask;
        };

        await viewer.Connection.StopAsync(Stop);
        await ReportAsync(device, 47.6, 9.5);
        await viewer.StartAsync(Stop);
        await viewer.ResumeAsync(Stop);

        await PhoneAsync(viewer, device, known => known.LatitudeE6 == 47_600_000);
        Assert.Equal(0, resets);
    }

    [Fact]
    public async Task A_slow_viewer_gets_one_frame_with_the_latest_row_for_all_that_it_missed()
    {
        var device = await EnrolAsync("Watched slowly");
        await ReportAsync(device, 47.1, 9.5);
        await using var slow = await WatchingAsync(messagePack: true);
        await using var quick = await WatchingAsync(messagePack: true);
        await PhoneAsync(slow, device, known => known.LatitudeE6 == 47_100_000);
        var isHeld = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayGoOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var frames = new List<(long Number, int Latitude)>();
        slow.OnFrame = async (frame, fleet) =>
        {
            frames.Add((frame.Number, fleet.Phones.Values.First(phone => phone.Introduction!.Device.ToString() == device).LatitudeE6));
            isHeld.TrySetResult();
            await mayGoOn.Task;
        };

        await ReportAsync(device, 47.2, 9.5);
        await isHeld.Task.WaitAsync(Eventually.Patience, Stop);
        foreach (var latitude in (double[])[47.21, 47.22, 47.23, 47.24])
        {
            await ReportAsync(device, latitude, 9.5);
            await PhoneAsync(quick, device, known => known.LatitudeE6 == (int)Math.Round(latitude * 1e6));
        }
        Assert.Single(frames);
        mayGoOn.SetResult();

        await PhoneAsync(slow, device, known => known.LatitudeE6 == 47_240_000);
        Assert.Equal(frames[0].Number + 1, frames.First(frame => frame.Latitude != frames[0].Latitude).Number);
        Assert.Equal(47_240_000, frames.First(frame => frame.Latitude != frames[0].Latitude).Latitude);
    }

    [Fact]
    public async Task A_viewport_that_moves_lets_go_of_what_it_leaves_and_shows_what_it_reaches()
    {
        var (left, reached) = (await EnrolAsync("Left behind"), await EnrolAsync("Reached"));
        await ReportAsync(left, 47.7, 9.7);
        await ReportAsync(reached, 40.7, 9.7);
        await using var viewer = await WatchingAsync(messagePack: true);
        await PhoneAsync(viewer, left, known => known.LatitudeE6 == 47_700_000);
        lock (viewer.Fleet)
            Assert.DoesNotContain(viewer.Fleet.Phones.Values, phone => phone.Introduction!.Device.ToString() == reached);

        await viewer.MoveAsync(Here with { South = 40, North = 41 }, Stop);

        await PhoneAsync(viewer, reached, known => known.LatitudeE6 == 40_700_000);
        lock (viewer.Fleet)
            Assert.DoesNotContain(viewer.Fleet.Phones.Values, phone => phone.Introduction!.Device.ToString() == left);
        await ReportAsync(left, 40.8, 9.8);
        await PhoneAsync(viewer, left, known => known.LatitudeE6 == 40_800_000);
    }

    [Fact]
    public async Task Pages_of_twenty_other_origins_are_refused_and_our_own_is_not()
    {
        var host = server.Running.Address.Authority;
        string[] others =
        [
            "https://evil.example", "http://evil.example", "null", "https://" + host, $"http://{host}.evil.example", $"http://evil.example/{host}",
            "http://127.0.0.1", "http://127.0.0.1:1", "http://localhost", "http://localhost:1", "https://localhost", "file://", "http://[::1]:5080",
            $"http://user@{host}", $"http://{host}/", "http://0.0.0.0", "chrome-extension://abcdefgh", "https://antiloss.example", "http://2130706433", "x",
        ];
        foreach (var origin in others)
            Assert.Equal(HttpStatusCode.Forbidden, await NegotiateAsync(origin));
        Assert.Equal(HttpStatusCode.OK, await NegotiateAsync($"http://{host}"));
    }

    [Fact]
    public async Task Nobody_looks_without_a_key()
    {
        using var answer = await server.Running.Anonymous.PostAsync("/hubs/fleet/negotiate?negotiateVersion=1", null, Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_call_that_cannot_be_right_is_told_which_field()
    {
        await using var viewer = await WatchingAsync(messagePack: true);
        var refusal = await Assert.ThrowsAsync<HubException>(() => viewer.MoveAsync(Here with { North = 95 }, Stop));
        Assert.Contains("north", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewer_that_calls_without_end_is_closed()
    {
        await using var viewer = await WatchingAsync(messagePack: true);
        try
        {
            for (var i = 0; i < 100; i++)
                await viewer.Connection.SendAsync("Ack", 0, Stop);
        }
        catch (Exception closed) when (closed is InvalidOperationException or IOException)
        {
            // Closed while it still called: what is waited for.
        }
        await Eventually.TrueAsync(() => viewer.Connection.State == HubConnectionState.Disconnected, "the connection is closed");
    }

    [Fact]
    public async Task Signing_out_closes_the_live_feed_within_five_seconds()
    {
        using var handler = new HttpClientHandler { CookieContainer = new CookieContainer() };
        using var browser = new HttpClient(handler) { BaseAddress = server.Running.Address };
        browser.DefaultRequestHeaders.Add("Origin", server.Running.Address.GetLeftPart(UriPartial.Authority));
        using var signedIn = await browser.PostAsJsonAsync(
            "/api/v1/session", new { email = ServerUnderTest.OwnerEmail, password = ServerUnderTest.OwnerPassword }, Stop);
        signedIn.EnsureSuccessStatusCode();
        await using var viewer = new LiveClient(server.Running.Address, options => options.Cookies = handler.CookieContainer);
        await viewer.StartAsync(Stop);
        await viewer.WatchAsync(cancellationToken: Stop);

        using var signedOut = await browser.DeleteAsync("/api/v1/session", Stop);
        signedOut.EnsureSuccessStatusCode();

        await Eventually.TrueAsync(() => viewer.Connection.State == HubConnectionState.Disconnected, "the connection is closed", TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("messagepack")]
    public async Task The_documented_JavaScript_client_sees_the_phone(string protocol)
    {
        var modules = Repository.PathOf("AntiLoss.Web", "ui");
        if (!Directory.Exists(Path.Combine(modules, "node_modules", "@microsoft", "signalr")))
            Assert.Skip("The console's packages are not installed (built with BuildUi=false).");
        var device = await EnrolAsync($"Seen by {protocol}");
        await ReportAsync(device, 47.25, 9.25);
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Repository.PathOf("AntiLoss.Tests", "Live", "live-viewer.mjs"), modules,
            Repository.PathOf("docs", "examples", "live-client.mjs"), new Uri(server.Running.Address, "/hubs/fleet").ToString(), server.Running.ApiKey, protocol])
            start.ArgumentList.Add(argument);
        using var node = Process.Start(start)!;
        try
        {
            if (!await SeesAsync(node, device))
                Assert.Fail("The client ended without seeing the phone: " + await node.StandardError.ReadToEndAsync(Stop));
        }
        finally
        {
            node.Kill();
        }
    }

    private static async Task<bool> SeesAsync(Process node, string device)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(Eventually.Patience);
        while (await node.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            using var state = JsonDocument.Parse(line);
            foreach (var phone in state.RootElement.GetProperty("phones").EnumerateArray())
            {
                if (phone.GetProperty("id").GetString() == device && phone.GetProperty("latitude").ValueKind == JsonValueKind.Number)
                    return phone.GetProperty("latitude").GetDouble() == 47.25 && phone.GetProperty("state").GetString() == "online";
            }
        }
        return false;
    }

    private async Task<LiveClient> WatchingAsync(bool messagePack)
    {
        var viewer = LiveClient.WithKey(server.Running.Address, server.Running.ApiKey, messagePack);
        await viewer.StartAsync(Stop);
        await viewer.WatchAsync(viewport: Here, cancellationToken: Stop);
        return viewer;
    }

    private static async Task<LivePhone> PhoneAsync(LiveClient viewer, string device, Func<LivePhone, bool> matches) =>
        await Eventually.GetAsync(
            () =>
            {
                lock (viewer.Fleet)
                    return Task.FromResult(viewer.Fleet.Phones.Values.FirstOrDefault(phone => phone.Introduction!.Device.ToString() == device && matches(phone)));
            },
            "the viewer sees the phone where it reported");

    private async Task<string> EnrolAsync(string name)
    {
        using var answer = await server.Running.Api.PostAsJsonAsync("/api/v1/devices", new { name }, Stop);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("id").GetString()!;
    }

    private async Task ReportAsync(string device, double latitude, double longitude)
    {
        var report = new { device, time = TimeProvider.System.GetUtcNow(), latitude, longitude };
        using var answer = await server.Running.Api.PostAsJsonAsync("/api/v1/reports", new { reports = new[] { report } }, Stop);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<HttpStatusCode> NegotiateAsync(string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hubs/fleet/negotiate?negotiateVersion=1");
        request.Headers.TryAddWithoutValidation("Origin", origin);
        using var answer = await server.Running.Api.SendAsync(request, Stop);
        return answer.StatusCode;
    }
}
