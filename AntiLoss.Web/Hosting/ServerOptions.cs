using System.ComponentModel.DataAnnotations;

namespace AntiLoss.Web.Hosting;

/// <summary>Where the server is found, and what it does at its start.</summary>
public sealed class ServerOptions
{
    public const string Section = "AntiLoss";

    /// <summary>
    /// The address that phones and people reach, as QR codes, settings and links carry it:
    /// <c>https://phones.example.com</c>. Default: the address that the server listens on. Free.
    /// </summary>
    [Url]
    public string? PublicUrl { get; init; }

    /// <summary>
    /// Whether to listen on all addresses instead of localhost (<c>--lan</c>). Default false. Everyone on the network can
    /// then try to sign in, and without TLS can read what they send.
    /// </summary>
    public bool Lan { get; init; }

    /// <summary>
    /// Whether to add a demo organization of 200 simulated phones (<c>--demo</c>). Default false. Costs about 7
    /// reports a second and their history on disk.
    /// </summary>
    public bool Demo { get; init; }
}
