using System.Text.Json;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Web.Ingest.Protocols;

/// <summary>
/// Traccar Client as JSON: version 9 posts one object with <c>location</c> and <c>device_id</c>, version 10 can post an
/// array of flat reports. Speeds are m/s in both; the battery is 0 to 1 in the first and percent in the second.
/// </summary>
public sealed class TraccarJson : IProtocol
{
    private const int MaxReports = 1_000;
    private const int MaxSenderLength = 128;
    private const int MaxTextLength = 2_000;
    private const int MaxMessageIdLength = 40;

    public string Name => "traccar";

    public Decoded Decode(ReadOnlySpan<byte> message, ReadOnlySpan<char> secret = default)
    {
        try
        {
            var reader = new Utf8JsonReader(message);
            using var document = JsonDocument.ParseValue(ref reader);
            _ = reader.Read();
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Object => FromVersion9(document.RootElement),
                JsonValueKind.Array => FromVersion10(document.RootElement),
                _ => new Decoded.Malformed("neither an object nor an array"),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new Decoded.Malformed("no JSON");
        }
    }

    private static Decoded.Message FromVersion9(JsonElement root)
    {
        var sender = SenderOf(root, "device_id");
        if (Child(root, "location") is not { ValueKind: JsonValueKind.Object } location)
            return new Decoded.Message([], ["no location"]) { Sender = sender };
        var fields = new Fields(location, Child(location, "coords"), "latitude", "longitude");
        if (fields.WrongField is { } field)
            return new Decoded.Message([], [$"{field} cannot be read"]) { Sender = sender };
        var battery = Child(location, "battery");
        var report = fields.ToReport() with
        {
            CourseDegrees = Lenient.Course(Number(fields.Coordinates, "heading")),
            BatteryPercent = Lenient.Percent(Number(battery, "level") * 100),
            Charging = Flag(battery, "is_charging"),
            Mock = Flag(location, "mock") == true,
            MessageId = Text(location, "uuid", MaxMessageIdLength),
        };
        var alarm = Text(location, "alarm", MaxTextLength) ?? Text(Child(location, "extras"), "alarm", MaxTextLength);
        return new Decoded.Message([PhoneAlarm.Named(report, alarm) ?? report], []) { Sender = sender };
    }

    private static Decoded FromVersion10(JsonElement root)
    {
        if (root.GetArrayLength() > MaxReports)
            return new Decoded.Malformed("too many reports in one array");
        var reports = ImmutableArray.CreateBuilder<Report>(root.GetArrayLength());
        var unreadable = ImmutableArray.CreateBuilder<string>();
        string? sender = null;
        foreach (var element in root.EnumerateArray())
        {
            var itsSender = SenderOf(element, "id");
            sender ??= itsSender;
            var fields = new Fields(element, element, "lat", "lon");
            if (element.ValueKind != JsonValueKind.Object)
                unreadable.Add("not an object");
            else if (itsSender is not null && itsSender != sender)
                unreadable.Add("another phone's id than the first report's");
            else if (fields.WrongField is { } field)
                unreadable.Add($"{field} cannot be read");
            else
                reports.Add(FlatReport(element, fields));
        }
        return new Decoded.Message(reports.DrainToImmutable(), unreadable.DrainToImmutable()) { Sender = sender };
    }

    private static Report FlatReport(JsonElement element, in Fields fields)
    {
        var report = fields.ToReport() with
        {
            CourseDegrees = Lenient.Course(Number(element, "bearing")),
            BatteryPercent = Lenient.Percent(Number(element, "batt")),
            Charging = Flag(element, "charge"),
            Mock = Flag(element, "mock") == true,
        };
        return PhoneAlarm.Named(report, Text(element, "alarm", MaxTextLength)) ?? report;
    }

    /// <summary>What both forms have, under the names they have it.</summary>
    private readonly struct Fields
    {
        private readonly DateTimeOffset? _time;
        private readonly double? _latitude;
        private readonly double? _longitude;

        public Fields(JsonElement report, JsonElement? coordinates, string latitude, string longitude)
        {
            Coordinates = coordinates;
            _time = TimeOf(report);
            _latitude = Number(coordinates, latitude);
            _longitude = Number(coordinates, longitude);
            WrongField = _time is null && IsSet(report, "timestamp") ? "timestamp"
                : _latitude is null && IsSet(coordinates, latitude) ? latitude
                : _longitude is null && IsSet(coordinates, longitude) ? longitude
                : null;
        }

        public JsonElement? Coordinates { get; }

        public string? WrongField { get; }

        public Report ToReport()
        {
            var place = _latitude is { } latitude && _longitude is { } longitude ? GeoPoint.From(latitude, longitude) : null;
            return new Report
            {
                Kind = place is null || _time is null ? ReportKind.Contact : ReportKind.Position,
                FixedAt = _time,
                Place = place,
                AccuracyMetres = Lenient.NotNegative(Number(Coordinates, "accuracy")),
                SpeedMetresPerSecond = Lenient.NotNegative(Number(Coordinates, "speed")),
                AltitudeMetres = Number(Coordinates, "altitude"),
            };
        }
    }

    private static JsonElement? Child(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var child) ? child : null;

    private static bool IsSet(JsonElement? parent, string name) =>
        Child(parent, name) is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };

    private static double? Number(JsonElement? parent, string name) => Child(parent, name) switch
    {
        { ValueKind: JsonValueKind.Number } number => number.TryGetDouble(out var value) && double.IsFinite(value) ? value : null,
        { ValueKind: JsonValueKind.String } text => Lenient.Number(Utf8Of(text)),
        _ => null,
    };

    private static bool? Flag(JsonElement? parent, string name) => Child(parent, name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.String or JsonValueKind.Number } text => Lenient.Flag(Utf8Of(text)),
        _ => null,
    };

    private static string? Text(JsonElement? parent, string name, int most) =>
        Child(parent, name) is { ValueKind: JsonValueKind.String } text ? Lenient.Cut(text.GetString()!, most) : null;

    private static string? SenderOf(JsonElement parent, string name) => Child(parent, name) switch
    {
        { ValueKind: JsonValueKind.String } text => Lenient.Cut(text.GetString()!, MaxSenderLength),
        { ValueKind: JsonValueKind.Number } number => Lenient.Cut(number.GetRawText(), MaxSenderLength),
        _ => null,
    };

    private static DateTimeOffset? TimeOf(JsonElement report) => Child(report, "timestamp") switch
    {
        { ValueKind: JsonValueKind.Number or JsonValueKind.String } time => Lenient.Time(Utf8Of(time)),
        _ => null,
    };

    private static ReadOnlySpan<byte> Utf8Of(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
            ? System.Text.Encoding.UTF8.GetBytes(value.GetString()!)
            : System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value);
}
