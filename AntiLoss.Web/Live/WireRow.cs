using AntiLoss.Domain.Devices;

namespace AntiLoss.Web.Live;

/// <summary>What the wire says of a phone's row, in wire units. See docs/live-feed.md, "A row".</summary>
internal readonly record struct WireRow
{
    private const byte Unknown = 255;

    /// <summary>What a client assumes of a phone that it knows nothing of.</summary>
    public static readonly WireRow Blank = new() { Heading = Unknown, Battery = Unknown };

    public int LatitudeE6 { get; private init; }

    public int LongitudeE6 { get; private init; }

    public uint FixedAtS { get; private init; }

    public uint ContactAtS { get; private init; }

    public byte Status { get; private init; }

    public byte Heading { get; private init; }

    public byte Speed { get; private init; }

    public byte Battery { get; private init; }

    public bool HasPlace { get; private init; }

    public static WireRow Of(DeviceRow row) => new()
    {
        HasPlace = row.Place is not null,
        LatitudeE6 = row.Place?.LatitudeE6 ?? 0,
        LongitudeE6 = row.Place?.LongitudeE6 ?? 0,
        FixedAtS = Seconds(row.FixedAtMs / 1000),
        ContactAtS = Seconds(row.LastContactAtS),
        Status = StatusOf(row),
        Heading = row.CourseDegrees is { } course ? (byte)((course % 360 + 360) % 360 / 2) : Unknown,
        Speed = row.SpeedDecimetresPerSecond is { } speed ? (byte)Math.Clamp(1 + (speed + 4) / 5, 1, 255) : (byte)0,
        Battery = row.BatteryPercent is { } percent ? (byte)Math.Clamp(percent, 0, 100) : Unknown,
    };

    private static byte StatusOf(DeviceRow row)
    {
        var charging = row.Charging switch { null => 0, false => 1, true => 2 };
        return (byte)((int)LiveStates.Of(row) | ((int)row.Bearer & 7) << 3 | charging << 6);
    }

    private static uint Seconds(long seconds) => (uint)Math.Clamp(seconds, 0, uint.MaxValue);
}
