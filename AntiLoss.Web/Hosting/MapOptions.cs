namespace AntiLoss.Web.Hosting;

/// <summary>The base map beyond the world layer that the console brings along.</summary>
public sealed class MapOptions
{
    public const string Section = "AntiLoss:Map";

    /// <summary>
    /// Folder of city maps, <c>.pmtiles</c> files; one that is dropped in is listed without a restart. Default
    /// <c>basemaps</c> in the data folder. A city costs 10 to 300 MB of disk.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>
    /// The customer's own tiles, <c>https://tiles.example.com/{z}/{x}/{y}.png</c> (or <c>.mvt</c>, or a <c>.pmtiles</c>
    /// file). Default: none. Browsers then ask that host for the places that people look at.
    /// </summary>
    public string? TileSource { get; init; }
}
