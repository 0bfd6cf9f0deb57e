using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;
using AntiLoss.Web.Ingest.Transports;
using Microsoft.AspNetCore.Connections;
using MQTTnet.AspNetCore;
using KestrelListen = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;

namespace AntiLoss.Web.Hosting;

/// <summary>Kestrel's ports: HTTP and HTTPS, MQTT and MQTTS, OsmAnd's. Those without an address of their own follow HTTP's.</summary>
internal sealed class Listeners(
    ListenAddresses http,
    TlsCertificate certificate,
    IOptions<MqttOptions> mqtt,
    IOptions<OsmandOptions> osmand,
    IOptions<TlsOptions> tls) : IConfigureOptions<KestrelServerOptions>
{
    public void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        foreach (var address in http.All)
            Listen(options, address.Host, address.Port, listen => Protect(listen, ListenAddresses.IsHttps(address)));
        if (osmand.Value.Port > 0)
            Listen(options, FollowingHost, osmand.Value.Port, _ => { });
        if (mqtt.Value.Port > 0)
            Listen(options, FollowingHost, mqtt.Value.Port, UseMqtt);
        if (tls.Value is { IsOn: true, MqttPort: > 0 })
            Listen(options, FollowingHost, tls.Value.MqttPort, listen =>
            {
                Protect(listen, isTls: true);
                UseMqtt(listen);
            });
    }

    private static void UseMqtt(KestrelListen listen) => listen.UsePacketLimit().UseConnectionHandler<MqttConnectionHandler>();

    private string FollowingHost => http.IsOpen ? "*" : "localhost";

    private static void Listen(KestrelServerOptions options, string host, int port, Action<KestrelListen> configure)
    {
        if (host == "localhost")
            options.ListenLocalhost(port, configure);
        else if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
            options.Listen(address, port, configure);
        else
            options.ListenAnyIP(port, configure);
    }

    private void Protect(KestrelListen listen, bool isTls)
    {
        if (!isTls)
            return;
        // Read before the first connection: a certificate that cannot be read stops the start, not the first phone.
        certificate.Require();
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Current }),
        });
    }
}
