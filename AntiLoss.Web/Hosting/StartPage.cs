using AntiLoss.Web.Accounts;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Hosting;

/// <summary>What the server prints once it listens: where to go, and the set-up link while there is no owner.</summary>
internal sealed class StartPage(
    PublicUrl url,
    SetupLink setup,
    IOptions<ServerOptions> server,
    IOptions<MqttOptions> mqtt,
    IOptions<OsmandOptions> osmand,
    IOptions<TlsOptions> tls,
    StopSignals signals,
    IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Print);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Print() =>
        Console.WriteLine(signals.IsAskedInStart ? "AntiLoss stops: it was told to while it started." : string.Join(Environment.NewLine, Lines()));

    private IEnumerable<string> Lines()
    {
        yield return "";
        yield return $"  AntiLoss is at {url.Value}";
        // The demo's owner takes an installation that has none: the link would be dead before anybody opened it.
        if (setup.Path is { } path && !server.Value.Demo)
            yield return $"  Set it up within an hour: {url.Of(path)}";
        yield return "  Phones:";
        yield return $"    OwnTracks (HTTP)        {url.Of("ingest/owntracks")}";
        yield return $"    Traccar Client, OsmAnd  {url.Of("ingest/osmand")}{(osmand.Value.Port > 0 ? $", port {osmand.Value.Port}" : "")}";
        if (MqttLine() is { } line)
            yield return line;
        if (url.IsLocalhost)
            yield return "  No phone reaches this address: start with --lan, or set AntiLoss__PublicUrl.";
        if (!url.IsLocalhost && url.Value.Scheme != Uri.UriSchemeHttps)
            yield return "  Without TLS, passwords and positions cross the network readable.";
        yield return "";
    }

    private string? MqttLine()
    {
        var plain = mqtt.Value.Port > 0 ? $"{url.Value.Host}:{mqtt.Value.Port}" : null;
        var secure = tls.Value is { IsOn: true, MqttPort: > 0 } ? $"{url.Value.Host}:{tls.Value.MqttPort} (TLS)" : null;
        var ports = string.Join(", ", new[] { secure, plain }.OfType<string>());
        return ports.Length > 0 ? $"    OwnTracks (MQTT)        {ports}" : null;
    }
}
