using System.ComponentModel.DataAnnotations;

namespace AntiLoss.Web.Live;

/// <summary>The live feed's settings.</summary>
public sealed class LiveOptions
{
    public const string Section = "AntiLoss:Live";

    /// <summary>
    /// Other origins (<c>https://map.example.com</c>) whose pages may open the hub, besides the server's own. Default:
    /// none. Each one can read everything that its signed-in visitors can.
    /// </summary>
    public IList<string> AllowedOrigins { get; init; } = [];

    /// <summary>
    /// How long an organization's rows are kept after the last viewer or reader. Default 2 minutes. Longer saves
    /// reading them again, and costs about 100 bytes a phone and the shards' answers.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan ReleaseAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long a viewer may take to acknowledge a frame before its connection is closed. Default 30 s. Longer keeps
    /// dead connections.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan AckWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most connections to the hub at once. Default 2,000; each costs up to 1 MB while it is slow.</summary>
    [Range(1, 100_000)]
    public int Connections { get; init; } = 2000;
}
