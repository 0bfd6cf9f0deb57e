using System.ComponentModel.DataAnnotations;

namespace AntiLoss.Web.Hosting;

/// <summary>MQTT's own port.</summary>
public sealed class MqttOptions
{
    public const string Section = "AntiLoss:Mqtt";

    /// <summary>Port for MQTT without TLS; 0 switches it off. Default 1883. An open port costs nothing while unused.</summary>
    [Range(0, 65_535)]
    public int Port { get; init; } = 1883;
}

/// <summary>The port of apps that speak OsmAnd's protocol to a bare host and port.</summary>
public sealed class OsmandOptions
{
    public const string Section = "AntiLoss:Osmand";

    /// <summary>
    /// Port for OsmAnd and Traccar Client without a path, 5055 by their custom; 0 switches it off. Default 0: apps that
    /// take an address with a path need none of it. Credentials cross it readable.
    /// </summary>
    [Range(0, 65_535)]
    public int Port { get; init; }
}

/// <summary>TLS by a certificate file.</summary>
public sealed class TlsOptions
{
    public const string Section = "AntiLoss:Tls";

    /// <summary>
    /// PEM file with the certificate and its chain; read again within a second of a change. Default: none, no TLS. A TLS
    /// connection costs about a millisecond of a core to open.
    /// </summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file with the private key, not encrypted. Default: it is in the certificate's file.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Port for HTTPS when <c>--urls</c> names no https address; used with a certificate only. Default 5443.</summary>
    [Range(1, 65_535)]
    public int Port { get; init; } = 5443;

    /// <summary>Port for MQTT over TLS; 0 switches it off; used with a certificate only. Default 8883.</summary>
    [Range(0, 65_535)]
    public int MqttPort { get; init; } = 8883;

    internal bool IsOn => !string.IsNullOrEmpty(CertificateFile);
}

/// <summary>Proxies in front of this server.</summary>
public sealed class ProxyOptions
{
    public const string Section = "AntiLoss:Proxy";

    /// <summary>
    /// Addresses (<c>10.0.0.5</c>) or networks (<c>10.0.0.0/8</c>) whose forwarded headers (client address, scheme and
    /// host) are believed. Default: none. Whoever sends from such an address can pretend to be any client.
    /// </summary>
    public IList<string> Trusted { get; init; } = [];
}
