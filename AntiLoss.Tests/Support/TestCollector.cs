using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Tests.Support;

/// <summary>An OpenTelemetry collector on loopback that keeps what it is sent, as far as gRPC needs one to answer.</summary>
internal sealed class TestCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, string Text)> _received = new();

    private TestCollector(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public static async Task<TestCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(FreePort.Take(), listen => listen.Protocols = HttpProtocols.Http2));
        var collector = new TestCollector(builder.Build());
        collector._app.MapPost("/{**path}", collector.TakeAsync);
        await collector._app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    /// <summary>Everything that came for <c>Trace</c>, <c>Metrics</c> or <c>Logs</c>; text in it is readable, its frame is not.</summary>
    public string Received(string signal) => string.Concat(_received
        .Where(message => message.Path.Contains($".{signal}Service/", StringComparison.Ordinal)).Select(message => message.Text));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _received.Enqueue((context.Request.Path, Encoding.UTF8.GetString(body.ToArray())));
        context.Response.ContentType = "application/grpc";
        context.Response.AppendTrailer("grpc-status", "0");
        // An empty message: not compressed, of length 0.
        await context.Response.Body.WriteAsync(new byte[5]);
    }
}
