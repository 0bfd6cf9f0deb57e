using System.Text.Json;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Web.Ingest.Protocols;

/// <summary>
/// Our own <c>POST /api/v1/reports</c>: <c>{"reports":[{"device","time","latitude","longitude",…}]}</c>, fields named and
/// measured as in <c>/positions</c>: metres, m/s, degrees, percent. Strict, since a program wrote it: a field that cannot
/// be read is named. A report of neither place nor time is a sign of life.
/// </summary>
public sealed class AntiLossReports : IProtocol
{
    /// <summary>Reports in one request.</summary>
    public const int MaxReports = 10_000;

    public string Name => "antiloss-reports";

    public Decoded Decode(ReadOnlySpan<byte> message, ReadOnlySpan<char> secret = default)
    {
        try
        {
            var reader = new Utf8JsonReader(message);
            using var document = JsonDocument.ParseValue(ref reader);
            _ = reader.Read();
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("reports", out var reports)
                || reports.ValueKind != JsonValueKind.Array)
                return new Decoded.Malformed("reports: expected {\"reports\": [ … ]}");
            if (reports.GetArrayLength() > MaxReports)
                return new Decoded.Malformed("reports: more than 10,000 in one request");
            return new Decoded.Batch([.. reports.EnumerateArray().Select(Item)]);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new Decoded.Malformed("no JSON");
        }
    }

    private static BatchItem Item(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return BatchItem.Wrong("reports", "a report is an object");
        var fields = new StrictFields(element);
        var device = fields.Device();
        var time = fields.Time("time");
        var latitude = fields.Number("latitude", -1_000, 1_000);
        var longitude = fields.Number("longitude", -1_000, 1_000);
        var report = new Report
        {
            Kind = latitude is null ? ReportKind.Contact : ReportKind.Position,
            FixedAt = time,
            SentAt = fields.Time("sent"),
            Place = latitude is { } north && longitude is { } east ? GeoPoint.From(north, east) : null,
            AccuracyMetres = fields.Number("accuracy", 0, 1e8),
            SpeedMetresPerSecond = fields.Number("speed", 0, 1e6),
            CourseDegrees = fields.Number("course", 0, 360),
            AltitudeMetres = fields.Number("altitude", -1e6, 1e8),
            BatteryPercent = fields.Number("battery", 0, 100),
            Charging = fields.Flag("charging"),
            Bearer = fields.Bearer(),
            Trigger = fields.Trigger(),
            Mock = fields.Flag("mock") == true,
        };
        if (latitude is null != longitude is null)
            fields.Fail(latitude is null ? "latitude" : "longitude", "a place has both latitude and longitude");
        if (latitude is not null && time is null)
            fields.Fail("time", "a place needs the time at which the phone was there");
        return fields.WrongField is { } field ? BatchItem.Wrong(field, fields.Error!) : new BatchItem(device, report, null, null);
    }
}
