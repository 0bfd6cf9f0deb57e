using AntiLoss.Domain.Tracks;

namespace AntiLoss.Domain.Devices;

/// <summary>
/// Whether a phone can have got from one fix to another. Judged only between two good fixes: both at most 100 m
/// accurate and at least 10 s apart, for a cell-tower fix is often kilometres off and proves nothing.
/// </summary>
internal static class Teleport
{
    private const double GoodAccuracyMetres = 100;
    private const double LeastSeconds = 10;
    private const double FlyingAboveMetres = 3_000;
    private const double GroundLimit = 400 / 3.6;
    private const double FlightLimit = 1_000 / 3.6;

    /// <summary>Faster than 400 km/h, or 1,000 km/h where either end is above 3,000 m.</summary>
    public static bool IsBetween(in TrackFix one, in TrackFix other)
    {
        if (one.AccuracyMetres is not <= (int)GoodAccuracyMetres || other.AccuracyMetres is not <= (int)GoodAccuracyMetres)
            return false;
        var seconds = Math.Abs(one.FixedAtMs - other.FixedAtMs) / 1000.0;
        if (seconds < LeastSeconds)
            return false;
        var flying = one.AltitudeMetres > FlyingAboveMetres || other.AltitudeMetres > FlyingAboveMetres;
        return one.Place.MetresTo(other.Place) > seconds * (flying ? FlightLimit : GroundLimit);
    }
}
