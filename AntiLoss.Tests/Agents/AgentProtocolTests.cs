using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Agents;

/// <summary>A phone's agent and a real server over HTTP.</summary>
public sealed class AgentProtocolTests : IAsyncLifetime
{
    private ServerUnderTest _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await ServerUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_phone_enrols_once_and_what_it_signs_is_taken_once()
    {
        using var agent = await TestAgent.NewAsync(_server);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(HttpStatusCode.OK, (await TestAgent.EnrolAsync(_server.Anonymous, agent.Code, agent.Key)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await TestAgent.EnrolAsync(_server.Anonymous, agent.Code, other)).StatusCode);

        var sent = agent.Sign([new EnvelopeItem(1, null, null, new PolicyApplied(1)), FixItem(2)]);
        Assert.Equal(2, (await agent.ReplyAsync(sent)).Through);
        Assert.Equal(2, (await agent.ReplyAsync(sent)).Through);
        var history = await _server.Api.GetStringAsync($"/api/v1/devices/{agent.Id}/positions?since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00Z&format=ndjson", Stop);
        Assert.Single(history.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task The_addresses_that_phone_makers_are_told_answer_as_they_are_told()
    {
        var told = JsonDocument.Parse(File.ReadAllBytes(Repository.PathOf("docs", "examples", "agent-openapi.json"))).RootElement.GetProperty("paths");
        foreach (var path in told.EnumerateObject())
        {
            using var answer = await _server.Anonymous.PostAsJsonAsync(path.Name, new { }, Stop);
            Assert.Contains($"{(int)answer.StatusCode}", path.Value.GetProperty("post").GetProperty("responses").EnumerateObject().Select(response => response.Name));
            Assert.NotEqual(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_place_that_was_taken_out_on_the_way_leaves_the_signature_whole()
    {
        using var agent = await TestAgent.NewAsync(_server);
        Assert.Equal(1, (await agent.ReplyAsync(agent.Sign([FixItem(1)]) with { Places = [] })).Through);
    }

    [Fact]
    public async Task A_loss_is_confirmed_by_the_phone_s_lock_over_an_open_connection()
    {
        var took = new List<TimeSpan>();
        for (var round = 0; round < 5; round++)
        {
            using var agent = await TestAgent.NewAsync(_server);
            var sequence = 1;
            var reply = await agent.SayAsync(sequence, new PolicyApplied(1));
            while (reply.Commands is [var other, ..])
                reply = await agent.SayAsync(++sequence, new CommandTold(agent.Open(other).Id, CommandState.Succeeded));
            var open = agent.ReplyAsync(agent.Sign([]), wait: 20);
            var declared = Stopwatch.GetTimestamp();
            using var lost = await _server.Api.PostAsJsonAsync($"/api/v1/devices/{agent.Id}/lost", new { reason = "stolen" }, Stop);
            Assert.Equal(HttpStatusCode.OK, lost.StatusCode);
            // A question that is answered with nothing is asked again, as a phone does.
            for (reply = await open; reply.Commands.Count == 0;)
                reply = await agent.ReplyAsync(agent.Sign([]), wait: 20);
            Assert.Equal(CommandKind.Lock, agent.Open(reply.Commands[0]).Kind);
            await agent.SayAsync(++sequence, new ScreenLockSet(true));
            var device = await _server.Api.GetFromJsonAsync<JsonElement>($"/api/v1/devices/{agent.Id}", Stop);
            Assert.True(device.GetProperty("guards").GetProperty("lock").GetProperty("reported").GetBoolean());
            took.Add(Stopwatch.GetElapsedTime(declared));
        }
        took.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine($"declared lost to confirmed lock: median {took[2].TotalMilliseconds:0} ms, longest {took[^1].TotalMilliseconds:0} ms");
    }

    private static EnvelopeItem FixItem(long sequence) => new(sequence, null, new Report
    {
        Kind = ReportKind.Position, FixedAt = TimeProvider.System.GetUtcNow(), Place = GeoPoint.From(52.5, 13.4),
    }, null);
}
