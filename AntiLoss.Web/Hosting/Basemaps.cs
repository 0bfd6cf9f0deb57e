using System.Buffers.Binary;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Hosting;

/// <summary>A city map in the folder, or the demo's streets. Bounds are west, south, east, north in degrees; null if the file does not tell.</summary>
public sealed record Basemap(string Name, string Url, ImmutableArray<double>? Bounds);

/// <summary>The city maps of this installation, and its own tile source if it has one.</summary>
public sealed record BasemapList(ImmutableArray<Basemap> Items, string? TileSource);

/// <summary>City maps that an administrator drops into a folder: listed as they lie there now, served in ranges.</summary>
internal sealed class Basemaps(IOptions<MapOptions> options, IOptions<ServerOptions> server, IConfiguration configuration)
{
    private const string Extension = ".pmtiles";
    private const int HeaderLength = 127;
    private const int BoundsAt = 102;

    private string Folder { get; } = Path.GetFullPath(options.Value.Folder ?? Path.Combine(DataFolder.Of(configuration), "basemaps"));

    public BasemapList List()
    {
        ImmutableArray<Basemap> maps = [.. Files().Order(StringComparer.Ordinal).Select(file => new Basemap(
            Path.GetFileNameWithoutExtension(file), "/basemaps/" + Uri.EscapeDataString(Path.GetFileName(file)), BoundsOf(file)))];
        // A real map of the place would not fit streets that are made up.
        if (server.Value.Demo && maps.IsEmpty)
            maps = [new Basemap("Demo", DemoStreets.Path, DemoStreets.Bounds)];
        return new(maps, options.Value.TileSource);
    }

    /// <summary>The path of a listed map; null for any other name, so that no name leads out of the folder.</summary>
    public string? PathOf(string name) => Files().FirstOrDefault(file => Path.GetFileName(file) == name);

    private IEnumerable<string> Files() =>
        Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, "*" + Extension) : [];

    /// <summary>From the header of PMTiles version 3: four integers of 1e-7 degrees.</summary>
    private static ImmutableArray<double>? BoundsOf(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            Span<byte> header = stackalloc byte[HeaderLength];
            if (stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength || !header.StartsWith("PMTiles\u0003"u8))
                return null;
            var bounds = ImmutableArray.CreateBuilder<double>(4);
            for (var at = BoundsAt; at < BoundsAt + 16; at += 4)
                bounds.Add(BinaryPrimitives.ReadInt32LittleEndian(header[at..]) / 1e7);
            return bounds.MoveToImmutable();
        }
        catch (IOException)
        {
            // It may be on its way into the folder: listed without bounds until it can be read.
            return null;
        }
    }
}
