using AntiLoss.Domain.Geography;

namespace AntiLoss.Domain.Silences;

/// <summary>Where and on which day a phone fell silent for no reason of its own, and was heard again.</summary>
/// <param name="Place">To about 100 m: no more is needed to know the place again.</param>
/// <param name="Day">UTC, of its last contact there.</param>
[GenerateSerializer, Immutable, Alias("dark-spot")]
public readonly record struct DarkSpot([property: Id(0)] GeoPoint Place, [property: Id(1)] DateOnly Day)
{
    private const int Kept = 8;
    private const int GridE6 = 1_000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(60);

    /// <summary>A phone's spots with that of a silence which has ended, if the silence says something about its place.</summary>
    public static ImmutableArray<DarkSpot> Add(ImmutableArray<DarkSpot> spots, Silence ended)
    {
        if (ended is not { Class: SilenceClass.Unknown or SilenceClass.DeadZone, Place: { } place })
            return spots;
        var spot = new DarkSpot(new GeoPoint(Round(place.LatitudeE6), Round(place.LongitudeE6)), DayOf(ended.Since));
        var oldest = DayOf(ended.Since - KeptFor);
        return [.. spots.Where(old => old != spot && old.Day >= oldest).TakeLast(Kept - 1), spot];
    }

    private static int Round(int degreesE6) => (int)Math.Round(degreesE6 / (double)GridE6) * GridE6;

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}
