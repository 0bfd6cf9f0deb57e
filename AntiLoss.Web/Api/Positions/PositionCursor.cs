using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Tracks;

namespace AntiLoss.Web.Api.Positions;

/// <summary>A position's place in its phone's history: fix time, then latitude, then longitude, which together name it.</summary>
internal readonly record struct PositionCursor(long FixedAtMs, GeoPoint Place) : IComparable<PositionCursor>
{
    private const int Length = 16;

    public DateTimeOffset FixedAt => DateTimeOffset.FromUnixTimeMilliseconds(FixedAtMs);

    public static PositionCursor Of(TrackFix fix) => new(fix.FixedAtMs, fix.Place);

    /// <summary>Reads what <see cref="ToString"/> wrote; null if it is no cursor of ours.</summary>
    public static PositionCursor? Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (Base64Url.DecodeFromChars(text, bytes, out _, out var written) != OperationStatus.Done || written != Length)
            return null;
        var ms = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (ms < DateTimeOffset.MinValue.ToUnixTimeMilliseconds() || ms > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
            return null;
        return new(ms, new GeoPoint(BinaryPrimitives.ReadInt32BigEndian(bytes[8..]), BinaryPrimitives.ReadInt32BigEndian(bytes[12..])));
    }

    public int CompareTo(PositionCursor other) =>
        FixedAtMs != other.FixedAtMs ? FixedAtMs.CompareTo(other.FixedAtMs)
        : Place.LatitudeE6 != other.Place.LatitudeE6 ? Place.LatitudeE6.CompareTo(other.Place.LatitudeE6)
        : Place.LongitudeE6.CompareTo(other.Place.LongitudeE6);

    public static bool operator <(PositionCursor left, PositionCursor right) => left.CompareTo(right) < 0;

    public static bool operator >(PositionCursor left, PositionCursor right) => left.CompareTo(right) > 0;

    public static bool operator <=(PositionCursor left, PositionCursor right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PositionCursor left, PositionCursor right) => left.CompareTo(right) >= 0;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, FixedAtMs);
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], Place.LatitudeE6);
        BinaryPrimitives.WriteInt32BigEndian(bytes[12..], Place.LongitudeE6);
        return Base64Url.EncodeToString(bytes);
    }
}
