using AntiLoss.Domain.Binary;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Domain.Tracks;

/// <summary>
/// One position of an open chunk as its difference to the one before it, 8 to 15 bytes: a byte that says which fields
/// changed, whole seconds, then the changed fields. Differences wrap around, so every value of every field survives.
/// This form lives in memory only and may change; what is stored is <c>TrackChunk</c>'s.
/// </summary>
internal struct OpenRow
{
    /// <summary>Bytes of the largest row.</summary>
    public const int MaxLength = 2 + 2 + (8 * Varint.MaxLength) + 3 + 3;

    [Flags]
    private enum Changes
    {
        None = 0,
        Milliseconds = 1,
        Place = 1 << 1,
        Receipt = 1 << 2,
        Accuracy = 1 << 3,
        Speed = 1 << 4,
        Course = 1 << 5,
        Altitude = 1 << 6,

        /// <summary>A second byte follows, for what changes rarely.</summary>
        More = 1 << 7,

        Sent = 1 << 8,
        Battery = 1 << 9,
        Status = 1 << 10,
        Trigger = 1 << 11,
        SentUnknown = 1 << 12,
    }

    private long _seconds;
    private int _milliseconds;
    private int _latitude;
    private int _longitude;
    private long _received;
    private Known _sentAfterFix;
    private Known _accuracy;
    private Known _speed;
    private Known _course;
    private Known _altitude;
    private Known _battery;
    private int _status;
    private char _trigger;

    public readonly bool IsAt(long fixedAtMs, GeoPoint place) =>
        _latitude == place.LatitudeE6 && _longitude == place.LongitudeE6 && FixedAtMs == fixedAtMs;

    private readonly long FixedAtMs => (_seconds * 1000) + _milliseconds;

    /// <summary>Writes <paramref name="fix"/> as the row after this one and becomes it.</summary>
    public void Append(in TrackFix fix, Span<byte> bytes, ref int at)
    {
        var (seconds, milliseconds) = Math.DivRem(fix.FixedAtMs, 1000);
        if (milliseconds < 0)
            (seconds, milliseconds) = (seconds - 1, milliseconds + 1000);
        var next = new OpenRow
        {
            _seconds = seconds,
            _milliseconds = (int)milliseconds,
            _latitude = fix.Place.LatitudeE6,
            _longitude = fix.Place.LongitudeE6,
            _received = fix.ReceivedAtS,
            _sentAfterFix = _sentAfterFix.Next(fix.SentAtS - seconds),
            _accuracy = _accuracy.Next(fix.AccuracyMetres),
            _speed = _speed.Next(fix.SpeedDecimetresPerSecond),
            _course = _course.Next(fix.CourseDegrees),
            _altitude = _altitude.Next(fix.AltitudeMetres),
            _battery = _battery.Next(fix.BatteryPercent),
            _status = StatusOf(fix),
            _trigger = fix.Trigger,
        };
        Write(next, ChangesTo(next), bytes, ref at);
        this = next;
    }

    /// <summary>Becomes the row after this one.</summary>
    public void Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        var changes = (Changes)bytes[at++];
        if ((changes & Changes.More) != 0)
            changes |= (Changes)(bytes[at++] << 8);
        var step = Varint.ReadSigned(bytes, ref at);
        _seconds += step;
        if ((changes & Changes.Milliseconds) != 0)
            _milliseconds = (int)Varint.Read(bytes, ref at);
        if ((changes & Changes.Place) != 0)
        {
            _latitude = (int)(_latitude + Varint.ReadSigned(bytes, ref at));
            _longitude = (int)(_longitude + Varint.ReadSigned(bytes, ref at));
        }
        if ((changes & Changes.Receipt) != 0)
            _received += step + Varint.ReadSigned(bytes, ref at);
        if ((changes & Changes.Accuracy) != 0)
            _accuracy.Read(bytes, ref at);
        if ((changes & Changes.Speed) != 0)
            _speed.Read(bytes, ref at);
        if ((changes & Changes.Course) != 0)
            _course.Read(bytes, ref at);
        if ((changes & Changes.Altitude) != 0)
            _altitude.Read(bytes, ref at);
        if ((changes & Changes.More) != 0)
            ReadRare(changes, bytes, ref at);
    }

    public readonly TrackFix ToFix() => new()
    {
        FixedAtMs = FixedAtMs,
        Place = new GeoPoint(_latitude, _longitude),
        ReceivedAtS = _received,
        SentAtS = _sentAfterFix.Value + _seconds,
        AccuracyMetres = (int?)_accuracy.Value,
        SpeedDecimetresPerSecond = (int?)_speed.Value,
        CourseDegrees = (int?)_course.Value,
        AltitudeMetres = (int?)_altitude.Value,
        BatteryPercent = (int?)_battery.Value,
        Charging = (_status >> 2 & 3) switch { 0 => null, 1 => false, _ => true },
        Bearer = (Bearer)(_status >> 16 & 0xFF),
        Trigger = _trigger,
        Mock = (_status & 2) != 0,
        Flag = (FixFlag)(_status >> 8 & 0xFF),
        Late = (_status & 1) != 0,
    };

    private static int StatusOf(in TrackFix fix) =>
        (fix.Late ? 1 : 0)
        | (fix.Mock ? 2 : 0)
        | (fix.Charging switch { null => 0, false => 1, true => 2 } << 2)
        | ((int)fix.Flag << 8)
        | ((int)fix.Bearer << 16);

    private readonly Changes ChangesTo(in OpenRow next)
    {
        var changes = Changes.None;
        if (next._milliseconds != _milliseconds)
            changes |= Changes.Milliseconds;
        if (next._latitude != _latitude || next._longitude != _longitude)
            changes |= Changes.Place;
        if (next._received != _received)
            changes |= Changes.Receipt;
        if (next._accuracy != _accuracy)
            changes |= Changes.Accuracy;
        if (next._speed != _speed)
            changes |= Changes.Speed;
        if (next._course != _course)
            changes |= Changes.Course;
        if (next._altitude != _altitude)
            changes |= Changes.Altitude;
        if (next._sentAfterFix != _sentAfterFix)
            changes |= (next._sentAfterFix.IsKnown ? Changes.Sent : Changes.SentUnknown) | Changes.More;
        if (next._battery != _battery)
            changes |= Changes.Battery | Changes.More;
        if (next._status != _status)
            changes |= Changes.Status | Changes.More;
        if (next._trigger != _trigger)
            changes |= Changes.Trigger | Changes.More;
        return changes;
    }

    private readonly void Write(in OpenRow next, Changes changes, Span<byte> bytes, ref int at)
    {
        bytes[at++] = (byte)changes;
        if ((changes & Changes.More) != 0)
            bytes[at++] = (byte)((int)changes >> 8);
        var step = next._seconds - _seconds;
        Varint.WriteSigned(bytes, ref at, step);
        if ((changes & Changes.Milliseconds) != 0)
            Varint.Write(bytes, ref at, (ulong)next._milliseconds);
        if ((changes & Changes.Place) != 0)
        {
            Varint.WriteSigned(bytes, ref at, (long)next._latitude - _latitude);
            Varint.WriteSigned(bytes, ref at, (long)next._longitude - _longitude);
        }
        // A phone that speaks at once is heard about as long after each fix; one that sends a backlog, at one moment.
        if ((changes & Changes.Receipt) != 0)
            Varint.WriteSigned(bytes, ref at, next._received - _received - step);
        if ((changes & Changes.Accuracy) != 0)
            _accuracy.Write(next._accuracy, bytes, ref at);
        if ((changes & Changes.Speed) != 0)
            _speed.Write(next._speed, bytes, ref at);
        if ((changes & Changes.Course) != 0)
            _course.Write(next._course, bytes, ref at);
        if ((changes & Changes.Altitude) != 0)
            _altitude.Write(next._altitude, bytes, ref at);
        if ((changes & Changes.Sent) != 0)
            Varint.WriteSigned(bytes, ref at, next._sentAfterFix.Last - _sentAfterFix.Last);
        if ((changes & Changes.Battery) != 0)
            _battery.Write(next._battery, bytes, ref at);
        if ((changes & Changes.Status) != 0)
            Varint.Write(bytes, ref at, (ulong)next._status);
        if ((changes & Changes.Trigger) != 0)
            Varint.Write(bytes, ref at, next._trigger);
    }

    private void ReadRare(Changes changes, ReadOnlySpan<byte> bytes, ref int at)
    {
        if ((changes & Changes.Sent) != 0)
            _sentAfterFix = new Known(_sentAfterFix.Last + Varint.ReadSigned(bytes, ref at), true);
        if ((changes & Changes.SentUnknown) != 0)
            _sentAfterFix = _sentAfterFix with { IsKnown = false };
        if ((changes & Changes.Battery) != 0)
            _battery.Read(bytes, ref at);
        if ((changes & Changes.Status) != 0)
            _status = (int)Varint.Read(bytes, ref at);
        if ((changes & Changes.Trigger) != 0)
            _trigger = (char)Varint.Read(bytes, ref at);
    }

    /// <summary>A field that may be unknown. While it is, the last known value stays as what the next is compared with.</summary>
    private record struct Known(long Last, bool IsKnown)
    {
        public readonly long? Value => IsKnown ? Last : null;

        public readonly Known Next(long? value) => value is { } known ? new Known(known, true) : this with { IsKnown = false };

        /// <summary>0 is unknown; a difference of two 32-bit numbers leaves room for it.</summary>
        public readonly void Write(in Known next, Span<byte> bytes, ref int at) =>
            Varint.Write(bytes, ref at, next.IsKnown ? Varint.ZigZag(next.Last - Last) + 1 : 0);

        public void Read(ReadOnlySpan<byte> bytes, ref int at)
        {
            var code = Varint.Read(bytes, ref at);
            IsKnown = code != 0;
            if (IsKnown)
                Last += Varint.UnZigZag(code - 1);
        }
    }
}
