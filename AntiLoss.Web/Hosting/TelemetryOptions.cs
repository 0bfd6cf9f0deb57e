using System.ComponentModel.DataAnnotations;

namespace AntiLoss.Web.Hosting;

/// <summary>Where metrics, traces and logs go.</summary>
public sealed class TelemetryOptions
{
    public const string Section = "AntiLoss:Telemetry";

    /// <summary>
    /// Address of an OpenTelemetry collector (<c>http://collector:4317</c>, gRPC): metrics, traces and logs go there.
    /// Default: none. Costs about 1 % of a core, and 10 µs for each traced request.
    /// </summary>
    [Url]
    public string? OtlpEndpoint { get; init; }

    /// <summary>Share of requests that are traced while there is a collector, from 0 to 1. Default 0.01; each traced request costs about 1 kB.</summary>
    [Range(0.0, 1.0)]
    public double TraceShare { get; init; } = 0.01;

    /// <summary>
    /// Whether <c>/metrics</c> answers a request that comes from this machine itself and through no proxy, without
    /// credentials. Default true. Whoever has a shell here then reads counters; never a position.
    /// </summary>
    public bool MetricsOnLoopback { get; init; } = true;

    /// <summary>A token with which others read <c>/metrics</c> (<c>Authorization: Bearer …</c>). Default: none; the installation's owner can read it signed in.</summary>
    public string? MetricsToken { get; init; }
}
