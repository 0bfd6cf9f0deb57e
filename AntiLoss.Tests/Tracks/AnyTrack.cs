using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;
using AntiLoss.Domain.Tracks;
using CsCheck;

namespace AntiLoss.Tests.Tracks;

/// <summary>Makes positions: such as phones send, and such as none should.</summary>
internal static class AnyTrack
{
    private static readonly Gen<long> AnyLong = Gen.OneOf(
        Gen.Long[-3, 3], Gen.Long[1_500_000_000, 1_800_000_000], Gen.OneOf(long.MinValue, long.MaxValue, long.MinValue + 1), Gen.Long);

    private static readonly Gen<int> AnyInt = Gen.OneOf(
        Gen.Int[-3, 3], Gen.Int[0, 360], Gen.OneOf(int.MinValue, int.MaxValue, 2_000_000_000, -2_000_000_000), Gen.Int);

    private static readonly Gen<int?> MaybeInt = Gen.Frequency((1, Gen.Const((int?)null)), (3, AnyInt.Select(i => (int?)i)));

    /// <summary>Any value in any field: extremes, off the Earth, before 1970, unnamed numbers of enums.</summary>
    public static readonly Gen<TrackFix> AnyFix =
        from ms in Gen.OneOf(AnyLong, Gen.Long[1_500_000_000_000, 1_500_000_100_000])
        from place in Gen.Select(AnyInt, AnyInt, (latitude, longitude) => new GeoPoint(latitude, longitude))
        from received in AnyLong
        from sent in Gen.OneOf(Gen.Const((long?)null), AnyLong.Select(l => (long?)l))
        from numbers in MaybeInt.Array[5]
        from charging in Gen.OneOf<bool?>(null, false, true)
        from bearer in Gen.OneOf(Gen.Byte[0, 5], Gen.Byte)
        from trigger in Gen.OneOf(Gen.OneOf('\0', 'p', 't', 'u', '\uFFFF'), Gen.Char)
        from flags in Gen.Byte
        from flag in Gen.OneOf(Gen.Byte[0, 3], Gen.Byte)
        select new TrackFix
        {
            FixedAtMs = ms,
            Place = place,
            ReceivedAtS = received,
            SentAtS = sent,
            AccuracyMetres = numbers[0],
            SpeedDecimetresPerSecond = numbers[1],
            CourseDegrees = numbers[2],
            AltitudeMetres = numbers[3],
            BatteryPercent = numbers[4],
            Charging = charging,
            Bearer = (Bearer)bearer,
            Trigger = trigger,
            Mock = (flags & 1) != 0,
            Flag = (FixFlag)flag,
            Late = (flags & 2) != 0,
        };

    /// <summary>A position of a phone that moves about one place within a few minutes, so that repeats and overlaps are common.</summary>
    public static readonly Gen<TrackFix> LikelyFix =
        from second in Gen.Int[0, 40]
        from place in Gen.Int[0, 2]
        from fix in AnyFix
        from knows in Gen.Bool.Array[5]
        from flag in Gen.Frequency((3, Gen.Const(FixFlag.None)), (1, Gen.Const(FixFlag.Ping)), (1, Gen.Const(FixFlag.Teleport)))
        select fix with
        {
            FixedAtMs = 1_700_000_000_000 + (second * 500),
            Place = new GeoPoint(52_379_000 + place, 10_028_000),
            ReceivedAtS = 1_700_000_000 + second,
            SentAtS = knows[0] ? second : null,
            AccuracyMetres = knows[1] ? second : null,
            Charging = knows[2] ? true : null,
            Bearer = knows[3] ? Bearer.Wifi : Bearer.Unknown,
            Trigger = knows[4] ? 't' : '\0',
            Flag = flag,
        };

    /// <summary>A drive as a phone tells it: regular steps, small turns, now and then a stop or a leap.</summary>
    public static readonly Gen<TrackFix[]> DriveFixes =
        from start in LikelyFix
        from steps in Gen.Select(Gen.Int[-300, 300], Gen.Int[-300, 300], Gen.Frequency((20, Gen.Int[29, 31]), (1, Gen.Int[0, 100_000]))).Array[0, 60]
        select Drive(start, steps).ToArray();

    private static IEnumerable<TrackFix> Drive(TrackFix start, (int North, int East, int Seconds)[] steps)
    {
        var fix = start;
        foreach (var (north, east, seconds) in steps)
        {
            fix = fix with
            {
                FixedAtMs = fix.FixedAtMs + (seconds * 1000),
                ReceivedAtS = fix.ReceivedAtS + seconds,
                SentAtS = fix.SentAtS + seconds,
                Place = new GeoPoint(fix.Place.LatitudeE6 + north, fix.Place.LongitudeE6 + east),
            };
            yield return fix;
        }
    }
}
