using System.Buffers;
using System.Text;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Web.Ingest.Protocols;

/// <summary>
/// OsmAnd's live tracking and Traccar Client 8 and 10: a query string, or the same as a form. Speeds are knots. The
/// sender is <c>id</c> or <c>deviceid</c>.
/// </summary>
public sealed class OsmAndQuery : IProtocol
{
    private const int MaxParameters = 200;

    public string Name => "osmand";

    public Decoded Decode(ReadOnlySpan<byte> message, ReadOnlySpan<char> secret = default)
    {
        if (message.Length > 0 && message[0] == '?')
            message = message[1..];
        var fields = default(OsmAndFields);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(message.Length, 1));
        try
        {
            var left = MaxParameters;
            foreach (var range in message.Split((byte)'&'))
            {
                if (left-- == 0)
                    return new Decoded.Malformed("too many parameters");
                var pair = message[range];
                var equals = pair.IndexOf((byte)'=');
                if (equals <= 0)
                    continue;
                var name = Unescape(pair[..equals], buffer);
                var value = Unescape(pair[(equals + 1)..], buffer.AsSpan(name.Length));
                fields.Take(name, value);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return fields.WrongField is { } field
            ? new Decoded.Message([], [$"{field} cannot be read"]) { Sender = fields.Sender }
            : new Decoded.Message([fields.ToReport()], []) { Sender = fields.Sender };
    }

    private static Span<byte> Unescape(ReadOnlySpan<byte> text, Span<byte> buffer)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            buffer[length++] = text[i] switch
            {
                (byte)'+' => (byte)' ',
                (byte)'%' when i + 2 < text.Length && HexOf(text[i + 1]) is >= 0 and var high && HexOf(text[i + 2]) is >= 0 and var low =>
                    Skipping(ref i, (byte)(high << 4 | low)),
                var other => other,
            };
        }
        return buffer[..length];
    }

    private static byte Skipping(ref int index, byte value)
    {
        index += 2;
        return value;
    }

    private static int HexOf(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };
}

/// <summary>The parameters of one OsmAnd request that mean something to us.</summary>
internal ref struct OsmAndFields
{
    private const int MaxSenderLength = 128;
    private const int MaxTextLength = 2_000;

    private double? _latitude, _longitude, _accuracy, _altitude, _speedKnots, _course, _battery;
    private DateTimeOffset? _time;
    private bool? _charging, _valid;
    private bool _mock;
    private string? _alarm, _token;

    public string? Sender { get; private set; }

    /// <summary>A parameter that is there and cannot be read although nothing can be made of the report without it.</summary>
    public string? WrongField { get; private set; }

    public void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual("id"u8) || name.SequenceEqual("deviceid"u8))
            Sender = TextOf(value, MaxSenderLength);
        else if (name.SequenceEqual("lat"u8))
            _latitude = Needed("lat", Lenient.Number(value), value);
        else if (name.SequenceEqual("lon"u8))
            _longitude = Needed("lon", Lenient.Number(value), value);
        else if (name.SequenceEqual("timestamp"u8))
            _time = Needed("timestamp", Lenient.Time(value), value);
        else if (name.SequenceEqual("location"u8))
            TakeLocation(value);
        else
            TakeOptional(name, value);
    }

    private void TakeOptional(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual("speed"u8))
            _speedKnots = Lenient.Number(value);
        else if (name.SequenceEqual("bearing"u8) || name.SequenceEqual("heading"u8))
            _course = Lenient.Number(value);
        else if (name.SequenceEqual("altitude"u8))
            _altitude = Lenient.Number(value);
        else if (name.SequenceEqual("accuracy"u8))
            _accuracy = Lenient.Number(value);
        else if (name.SequenceEqual("batt"u8))
            _battery = Lenient.Number(value);
        else if (name.SequenceEqual("charge"u8))
            _charging = Lenient.Flag(value);
        else if (name.SequenceEqual("valid"u8))
            _valid = Lenient.Flag(value);
        else if (name.SequenceEqual("mock"u8))
            _mock = Lenient.Flag(value) == true;
        else if (name.SequenceEqual("alarm"u8))
            _alarm = TextOf(value, MaxTextLength);
        else if (name.SequenceEqual("notificationToken"u8))
            _token = TextOf(value, MaxTextLength);
    }

    private void TakeLocation(ReadOnlySpan<byte> value)
    {
        var comma = value.IndexOf((byte)',');
        _latitude = Needed("location", comma < 0 ? null : Lenient.Number(value[..comma]), value);
        _longitude = Needed("location", comma < 0 ? null : Lenient.Number(value[(comma + 1)..]), value);
    }

    private T? Needed<T>(string field, T? value, ReadOnlySpan<byte> text) where T : struct
    {
        if (value is null && !text.IsEmpty)
            WrongField ??= field;
        return value;
    }

    /// <summary>
    /// A fix, or a contact where its place or time is missing. A place that the phone itself calls not valid is that of
    /// an unknown moment, as in a ping.
    /// </summary>
    public readonly Report ToReport()
    {
        var place = _latitude is { } latitude && _longitude is { } longitude ? GeoPoint.From(latitude, longitude) : null;
        var isFix = place is not null && _time is not null;
        var report = new Report
        {
            Kind = !isFix ? ReportKind.Contact : _valid == false ? ReportKind.Ping : ReportKind.Position,
            FixedAt = _time,
            Place = place,
            AccuracyMetres = Lenient.NotNegative(_accuracy),
            SpeedMetresPerSecond = Lenient.NotNegative(_speedKnots) * Lenient.MetresPerSecondOfKnot,
            CourseDegrees = Lenient.Course(_course),
            AltitudeMetres = _altitude,
            BatteryPercent = Lenient.Percent(_battery),
            Charging = _charging,
            Mock = _mock,
        };
        return PhoneAlarm.Named(report, _alarm)
            ?? (_token is null || isFix ? report : report with { Kind = ReportKind.Event, EventName = Report.PushToken, EventDetail = _token });
    }

    private static string? TextOf(ReadOnlySpan<byte> value, int most) =>
        value.IsEmpty ? null : Lenient.Cut(Encoding.UTF8.GetString(value), most);
}

/// <summary>How the Traccar apps say that somebody pressed SOS, or that something else is wrong.</summary>
internal static class PhoneAlarm
{
    /// <summary>The report as an event of that alarm; null if there is no alarm.</summary>
    public static Report? Named(Report report, string? alarm) => alarm switch
    {
        null or "" => null,
        _ when alarm.Equals("sos", StringComparison.OrdinalIgnoreCase) => report with { Kind = ReportKind.Event, EventName = "sos" },
        _ => report with { Kind = ReportKind.Event, EventName = "alarm", EventDetail = alarm },
    };
}
