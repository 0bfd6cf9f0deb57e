using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Hosting;

/// <summary>The address that QR codes, settings and links carry.</summary>
public sealed class PublicAddress(ListenAddresses listening, IOptions<ServerOptions> server)
{
    /// <summary>Without a slash at its end.</summary>
    public string Url { get; } = (server.Value.PublicUrl ?? listening.Main).TrimEnd('/');

    public string Host => new Uri(Url).Host;

    /// <summary>Whether what is sent there crosses the network encrypted.</summary>
    public bool IsTls => new Uri(Url).Scheme == Uri.UriSchemeHttps;

    /// <summary>Whether only this machine reaches it: a phone can't.</summary>
    public bool IsLocalhost => new Uri(Url).IsLoopback;
}
