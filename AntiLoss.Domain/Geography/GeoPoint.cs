namespace AntiLoss.Domain.Geography;

/// <summary>
/// A place as a phone sent it: WGS-84 degrees kept to 1e-6° (11 cm). It may lie off the Earth (latitude 95°): such a
/// fix is stored and flagged, never shown as the latest. Only numbers that are no coordinates at all are not a point.
/// </summary>
[GenerateSerializer, Immutable, Alias("geo-point")]
public readonly record struct GeoPoint(
    [property: Id(0)] int LatitudeE6,
    [property: Id(1)] int LongitudeE6)
{
    private const double EarthRadiusMetres = 6_371_008.8;
    private const double LargestDegrees = 2_000;

    /// <summary>Degrees, north positive.</summary>
    public double Latitude => LatitudeE6 / 1e6;

    /// <summary>Degrees, east positive.</summary>
    public double Longitude => LongitudeE6 / 1e6;

    /// <summary>Whether latitude is within ±90° and longitude within ±180°.</summary>
    public bool IsOnEarth => LatitudeE6 is >= -90_000_000 and <= 90_000_000 && LongitudeE6 is >= -180_000_000 and <= 180_000_000;

    /// <summary>Exactly 0/0: what an unset fix looks like, in the sea south of Ghana.</summary>
    public bool IsOrigin => LatitudeE6 == 0 && LongitudeE6 == 0;

    /// <summary>The point for two numbers of degrees; null for NaN, infinities and numbers beyond ±2,000.</summary>
    public static GeoPoint? From(double latitude, double longitude) =>
        latitude is >= -LargestDegrees and <= LargestDegrees && longitude is >= -LargestDegrees and <= LargestDegrees
            ? new GeoPoint((int)Math.Round(latitude * 1e6), (int)Math.Round(longitude * 1e6))
            : null;

    /// <summary>
    /// Great-circle distance on a sphere of 6,371,008.8 m (haversine); at most 0.56 % from the geodesic on WGS-84, far
    /// below what separates a drive from a teleport.
    /// </summary>
    public double MetresTo(GeoPoint other)
    {
        var latitude1 = double.DegreesToRadians(Latitude);
        var latitude2 = double.DegreesToRadians(other.Latitude);
        var halfLatitude = Math.Sin((latitude2 - latitude1) / 2);
        var halfLongitude = Math.Sin(double.DegreesToRadians(other.Longitude - Longitude) / 2);
        var h = halfLatitude * halfLatitude + Math.Cos(latitude1) * Math.Cos(latitude2) * halfLongitude * halfLongitude;
        return 2 * EarthRadiusMetres * Math.Asin(Math.Sqrt(Math.Min(1, h)));
    }

    /// <summary>No coordinates: Orleans writes what grains tell each other into its log, and a log holds no positions.</summary>
    public override string ToString() => "(a place)";
}
