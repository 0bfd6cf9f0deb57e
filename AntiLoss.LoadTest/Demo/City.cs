namespace AntiLoss.LoadTest.Demo;

/// <summary>
/// The demo's streets: a grid of blocks around the centre of São Paulo, turned and gently bent so that it looks like a
/// town that grew. Every sixth street is an avenue. It is far inland: there is land under every corner.
/// </summary>
public static class City
{
    /// <summary>Streets to each side of the centre: corners have columns and rows from minus this to plus this.</summary>
    public const int Reach = 48;

    /// <summary>Every so many streets one is an avenue.</summary>
    public const int AvenueEvery = 6;

    /// <summary>Metres above the sea.</summary>
    public const int AltitudeMetres = 760;

    private const double BlockMetres = 125;
    private const double CentreLatitude = -23.5375;
    private const double CentreLongitude = -46.6365;
    private const double TurnedRadians = 0.35;
    private const double MetresPerDegree = 111_195;

    /// <summary>Where a corner lies, in metres east and north of the centre.</summary>
    public static Spot Locate(double column, double row)
    {
        // Two long waves bend the streets; their slope stays small, so that blocks keep their shape.
        var x = column * BlockMetres + 150 * Math.Sin(row / 11);
        var y = row * BlockMetres + 130 * Math.Sin(column / 13 + 1);
        var (sin, cos) = Math.SinCos(TurnedRadians);
        return new Spot(x * cos - y * sin, x * sin + y * cos);
    }

    /// <summary>Degrees of a spot.</summary>
    public static (double Latitude, double Longitude) Degrees(Spot spot) => (
        CentreLatitude + spot.North / MetresPerDegree,
        CentreLongitude + spot.East / (MetresPerDegree * Math.Cos(double.DegreesToRadians(CentreLatitude))));
}

/// <summary>A place in metres east and north of the city's centre.</summary>
public readonly record struct Spot(double East, double North)
{
    public double MetresTo(Spot other) => Math.Sqrt(Square(other.East - East) + Square(other.North - North));

    /// <summary>Degrees clockwise from north, 0 to 360, in which another spot lies.</summary>
    public double CourseTo(Spot other)
    {
        var degrees = double.RadiansToDegrees(Math.Atan2(other.East - East, other.North - North));
        return degrees < 0 ? degrees + 360 : degrees;
    }

    /// <summary>The spot a part of the way to another one: 0 is here, 1 is there.</summary>
    public Spot Towards(Spot other, double part) =>
        new(East + (other.East - East) * part, North + (other.North - North) * part);

    private static double Square(double value) => value * value;
}

/// <summary>A corner of two streets.</summary>
public readonly record struct Corner(int Column, int Row)
{
    public Spot Spot => City.Locate(Column, Row);

    /// <summary>Whether both its streets are avenues: where there are traffic lights.</summary>
    public bool IsCrossing => Column % City.AvenueEvery == 0 && Row % City.AvenueEvery == 0;

    /// <summary>The nearest corner that lies in the city.</summary>
    public Corner Clamped() =>
        new(Math.Clamp(Column, -City.Reach, City.Reach), Math.Clamp(Row, -City.Reach, City.Reach));
}
