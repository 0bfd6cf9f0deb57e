using AntiLoss.LoadTest.Demo;

namespace AntiLoss.Web.Hosting;

/// <summary>The made-up streets on which the demo's phones drive, as GeoJSON: a map for an installation without one.</summary>
internal static class DemoStreets
{
    /// <summary>Where they are served; the console tells by the ending that these are lines, not tiles.</summary>
    public const string Path = "/basemaps/demo.geojson";

    private static readonly Lazy<StreetCollection> _streets = new(Draw);

    /// <summary>West, south, east, north in degrees.</summary>
    public static ImmutableArray<double> Bounds => [.. Corners(places => places.Min()), .. Corners(places => places.Max())];

    public static StreetCollection Streets => _streets.Value;

    private static IEnumerable<double> Corners(Func<IEnumerable<double>, double> extreme) =>
        [extreme(Places.Select(place => place[0])), extreme(Places.Select(place => place[1]))];

    private static IEnumerable<double[]> Places => Streets.Features.SelectMany(street => street.Geometry.Coordinates);

    private static StreetCollection Draw() => new(
        "FeatureCollection",
        [.. Enumerable.Range(-City.Reach, 2 * City.Reach + 1).SelectMany(number => (Street[])
            [Along(number, along => (number, along)), Along(number, along => (along, number))])]);

    private static Street Along(int number, Func<int, (int Column, int Row)> corner) => new(
        "Feature",
        new StreetProperties(number % City.AvenueEvery == 0),
        new StreetLine("LineString", [.. Enumerable.Range(-City.Reach, 2 * City.Reach + 1).Select(along => PlaceOf(corner(along)))]));

    private static double[] PlaceOf((int Column, int Row) corner)
    {
        var (latitude, longitude) = City.Degrees(City.Locate(corner.Column, corner.Row));
        return [Math.Round(longitude, 5), Math.Round(latitude, 5)];
    }
}

/// <summary>Streets as GeoJSON has them.</summary>
internal sealed record StreetCollection(string Type, ImmutableArray<Street> Features);

/// <summary>One street from end to end.</summary>
internal sealed record Street(string Type, StreetProperties Properties, StreetLine Geometry);

internal sealed record StreetProperties(bool Avenue);

internal sealed record StreetLine(string Type, ImmutableArray<double[]> Coordinates);
