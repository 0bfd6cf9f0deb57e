using System.Text;
using System.Text.Json;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;
using AntiLoss.Tests.Support;
using AntiLoss.Web.Ingest.Protocols;

namespace AntiLoss.Tests.Ingest;

/// <summary>Messages of real phones, against what they mean: every field that a report has.</summary>
public sealed class PayloadTests
{
    /// <summary>What the expectations name and a report deliberately does not keep.</summary>
    private static readonly HashSet<string> NotKept =
    [
        "type", "why", "valid", "tid", "topic", "monitoring", "pressure_kpa", "vertical_accuracy_m", "battery_status", "inregions",
        "mcc", "mnc", "lac", "lac_dec", "cid", "cid_dec", "wtst_ms", "name", "has_face", "action", "ignored", "key", "plain",
        "cells", "wifi", "hdop", "speed_kn", "extra", "moving", "event", "activity", "odometer_m", "http_status", "battery_pct_sent",
        "device", "desc", "radius_m",
    ];

    private static readonly HashSet<string> Compared =
    [
        "t_ms", "lat", "lon", "created_at_ms", "accuracy_m", "altitude_m", "speed_mps", "course_deg", "battery_pct", "charging",
        "trigger", "connectivity", "mock",
    ];

    [Fact]
    public void Every_OwnTracks_message_of_the_shared_data_decodes_to_what_it_expects()
    {
        foreach (var line in SharedData.Lines("payloads/owntracks.ndjson"))
        {
            using var payload = JsonDocument.Parse(line);
            var root = payload.RootElement;
            var expect = root.GetProperty("expect");
            var secret = expect.ValueKind == JsonValueKind.Object && expect.TryGetProperty("key", out var key) ? key.GetString() : null;
            var decoded = new OwnTracksJson().Decode(Encoding.UTF8.GetBytes(root.GetProperty("body").GetString()!), secret);
            if (secret is not null)
            {
                using var plain = JsonDocument.Parse(expect.GetProperty("plain").GetString()!);
                var report = Assert.Single(Assert.IsType<Decoded.Message>(decoded).Reports);
                Assert.Equal(GeoPoint.From(plain.RootElement.GetProperty("lat").GetDouble(), plain.RootElement.GetProperty("lon").GetDouble()), report.Place);
            }
            else if (expect.ValueKind == JsonValueKind.Array)
            {
                var reports = Assert.IsType<Decoded.Message>(decoded).Reports;
                Assert.Equal(expect.GetArrayLength(), reports.Length);
                foreach (var (one, report) in expect.EnumerateArray().Zip(reports))
                    AssertOwnTracks(root, one, report);
            }
            else
            {
                AssertOwnTracks(root, expect, decoded is Decoded.Message { Reports: [var report] } ? report : null);
            }
        }
    }

    [Fact]
    public void Every_OsmAnd_message_of_the_shared_data_decodes_to_what_it_expects()
    {
        foreach (var line in SharedData.Lines("payloads/osmand.ndjson"))
        {
            using var payload = JsonDocument.Parse(line);
            var root = payload.RootElement;
            var expect = root.GetProperty("expect");
            var body = root.TryGetProperty("body", out var text) ? text.GetString() ?? "" : "";
            var uri = root.GetProperty("uri").GetString()!;
            var query = uri.Contains('?', StringComparison.Ordinal) ? uri[(uri.IndexOf('?', StringComparison.Ordinal) + 1)..] : "";
            IProtocol protocol = body.StartsWith('{') ? new TraccarJson() : new OsmAndQuery();
            var decoded = Assert.IsType<Decoded.Message>(protocol.Decode(Encoding.UTF8.GetBytes(query.Length > 0 ? query : body)));
            var id = root.GetProperty("id").GetString()!;
            Assert.True(decoded.Unreadable.IsEmpty, id);
            Assert.Equal(expect.TryGetProperty("device", out var device) ? device.GetString() : null, decoded.Sender);
            // Without an id it is nobody's, whatever else it says.
            if (decoded.Sender is not null)
                AssertFields(id, expect, Assert.Single(decoded.Reports));
        }
    }

    private static void AssertOwnTracks(JsonElement payload, JsonElement expect, Report? report)
    {
        var id = payload.GetProperty("id").GetString()!;
        var type = expect.TryGetProperty("type", out var named) ? named.GetString() : null;
        switch (type)
        {
            case "location":
                Assert.True(report is not null, id);
                AssertFields(id, expect, report);
                var hasTime = expect.TryGetProperty("t_ms", out _);
                Assert.Equal(!hasTime ? ReportKind.Contact : report.Trigger == 'p' ? ReportKind.Ping : ReportKind.Position, report.Kind);
                break;
            case "transition":
                Assert.True(report is not null, id);
                AssertFields(id, expect, report);
                Assert.Equal("region-" + expect.GetProperty("event").GetString(), report.EventName);
                Assert.Equal(expect.GetProperty("desc").GetString(), report.EventDetail);
                break;
            case "waypoint":
                // Where a waypoint is, is not where the phone is: neither its place nor its time is the report's.
                Assert.Equal(("waypoint", null, null), (report?.EventName, report?.Place, report?.FixedAt));
                Assert.Contains(expect.GetProperty("desc").GetString()!, report!.EventDetail, StringComparison.Ordinal);
                break;
            case "lwt":
                // Its tst is when the app connected.
                Assert.Equal(("last-will", null), (report?.EventName, report?.FixedAt));
                Assert.Equal($"connected since {DateTimeOffset.FromUnixTimeMilliseconds(expect.GetProperty("t_ms").GetInt64()):yyyy-MM-dd'T'HH:mm:ss'Z'}", report!.EventDetail);
                break;
            default:
                Assert.True(report is null, id);
                break;
        }
    }

    private static void AssertFields(string id, JsonElement expect, Report report)
    {
        foreach (var field in expect.EnumerateObject())
            Assert.True(NotKept.Contains(field.Name) || Compared.Contains(field.Name), $"{id}: nobody has decided about {field.Name}");
        Assert.True(Time(expect, "t_ms") == report.FixedAt, $"{id}: fix time {report.FixedAt:O}");
        Assert.True(Time(expect, "created_at_ms") == report.SentAt, $"{id}: sent {report.SentAt:O}");
        GeoPoint? place = expect.TryGetProperty("lat", out var latitude) ? GeoPoint.From(latitude.GetDouble(), expect.GetProperty("lon").GetDouble()) : null;
        // One published example has a place and is expected to be invalid without naming it.
        if (place is not null || !expect.TryGetProperty("valid", out var valid) || valid.GetBoolean())
            Assert.Equal(place, report.Place);
        AssertNumber(id, expect, "accuracy_m", report.AccuracyMetres);
        AssertNumber(id, expect, "altitude_m", report.AltitudeMetres);
        AssertNumber(id, expect, "speed_mps", report.SpeedMetresPerSecond);
        AssertNumber(id, expect, "course_deg", report.CourseDegrees);
        AssertNumber(id, expect, "battery_pct", report.BatteryPercent);
        Assert.Equal(expect.TryGetProperty("charging", out var charging) && charging.ValueKind != JsonValueKind.Null ? charging.GetBoolean() : null, report.Charging);
        Assert.Equal(expect.TryGetProperty("trigger", out var trigger) ? trigger.GetString()![0] : '\0', report.Trigger);
        Assert.Equal(expect.TryGetProperty("mock", out var mock) && mock.GetBoolean(), report.Mock);
        var bearer = expect.TryGetProperty("connectivity", out var connectivity) ? connectivity.GetString() : null;
        Assert.Equal(bearer switch { "wifi" => Bearer.Wifi, "mobile" => Bearer.Mobile, "offline" => Bearer.None, _ => Bearer.Unknown }, report.Bearer);
    }

    private static DateTimeOffset? Time(JsonElement expect, string field) =>
        expect.TryGetProperty(field, out var time) && time.ValueKind == JsonValueKind.Number ? DateTimeOffset.FromUnixTimeMilliseconds(time.GetInt64()) : null;

    private static void AssertNumber(string id, JsonElement expect, string field, double? actual)
    {
        double? expected = expect.TryGetProperty(field, out var number) ? number.GetDouble() : null;
        Assert.True(expected is null ? actual is null : Math.Abs(expected.Value - actual ?? double.NaN) < 0.0001, $"{id}: {field} is {actual}, not {expected}");
    }
}
