using System.Net;
using AntiLoss.LoadTest.Load;
using AntiLoss.LoadTest.Wire;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Crash;

/// <summary>kill -9 at a random moment under load, again and again on the same data: nothing acknowledged is lost, nothing is doubled.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int HttpPhones = 20;
    private const int MqttPhones = 3;
    private static readonly TimeSpan _margin = TimeSpan.FromHours(1);

    private static readonly ImmutableDictionary<string, string> _limits = ImmutableDictionary<string, string>.Empty
        .Add("Limits:DeviceRatePerSecond", "100000").Add("Limits:DeviceBurst", "1000000");

    [Fact]
    public async Task What_was_acknowledged_survives_kill_9_and_is_there_once()
    {
        var chance = Chance();
        await using var server = await ServerUnderTest.StartAsync(new ServerSettings { Settings = _limits });
        for (var round = 1; round <= Tier.Count(suite: 5, @long: 100); round++)
        {
            var result = await RoundAsync(server, chance);
            output.WriteLine($"Round {round}: {result}");
            Assert.True(result.Acknowledged > 0, server.Output);
            Assert.True(result.IsClean, $"Round {round}: {result}");
        }
    }

    [Fact]
    public async Task An_acknowledgement_before_the_commit_is_caught()
    {
        var chance = Chance();
        await using var server = await ServerUnderTest.StartAsync(new ServerSettings
        {
            Settings = _limits,
            Environment = ImmutableDictionary<string, string>.Empty.Add("DOTNET_STARTUP_HOOKS", typeof(AckBeforeCommit).Assembly.Location),
        });
        for (var round = 1; round <= 3; round++)
        {
            var result = await RoundAsync(server, chance);
            output.WriteLine($"Round {round}: {result}");
            if (result.Missing > 0)
                return;
        }
        Assert.Fail("The planted bug was not caught in three rounds.");
    }

    private Random Chance()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        return new Random(seed);
    }

    // Phones of its own; load over HTTP and MQTT; the kill; the restart, through which the phones go on; the audit.
    private static async Task<AuditResult> RoundAsync(ServerUnderTest server, Random chance)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var api = new ApiClient(server.Address, server.ApiKey, TimeProvider.System);
        var phones = new List<EnrolledItem>();
        for (var phone = 0; phone < HttpPhones + MqttPhones; phone++)
            phones.Add(await api.EnrolAsync(new NewDevice($"Crash {phone}", null, null, null, []), cancellationToken));
        var http = phones[..HttpPhones];
        var schedule = new LoadSchedule(800, TimeSpan.FromSeconds(3), TimeSpan.Zero, TimeSpan.FromSeconds(60), Connections: 16);
        var ledger = new Ledger(new ReportPlan(HttpPhones, 1), schedule.Requests);
        var heads = http.Select(phone => RequestBytes.HeadOf(server.Address, phone.Id, phone.Credential)).ToImmutableArray();
        var generator = new LoadGenerator(new IPEndPoint(IPAddress.Loopback, server.HttpPort), schedule, heads, ledger, TimeProvider.System);
        var mqtt = phones[HttpPhones..].Select((phone, index) => new MqttPhone(phone, server.MqttPort, 5_000 + index)).ToArray();

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var publishing = Task.WhenAll(mqtt.Select(phone => phone.RunAsync(stop.Token)));
        var load = generator.RunAsync(cancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(200 + chance.Next(2_500)), cancellationToken);
        await server.KillAsync();
        await server.StartAgainAsync();
        await load;
        await stop.CancelAsync();
        await publishing;
        return await AuditAsync(api, ledger, http, mqtt, cancellationToken);
    }

    private static async Task<AuditResult> AuditAsync(ApiClient api, Ledger ledger, List<EnrolledItem> http, MqttPhone[] mqtt, CancellationToken cancellationToken)
    {
        var (since, until) = (TimeProvider.System.GetUtcNow() - _margin, TimeProvider.System.GetUtcNow() + _margin);
        var total = await LossAudit.RunAsync(api, ledger, [.. http.Select(phone => phone.Id)], since, until, cancellationToken);
        foreach (var phone in mqtt)
        {
            var stored = await api.PositionsAsync(phone.Id, since, until, cancellationToken);
            total += LossAudit.Compare(phone.Sent, stored.Select(LossAudit.IdentityOf));
        }
        return total;
    }
}
