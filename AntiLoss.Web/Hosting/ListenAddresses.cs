using System.Net;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Hosting;

/// <summary>What the server listens on for HTTP: <c>--urls</c>, or port 5080 of localhost or, with <c>--lan</c>, of all addresses.</summary>
public sealed class ListenAddresses
{
    /// <summary>
    /// Where the command line's <c>--urls</c> arrive: Kestrel, which is told its ports in code, would find them under
    /// their usual name too, and warn.
    /// </summary>
    internal const string Key = "AntiLoss:Urls";

    private const int DefaultPort = 5080;

    private readonly bool _lan;

    public ListenAddresses(IConfiguration configuration, IOptions<ServerOptions> server, IOptions<TlsOptions> tls)
    {
        _lan = server.Value.Lan;
        var isTls = tls.Value.IsOn;
        var host = _lan ? "*" : "localhost";
        var urls = (configuration[Key] ?? configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        All = [.. (urls.Length > 0 ? urls : [$"http://{host}:{DefaultPort}"]).Select(BindingAddress.Parse)];
        if (isTls && !All.Any(IsHttps))
            All = All.Add(BindingAddress.Parse($"https://{host}:{tls.Value.Port}"));
        if (_lan && !IsOpen)
            throw new OptionsValidationException(WebHostDefaults.ServerUrlsKey, typeof(ListenAddresses), ["--lan listens on all addresses, but --urls names only this machine: leave one of them out."]);
        if (!isTls && All.FirstOrDefault(IsHttps) is { } unprovable)
            throw new OptionsValidationException(WebHostDefaults.ServerUrlsKey, typeof(ListenAddresses), [$"--urls names {unprovable}, but AntiLoss:Tls:CertificateFile names no certificate."]);
    }

    public ImmutableArray<BindingAddress> All { get; }

    /// <summary>Whether MQTT and OsmAnd's port are open to all addresses: when HTTP is.</summary>
    public bool IsOpen => All.Any(address => !IsLoopback(address.Host));

    /// <summary>The address to print: with TLS if there is any, by the machine's network address if it listens there.</summary>
    public string Main
    {
        get
        {
            var address = All.FirstOrDefault(IsHttps) ?? All[0];
            return $"{address.Scheme}://{NameOf(address.Host)}:{address.Port}";
        }
    }

    internal static bool IsHttps(BindingAddress address) => address.Scheme == Uri.UriSchemeHttps;

    internal static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private string NameOf(string host)
    {
        var isEverywhere = !IPAddress.TryParse(host.Trim('[', ']'), out var address)
            ? host is "*" or "+"
            : address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
        return isEverywhere ? (_lan ? LanAddress.Find()?.ToString() : null) ?? "localhost" : host;
    }
}
