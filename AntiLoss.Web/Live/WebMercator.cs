using AntiLoss.Domain.Geography;

namespace AntiLoss.Web.Live;

/// <summary>
/// A place on the square Web Mercator world, 2^32 steps a side: x east from 180° W, y south from 85.0511° N. The cell of
/// any level is the coordinates' leading bits.
/// </summary>
internal readonly record struct WebMercator(uint X, uint Y)
{
    private const double WorldSteps = 4_294_967_296;

    public static WebMercator Of(GeoPoint place) => new(XOf(place.Longitude), YOf(place.Latitude));

    public static uint XOf(double longitude) => Clamp((longitude + 180) / 360);

    public static uint YOf(double latitude)
    {
        var sine = Math.Sin(double.DegreesToRadians(Math.Clamp(latitude, -89.9, 89.9)));
        return Clamp(0.5 - Math.Log((1 + sine) / (1 - sine)) / (4 * Math.PI));
    }

    /// <summary>Number of its cell in the grid of 2^level by 2^level cells: y · 2^level + x. Level 1 to 22.</summary>
    public long CellOf(int level) => (long)(Y >> 32 - level) << level | X >> 32 - level;

    private static uint Clamp(double share) => (uint)Math.Clamp(Math.Floor(share * WorldSteps), 0, WorldSteps - 1);
}
