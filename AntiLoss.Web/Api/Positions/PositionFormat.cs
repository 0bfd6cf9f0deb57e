using System.Buffers;
using System.Globalization;
using System.Security;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AntiLoss.Domain.Tracks;

namespace AntiLoss.Web.Api.Positions;

/// <summary>A format in which positions are written one after another.</summary>
internal abstract class PositionFormat(string name, string contentType, TimeZoneInfo zone)
{
    /// <summary>What <c>format=</c> calls it; also the ending of a file.</summary>
    public string Name { get; } = name;

    public string ContentType { get; } = contentType;

    /// <summary>The answer is no page: a plus sign need not be escaped for a browser's sake.</summary>
    protected static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    protected TimeZoneInfo Zone { get; } = zone;

    /// <summary>The format of that name; null if it is none that is written one after another.</summary>
    public static PositionFormat? Of(string name, string deviceName, TimeZoneInfo zone) => name switch
    {
        "ndjson" => new NdjsonPositions(zone),
        "csv" => new CsvPositions(zone),
        "gpx" => new GpxPositions(deviceName, zone),
        "geojson" => new GeoJsonPositions(zone),
        _ => null,
    };

    public virtual void Begin(IBufferWriter<byte> output)
    {
    }

    public abstract void Write(IBufferWriter<byte> output, in TrackFix fix);

    public virtual void End(IBufferWriter<byte> output)
    {
    }

    protected static void Text(IBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);
}

/// <summary>One JSON object a line.</summary>
internal sealed class NdjsonPositions(TimeZoneInfo zone) : PositionFormat("ndjson", "application/x-ndjson", zone)
{
    public override void Write(IBufferWriter<byte> output, in TrackFix fix)
    {
        using (var json = new Utf8JsonWriter(output, Plain))
            JsonSerializer.Serialize(json, PositionView.Of(fix, Zone), JsonSerializerOptions.Web);
        output.Write("\n"u8);
    }
}

/// <summary>Comma-separated, the same columns as the JSON rows.</summary>
internal sealed class CsvPositions(TimeZoneInfo zone) : PositionFormat("csv", "text/csv; charset=utf-8", zone)
{
    public override void Begin(IBufferWriter<byte> output) =>
        Text(output, "time,latitude,longitude,accuracy,speed,course,altitude,battery,charging,bearer,trigger,mock,sent,received,late,flagged\r\n");

    public override void Write(IBufferWriter<byte> output, in TrackFix fix)
    {
        var row = PositionView.Of(fix, Zone);
        Text(output, string.Create(CultureInfo.InvariantCulture,
            $"{row.Time},{row.Latitude},{row.Longitude},{row.Accuracy},{row.Speed},{row.Course},{row.Altitude},{row.Battery},{Bool(row.Charging)},{row.Bearer},{Trigger(row.Trigger)},{Bool(row.Mock)},{row.Sent},{row.Received},{Bool(row.Late)},{row.Flagged}\r\n"));
    }

    private static string Bool(bool? value) => value switch { true => "true", false => "false", null => "" };

    private static string Trigger(string? trigger) => trigger is "," or "\"" or "\n" or "\r" ? "" : CsvCells.Safe(trigger);
}

/// <summary>A GPX 1.1 track in UTC, as GPX has it. It has no way to mark a doubtful position: flagged ones are left out.</summary>
internal sealed class GpxPositions(string deviceName, TimeZoneInfo zone) : PositionFormat("gpx", "application/gpx+xml", zone)
{
    public override void Begin(IBufferWriter<byte> output) => Text(output,
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <gpx version="1.1" creator="AntiLoss" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>{SecurityElement.Escape(deviceName)}</name><trkseg>

        """);

    public override void Write(IBufferWriter<byte> output, in TrackFix fix)
    {
        if (fix.Flag != FixFlag.None)
            return;
        var elevation = fix.AltitudeMetres is { } metres ? string.Create(CultureInfo.InvariantCulture, $"<ele>{metres}</ele>") : "";
        Text(output, string.Create(CultureInfo.InvariantCulture,
            $"<trkpt lat=\"{fix.Place.Latitude}\" lon=\"{fix.Place.Longitude}\">{elevation}<time>{Moments.Text(fix.FixedAt, TimeZoneInfo.Utc)}</time></trkpt>\n"));
    }

    public override void End(IBufferWriter<byte> output) => Text(output, "</trkseg></trk></gpx>\n");
}

/// <summary>A GeoJSON feature collection: a point a position, everything else in its properties.</summary>
internal sealed class GeoJsonPositions(TimeZoneInfo zone) : PositionFormat("geojson", "application/geo+json", zone)
{
    private bool _isFirst = true;

    public override void Begin(IBufferWriter<byte> output) => Text(output, "{\"type\":\"FeatureCollection\",\"features\":[");

    public override void Write(IBufferWriter<byte> output, in TrackFix fix)
    {
        Text(output, _isFirst ? "\n" : ",\n");
        _isFirst = false;
        using var json = new Utf8JsonWriter(output, Plain);
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteStartObject("geometry");
        json.WriteString("type", "Point");
        json.WriteStartArray("coordinates");
        json.WriteNumberValue(fix.Place.Longitude);
        json.WriteNumberValue(fix.Place.Latitude);
        if (fix.AltitudeMetres is { } metres)
            json.WriteNumberValue(metres);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WritePropertyName("properties");
        JsonSerializer.Serialize(json, PositionView.Of(fix, Zone), JsonSerializerOptions.Web);
        json.WriteEndObject();
    }

    public override void End(IBufferWriter<byte> output) => Text(output, "\n]}\n");
}
