using System.Buffers;
using System.Runtime.InteropServices;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Domain.Tracks;

/// <summary>The columns of a chunk, one for each field of a position.</summary>
internal static class TrackColumns
{
    // Their order and their numbers are the format: they never change within a version. Fix time is the first, since
    // the other times are near it.
    private static readonly FieldColumn[] All =
    [
        new(static (in fix) => fix.FixedAtMs, static (in fix, value) => fix with { FixedAtMs = value!.Value }),
        new(static (in fix) => fix.Place.LatitudeE6, static (in fix, value) => fix with { Place = fix.Place with { LatitudeE6 = Int(value!.Value) } }),
        new(static (in fix) => fix.Place.LongitudeE6, static (in fix, value) => fix with { Place = fix.Place with { LongitudeE6 = Int(value!.Value) } }),
        new(static (in fix) => fix.ReceivedAtS, static (in fix, value) => fix with { ReceivedAtS = value!.Value }) { IsNearFixTime = true },
        new(static (in fix) => fix.SentAtS, static (in fix, value) => fix with { SentAtS = value }) { IsNearFixTime = true, MayBeUnknown = true },
        new(static (in fix) => fix.AccuracyMetres, static (in fix, value) => fix with { AccuracyMetres = Int(value) }) { MayBeUnknown = true },
        new(static (in fix) => fix.SpeedDecimetresPerSecond, static (in fix, value) => fix with { SpeedDecimetresPerSecond = Int(value) }) { MayBeUnknown = true },
        new(static (in fix) => fix.CourseDegrees, static (in fix, value) => fix with { CourseDegrees = Int(value) }) { MayBeUnknown = true },
        new(static (in fix) => fix.AltitudeMetres, static (in fix, value) => fix with { AltitudeMetres = Int(value) }) { MayBeUnknown = true },
        new(static (in fix) => fix.BatteryPercent, static (in fix, value) => fix with { BatteryPercent = Int(value) }) { MayBeUnknown = true },
        new(static (in fix) => fix.Charging is not { } charging ? 0 : charging ? 2 : 1, static (in fix, value) => fix with { Charging = ChargingOf(value) }),
        new(static (in fix) => (byte)fix.Bearer, static (in fix, value) => fix with { Bearer = (Bearer)Within(value, byte.MaxValue) }),
        new(static (in fix) => fix.Trigger, static (in fix, value) => fix with { Trigger = (char)Within(value, char.MaxValue) }),
        new(static (in fix) => fix.Mock ? 1 : 0, static (in fix, value) => fix with { Mock = Within(value, 1) == 1 }),
        new(static (in fix) => (byte)fix.Flag, static (in fix, value) => fix with { Flag = (FixFlag)Within(value, byte.MaxValue) }),
        new(static (in fix) => fix.Late ? 1 : 0, static (in fix, value) => fix with { Late = Within(value, 1) == 1 }),
    ];

    private delegate long? Getter(in TrackFix fix);

    private delegate TrackFix Setter(in TrackFix fix, long? value);

    public static void Write(BitWriter writer, ReadOnlySpan<TrackFix> fixes)
    {
        var scratch = ArrayPool<long>.Shared.Rent(3 * fixes.Length);
        foreach (var column in All)
            Write(writer, column, fixes, new Scratch(scratch, fixes.Length));
        ArrayPool<long>.Shared.Return(scratch);
    }

    public static ImmutableArray<TrackFix> Read(ref BitReader reader, int count)
    {
        var fixes = new TrackFix[count];
        var scratch = ArrayPool<long>.Shared.Rent(3 * count);
        try
        {
            foreach (var column in All)
                Read(ref reader, column, fixes, new Scratch(scratch, count));
        }
        finally
        {
            ArrayPool<long>.Shared.Return(scratch);
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(fixes);
    }

    private static void Write(BitWriter writer, FieldColumn column, ReadOnlySpan<TrackFix> fixes, Scratch scratch)
    {
        var known = 0;
        for (var i = 0; i < fixes.Length; i++)
        {
            var value = column.Get(fixes[i]);
            scratch.Unknown[i] = value is null ? 1 : 0;
            scratch.Near[known] = SecondsOf(fixes[i]);
            scratch.Values[known] = value ?? 0;
            known += value is null ? 0 : 1;
        }
        if (column.MayBeUnknown)
            Column.Write(writer, scratch.Unknown);
        Column.Write(writer, scratch.Values[..known], column.IsNearFixTime ? scratch.Near[..known] : default);
    }

    private static void Read(ref BitReader reader, FieldColumn column, Span<TrackFix> fixes, Scratch scratch)
    {
        scratch.Unknown.Clear();
        if (column.MayBeUnknown)
            Column.Read(ref reader, scratch.Unknown);
        var known = 0;
        for (var i = 0; i < fixes.Length; i++)
        {
            scratch.Near[known] = SecondsOf(fixes[i]);
            known += Within(scratch.Unknown[i], 1) == 1 ? 0 : 1;
        }
        Column.Read(ref reader, scratch.Values[..known], column.IsNearFixTime ? scratch.Near[..known] : default);
        var at = 0;
        for (var i = 0; i < fixes.Length; i++)
            fixes[i] = column.Set(fixes[i], scratch.Unknown[i] == 1 ? null : scratch.Values[at++]);
    }

    private static long SecondsOf(in TrackFix fix) => fix.FixedAtMs / 1000;

    private static int Int(long value) =>
        value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new FormatException("A field is out of its range.");

    private static int? Int(long? value) => value is { } known ? Int(known) : null;

    private static long Within(long? value, long most) =>
        value is { } known && known >= 0 && known <= most ? known : throw new FormatException("A field is out of its range.");

    private static bool? ChargingOf(long? value) => Within(value, 2) switch { 0 => null, 1 => false, _ => true };

    /// <summary>One field: how it is taken from a position, and how a position is made that has it.</summary>
    private sealed record FieldColumn(Getter Get, Setter Set)
    {
        public bool MayBeUnknown { get; init; }

        /// <summary>A time that is often as long after each fix.</summary>
        public bool IsNearFixTime { get; init; }
    }

    /// <summary>Room for one column at a time.</summary>
    private readonly ref struct Scratch(long[] room, int count)
    {
        public Span<long> Values { get; } = room.AsSpan(0, count);
        public Span<long> Near { get; } = room.AsSpan(count, count);
        public Span<long> Unknown { get; } = room.AsSpan(2 * count, count);
    }
}
