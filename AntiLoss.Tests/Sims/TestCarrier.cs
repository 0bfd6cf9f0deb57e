using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AntiLoss.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Tests.Sims;

/// <summary>A carrier's side on loopback, which checks what it is sent as <c>docs/api.md</c> tells it to.</summary>
internal sealed class TestCarrier : IAsyncDisposable
{
    public const string Secret = "the carrier and the server know it";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _received = new();
    private readonly ConcurrentDictionary<string, int> _refusals = new();
    private readonly ConcurrentDictionary<string, object> _answers = new();

    private TestCarrier(WebApplication app) => _app = app;

    public string Address => _app.Urls.First() + "/lines";

    /// <summary>What was posted, in order; refused or not.</summary>
    public IReadOnlyList<Received> All => [.. _received];

    public static async Task<TestCarrier> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(FreePort.Take()));
        var carrier = new TestCarrier(builder.Build());
        carrier._app.MapPost("/lines", carrier.TakeAsync);
        await carrier._app.StartAsync(TestContext.Current.CancellationToken);
        return carrier;
    }

    /// <summary>Has no time for the next requests about a SIM.</summary>
    public void Refuse(string iccid, int times) => _refusals[iccid] = times;

    /// <summary>Says of which line it is, from now on, when it takes a request about a SIM.</summary>
    public void Answer(string iccid, string line, string? imsi = null) => _answers[iccid] = new { iccid = line, imsi };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var signed = Encoding.ASCII.GetBytes(context.Request.Headers["AntiLoss-Timestamp"] + ".").Concat(body.ToArray()).ToArray();
        var signature = "v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed));
        var said = JsonDocument.Parse(body.ToArray()).RootElement;
        _received.Enqueue(new Received(said, context.Request.Headers["Idempotency-Key"]!, context.Request.Headers["AntiLoss-Signature"] == signature));
        var iccid = said.GetProperty("iccid").GetString()!;
        var refuses = _refusals.TryGetValue(iccid, out var times) && times > 0;
        if (refuses)
            _refusals[iccid] = times - 1;
        if (!refuses && _answers.TryGetValue(iccid, out var answer))
        {
            await context.Response.WriteAsJsonAsync(answer);
            return;
        }
        context.Response.StatusCode = refuses ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status204NoContent;
    }

    /// <param name="IsSigned">The signature holds.</param>
    internal sealed record Received(JsonElement Body, string Key, bool IsSigned)
    {
        public string Iccid => Body.GetProperty("iccid").GetString()!;
    }
}
