using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AntiLoss.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Tests.Wake;

/// <summary>What a push service was sent.</summary>
internal sealed record PushSent(string Path, string Protocol, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}

/// <summary>Every push service, on loopback: it keeps what it is sent, and answers what it is told to.</summary>
internal sealed class PushFake : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(int Status, string Body)> _answers = new();

    private PushFake(WebApplication app) => _app = app;

    /// <summary>Over HTTP/1.1; Apple's service is at <see cref="Http2"/>.</summary>
    public Uri Http { get; private init; } = null!;

    public Uri Http2 { get; private init; } = null!;

    /// <summary>In order of arrival.</summary>
    public ConcurrentQueue<PushSent> Sent { get; } = new();

    public static async Task<PushFake> StartAsync()
    {
        var (http, http2) = (FreePort.Take(), FreePort.Take());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenLocalhost(http, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.ListenLocalhost(http2, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var fake = new PushFake(builder.Build())
        {
            Http = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{http}")),
            Http2 = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{http2}")),
        };
        fake._app.MapPost("/{**path}", fake.TakeAsync);
        await fake._app.StartAsync(TestContext.Current.CancellationToken);
        return fake;
    }

    /// <summary>What the next message is answered; after that each is taken.</summary>
    public void AnswerNext(int status, string body = "{}") => _answers.Enqueue((status, body));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        Sent.Enqueue(new PushSent(
            context.Request.Path, context.Request.Protocol, context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()), body));
        var (status, text) = context.Request.Path == "/token"
            ? (200, """{"access_token":"the-access-token","expires_in":3600}""")
            : _answers.TryDequeue(out var answer) ? answer : (200, "{}");
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(text);
    }
}
