using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AntiLoss.LoadTest.Load;
using HdrHistogram;

namespace AntiLoss.Tests.Load;

public sealed class LoadGeneratorTests
{
    private static readonly Uri Url = new("http://127.0.0.1:5080");

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: x\r\n\r\n[]", 200)]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\ncontent-length:0\r\n\r\n", 503)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n", 200)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204)]
    public void An_answer_is_whole_at_its_last_byte_and_not_before(string text, int expected)
    {
        var bytes = Encoding.ASCII.GetBytes(text + "HTTP/1.1 next");
        for (var length = 0; length < text.Length; length++)
            Assert.False(HttpAnswer.TryRead(bytes.AsSpan(0, length), out _, out _), $"{length} bytes");
        Assert.True(HttpAnswer.TryRead(bytes, out var status, out var whole));
        Assert.Equal((expected, text.Length), (status, whole));
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("SSH-2.0\r\n\r\n")]
    public void What_is_no_answer_of_known_length_is_refused(string text) =>
        Assert.Throws<FormatException>(() => HttpAnswer.TryRead(Encoding.ASCII.GetBytes(text), out _, out _));

    [Fact]
    public void A_place_tells_which_report_it_was()
    {
        for (var number = 0; number < ReportPlan.Cycle; number += 37)
        {
            var (latitude, longitude) = ReportPlan.PlaceOf(12_345, number);
            Assert.Equal(number, ReportPlan.NumberAt(12_345, latitude, longitude));
        }
        Assert.Equal(-1, ReportPlan.NumberAt(7, 48_000_000, 11_000_000));
        var plan = new ReportPlan(Phones: 10, Batch: 5);
        for (var request = 0; request < 100; request++)
            Assert.Equal(request, plan.RequestOf(plan.PhoneOf(request), plan.FirstOf(request) + 3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_request_is_HTTP_with_an_OwnTracks_body_that_says_what_the_ledger_says(int batch)
    {
        var bytes = new RequestBytes(batch);
        var buffer = new byte[bytes.Room];
        var length = bytes.Write(buffer, RequestBytes.HeadOf(Url, "DEVICE", "CREDENTIAL"), 1_234, 100 * batch, 1_764_081_234);
        var parts = Encoding.ASCII.GetString(buffer, 0, length).Split("\r\n\r\n");
        Assert.StartsWith("POST /ingest/owntracks HTTP/1.1\r\nHost: 127.0.0.1:5080\r\nAuthorization: Basic REVWSUNFOkNSRURFTlRJQUw=\r\n", parts[0], StringComparison.Ordinal);
        Assert.Contains($"Content-Length: {parts[1].Length}", parts[0], StringComparison.Ordinal);

        var ledger = new Ledger(new ReportPlan(2_000, batch), 202_000);
        ledger.Sent(1_235, 0);
        ledger.Sent(100 * 2_000 + 1_234, 1_764_081_234);
        var body = JsonDocument.Parse(parts[1]).RootElement;
        var messages = batch == 1 ? [body] : body.EnumerateArray().ToArray();
        var said = messages.Select(message => new ReportIdentity(
            message.GetProperty("tst").GetInt64() * 1000,
            (int)Math.Round(message.GetProperty("lat").GetDouble() * 1e6),
            (int)Math.Round(message.GetProperty("lon").GetDouble() * 1e6)));
        Assert.Equal(ledger.Of(1_234).Select(sent => sent.Report), said);
    }

    [Fact]
    public void The_audit_sees_a_loss_a_double_and_a_phantom()
    {
        ReportIdentity At(int number) => new(number, number, number);
        var sent = new[]
        {
            (At(1), RequestFate.Acknowledged), (At(2), RequestFate.Acknowledged), (At(3), RequestFate.Unknown), (At(4), RequestFate.Refused),
            (At(5), RequestFate.Unknown), (At(5), RequestFate.Acknowledged),
        };
        Assert.True(LossAudit.Compare(sent, [At(1), At(2), At(3), At(5)]).IsClean);
        Assert.Equal(new AuditResult(3, 3, 0, 0, 0, 0), LossAudit.Compare(sent, [At(1), At(2), At(5)]));
        Assert.Equal(1, LossAudit.Compare(sent, [At(1), At(5)]).Missing);
        Assert.Equal(1, LossAudit.Compare(sent, [At(1), At(2), At(5), At(5)]).StoredTwice);
        Assert.Equal(1, LossAudit.Compare(sent, [At(1), At(2), At(5), At(6)]).Phantoms);
    }

    [Theory]
    [InlineData("http://example.com:5080")]
    [InlineData("http://10.0.0.1:5080")]
    [InlineData("http://localhost.example.com")]
    [InlineData("https://127.0.0.1:5080")]
    public void Only_this_machine_is_loaded(string url)
    {
        var refusal = Assert.Throws<ArgumentException>(() => LoadOptions.Parse(["--api-key", "k", "--url", url]));
        Assert.Contains("only http on an address of this machine", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_stalls_is_charged_for_everything_that_was_due_meanwhile()
    {
        var stall = TimeSpan.FromMilliseconds(400);
        await using var server = new StallingServer(stallAtRequest: 100, stall);
        var schedule = new LoadSchedule(200, TimeSpan.FromSeconds(2), TimeSpan.Zero, TimeSpan.FromSeconds(5), Connections: 1);
        var ledger = new Ledger(new ReportPlan(4, 1), schedule.Requests);
        var heads = Enumerable.Range(0, 4).Select(phone => RequestBytes.HeadOf(Url, $"P{phone}", "C")).ToImmutableArray();
        var generator = new LoadGenerator(server.EndPoint, schedule, heads, ledger, TimeProvider.System);

        await generator.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, generator.Broken);
        Assert.Equal(400, ledger.Count(RequestFate.Acknowledged));
        // 80 requests were due within the stall; a closed loop would have seen one slow answer of 400.
        Assert.InRange(generator.Latency.GetValueAtPercentile(90), 150_000, 2_000_000);
        Assert.True(generator.Latency.GetMaxValue() >= stall.TotalMicroseconds);
    }

    /// <summary>Answers every request with an empty list, and once stalls before it does.</summary>
    private sealed class StallingServer : IAsyncDisposable
    {
        private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _serving;

        public StallingServer(int stallAtRequest, TimeSpan stall)
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen();
            _serving = ServeAsync(stallAtRequest, stall, _stop.Token);
        }

        public EndPoint EndPoint => _listener.LocalEndPoint!;

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Dispose();
            // Cut off while it still waits for the client to hang up: no failure of the server's.
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }

        private async Task ServeAsync(int stallAtRequest, TimeSpan stall, CancellationToken stop)
        {
            var buffer = new byte[4096];
            using var client = await _listener.AcceptAsync(stop);
            for (var request = 1; await client.ReceiveAsync(buffer, stop) > 0; request++)
            {
                if (request == stallAtRequest)
                    await Task.Delay(stall, stop);
                await client.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"u8.ToArray(), stop);
            }
        }
    }
}
