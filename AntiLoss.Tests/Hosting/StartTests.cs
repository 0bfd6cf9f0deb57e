using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using AntiLoss.Tests.Support;
using AntiLoss.Web.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AntiLoss.Tests.Hosting;

/// <summary>What a start prints, where it listens, and what it tells a collector.</summary>
public sealed class StartTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_normal_start_warns_of_nothing_and_sessions_outlive_it_under_sealed_keys()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var browser = new HttpClient { BaseAddress = server.Address };
        var signedIn = await browser.PostAsJsonAsync("/api/v1/session", new { email = ServerUnderTest.OwnerEmail, password = ServerUnderTest.OwnerPassword }, Token);
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        Assert.Equal(0, await server.StopAsync());
        await server.StartAgainAsync();

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/session", Token)).StatusCode);
        var keys = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.Combine(server.Folder, "session-keys"))), Token);
        Assert.Contains("<sealed key=\"1\"", keys, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey", keys, StringComparison.Ordinal);
        // A build without the console is told of, and is no normal one.
        Assert.DoesNotContain("warn: ", server.Output.Replace("warn: Microsoft.AspNetCore.StaticFiles", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("fail: ", server.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Hosting starting")]
    [InlineData("The first organization and its owner were made from the settings")]
    public async Task Told_to_stop_while_it_starts_it_stops_and_says_no_more(string line)
    {
        await using var server = ServerUnderTest.LaunchNew(new ServerSettings
        {
            Environment = new Dictionary<string, string> { ["Logging__LogLevel__Microsoft.Extensions.Hosting.Internal.Host"] = "Debug" },
        });
        await Eventually.TrueAsync(() => server.Output.Contains(line, StringComparison.Ordinal), line);

        Assert.Equal(0, await server.StopAsync());

        Assert.Contains("AntiLoss stops: it was told to while it started.", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("AntiLoss is at", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fail: ", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_lan_the_printed_address_is_the_one_that_is_reached()
    {
        Assert.SkipWhen(LanAddress.Find() is null, "This machine has no network.");
        await using var server = await ServerUnderTest.StartAsync(new ServerSettings { Host = "*", Flags = ["--lan"] });

        var printed = $"http://{LanAddress.Find()}:{server.HttpPort}/";
        await Eventually.TrueAsync(() => server.Output.Contains($"AntiLoss is at {printed}", StringComparison.Ordinal), "the address is printed");
        Assert.Equal("live", await server.Anonymous.GetStringAsync($"{printed}health/live", Token));
        Assert.Contains("passwords and positions cross the network readable", server.Output, StringComparison.Ordinal);
        using var mqtt = new TcpClient();
        await mqtt.ConnectAsync(LanAddress.Find()!, server.MqttPort, Token);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5081", true)]
    [InlineData("http://localhost:5081;http://[::1]:5081", true)]
    [InlineData("http://127.0.0.1:5081;http://*:5082", false)]
    [InlineData("", false)]
    public void All_addresses_and_only_this_machine_are_not_asked_for_at_once(string urls, bool isRefused)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new(ListenAddresses.Key, urls)]).Build();
        var opened = Record.Exception(() => new ListenAddresses(settings, Options.Create(new ServerOptions { Lan = true }), Options.Create(new TlsOptions())));
        Assert.Equal(isRefused, opened is OptionsValidationException);
    }

    [Theory]
    [InlineData("Limits:BodyBytes", "many", "AntiLoss:Limits:BodyBytes")]
    [InlineData("Telemetry:OtlpEndpoint", "collector", "AntiLoss:Telemetry:OtlpEndpoint is 'collector'")]
    public async Task A_setting_that_cannot_be_read_is_named_in_one_sentence(string setting, string value, string named)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(
            () => ServerUnderTest.StartAsync(new ServerSettings { Settings = new Dictionary<string, string> { [setting] = value } }));
        Assert.Contains("AntiLoss does not start: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_gets_traces_metrics_and_logs_and_neither_it_nor_the_console_a_secret_or_a_place()
    {
        await using var collector = await TestCollector.StartAsync();
        await using var server = await ServerUnderTest.StartAsync(new ServerSettings
        {
            Settings = new Dictionary<string, string> { ["Telemetry:OtlpEndpoint"] = collector.Address.ToString(), ["Telemetry:TraceShare"] = "1" },
            Environment = new Dictionary<string, string>
            {
                // Whatever somebody switches on to find a fault.
                ["Logging__LogLevel__Default"] = "Trace",
                ["Logging__LogLevel__Microsoft"] = "Trace",
                ["Logging__LogLevel__Orleans"] = "Information",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
            },
        });
        var phone = await ReportingPhone.EnrolAsync(server);
        Assert.Equal(HttpStatusCode.OK, await phone.ReportAsync(server.Anonymous));
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{phone.Id}:{phone.Credential}"));
        using var ownTracks = new HttpRequestMessage(HttpMethod.Post, "/ingest/owntracks")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Basic", basic) },
            Content = new StringContent($$"""{"_type":"location","lat":52.512345,"lon":13.412345,"tst":{{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}}}"""),
        };
        Assert.Equal(HttpStatusCode.OK, (await server.Anonymous.SendAsync(ownTracks, Token)).StatusCode);
        using var browser = new HttpClient { BaseAddress = server.Address };
        using var signedIn = await browser.PostAsJsonAsync("/api/v1/session", new { email = ServerUnderTest.OwnerEmail, password = ServerUnderTest.OwnerPassword }, Token);
        var cookie = signedIn.Headers.GetValues("Set-Cookie").First(value => value.StartsWith("antiloss-session", StringComparison.Ordinal)).Split('=', ';')[1];
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Anonymous.GetAsync("/api/v1/devices?token=canary-in-a-query", Token)).StatusCode);
        Assert.Equal(0, await server.StopAsync());

        Assert.Contains("/ingest/owntracks", collector.Received("Trace"), StringComparison.Ordinal);
        Assert.Contains("antiloss", collector.Received("Metrics"), StringComparison.Ordinal);
        Assert.Contains("AntiLoss", collector.Received("Logs"), StringComparison.Ordinal);
        var everything = server.Output + collector.Received("Trace") + collector.Received("Metrics") + collector.Received("Logs");
        foreach (var secret in (string[])[phone.Credential, basic, server.ApiKey, ServerUnderTest.OwnerPassword, cookie, "canary-in-a-query", "52.512345", "lat=52.5"])
            Assert.False(everything.Contains(secret, StringComparison.Ordinal), LinesWith(everything, secret));
    }

    private static string LinesWith(string text, string secret) =>
        string.Join('\n', text.Split('\n').Where(line => line.Contains(secret, StringComparison.Ordinal)).Take(5));
}
