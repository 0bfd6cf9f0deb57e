using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using AntiLoss.Domain.Agents;
using AntiLoss.Tests.Agents;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Wake;

/// <summary>A real server with every push service set, and phones that are not in contact.</summary>
public sealed class WakeServerTests : IAsyncLifetime
{
    private readonly DirectoryInfo _secrets = Directory.CreateTempSubdirectory("antiloss-wake-");
    private PushFake _fake = null!;
    private ServerUnderTest _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fake = await PushFake.StartAsync();
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var account = Path.Combine(_secrets.FullName, "account.json");
        await File.WriteAllTextAsync(account, JsonSerializer.Serialize(new
        {
            project_id = "our-project", client_email = "push@our-project.example", private_key_id = "key-1",
            private_key = rsa.ExportPkcs8PrivateKeyPem(), token_uri = new Uri(_fake.Http, "/token"),
        }), Stop);
        var key = Path.Combine(_secrets.FullName, "key.p8");
        await File.WriteAllTextAsync(key, ec.ExportPkcs8PrivateKeyPem(), Stop);
        _server = await ServerUnderTest.StartAsync(new ServerSettings
        {
            Settings = new Dictionary<string, string>
            {
                ["Wake:After"] = "00:00:00", ["Wake:FcmServiceAccountFile"] = account, ["Wake:FcmAddress"] = _fake.Http.ToString(),
                ["Wake:ApnsKeyFile"] = key, ["Wake:ApnsKeyId"] = "KEYKEYKEY1", ["Wake:ApnsTeamId"] = "TEAMTEAM01", ["Wake:ApnsTopic"] = "com.example.agent",
                ["Wake:ApnsAddress"] = _fake.Http2.ToString(), ["Wake:WebhookUrl"] = new Uri(_fake.Http, "/wake").ToString(), ["Wake:WebhookSecret"] = "sixteen letters!",
            },
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _fake.DisposeAsync();
        _secrets.Delete(recursive: true);
    }

    [Fact]
    public async Task A_queued_command_wakes_its_phone_once_over_the_service_that_it_named_and_says_so()
    {
        foreach (var (service, path) in ((string, string)[])[("fcm", "/v1/projects/our-project/messages:send"), ("apns", "/3/device/a-secret-token-apns"), ("huawei", "/wake")])
        {
            using var agent = await TestAgent.NewAsync(_server);
            await agent.TellAsync(new PushTokenSet(service, $"a-secret-token-{service}"));
            await AskAsync(agent, "locate");
            var waiting = await Eventually.GetAsync(async () => await WaitingAsync(agent, "wokenAt"), $"{service} has taken the wake");
            Assert.Contains("it was woken at", waiting, StringComparison.Ordinal);
            // It has not been heard since: a second command is covered by the first's wake.
            await AskAsync(agent, "ring");
            await Eventually.TrueAsync(async () => (await CommandsAsync(agent)).Count(command => command.GetProperty("wokenAt").ValueKind == JsonValueKind.String) == 2, "the second command is covered");
            var sent = Assert.Single(_fake.Sent, each => each.Path == path);
            Assert.Contains($"a-secret-token-{service}", sent.Path + sent.Body, StringComparison.Ordinal);

            var device = await _server.Api.GetStringAsync($"/api/v1/devices/{agent.Id}", Stop);
            Assert.DoesNotContain("a-secret-token", device, StringComparison.Ordinal);
            Assert.Equal(service, JsonDocument.Parse(device).RootElement.GetProperty("guards").GetProperty("push").GetProperty("service").GetString());
        }
        Assert.DoesNotContain("a-secret-token", _server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_phone_that_can_t_be_woken_says_why_its_command_waits_and_is_counted()
    {
        using var agent = await TestAgent.NewAsync(_server);
        await agent.TellAsync(new PushTokenSet("apns", "a-secret-token"));
        _fake.AnswerNext((int)HttpStatusCode.Gone, """{"reason":"Unregistered"}""");
        await AskAsync(agent, "locate");
        var waiting = await Eventually.GetAsync(async () => await WaitingAsync(agent, "wakeFailure"), "the wake has failed");
        Assert.Contains("it could not be woken: the push service does not know the phone any more", waiting, StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => (await _server.Anonymous.GetStringAsync("/metrics", Stop)).Split('\n').Any(line =>
            line.StartsWith("antiloss_wakes", StringComparison.Ordinal) && line.Contains("service=\"apns\"", StringComparison.Ordinal) && line.Contains("outcome=\"unregistered\"", StringComparison.Ordinal)), "it is counted");

        // A busy service is asked again, and nothing of a token is in the log.
        await agent.TellAsync(new PushTokenSet("apns", "another-secret-token"));
        _fake.AnswerNext((int)HttpStatusCode.ServiceUnavailable, """{"reason":"ServiceUnavailable"}""");
        await AskAsync(agent, "ring");
        await Eventually.GetAsync(async () => await WaitingAsync(agent, "wokenAt"), "the second try was taken");
        Assert.Contains("could not be woken over apns", _server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-token", _server.Output, StringComparison.Ordinal);
    }

    private async Task AskAsync(TestAgent agent, string kind)
    {
        using var answer = await _server.Api.PostAsJsonAsync($"/api/v1/devices/{agent.Id}/commands", new { kind, reason = "a test" }, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    private async Task<List<JsonElement>> CommandsAsync(TestAgent agent) =>
        [.. (await _server.Api.GetFromJsonAsync<JsonElement>($"/api/v1/devices/{agent.Id}/commands", Stop)).GetProperty("items").EnumerateArray()];

    /// <summary>Why the command waits of which a field is told; null if none is.</summary>
    private async Task<string?> WaitingAsync(TestAgent agent, string field) => (await CommandsAsync(agent))
        .Where(command => command.GetProperty(field).ValueKind == JsonValueKind.String).Select(command => command.GetProperty("whyNotYet").GetString()).FirstOrDefault();
}
