using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Domain.Agents;

/// <summary>
/// Where a phone was, as JSON with a random salt: a signature covers its digest only, and without the salt nobody can
/// find the place by trying all of them.
/// </summary>
public static class SaltedPlace
{
    /// <summary>Bytes of a salt.</summary>
    public const int SaltLength = 16;

    /// <summary>SHA-256 of the place's bytes, as base64url.</summary>
    public static string DigestOf(ReadOnlySpan<byte> place) => Base64Url.EncodeToString(SHA256.HashData(place));

    public static byte[] Write(Report report, ReadOnlySpan<byte> salt)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("salt", Base64Url.EncodeToString(salt));
            json.WriteNumber("latitude", report.Place!.Value.Latitude);
            json.WriteNumber("longitude", report.Place.Value.Longitude);
            foreach (var (name, value) in ((string, double?)[])[("accuracy", report.AccuracyMetres), ("speed", report.SpeedMetresPerSecond), ("course", report.CourseDegrees), ("altitude", report.AltitudeMetres)])
            {
                if (value is { } number)
                    json.WriteNumber(name, number);
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    internal static Report Read(ReadOnlyMemory<byte> place, Report report)
    {
        var fields = new AgentFields(AgentFields.Parse(place, "places"), "places.");
        if (fields.Bytes("salt", 64).Length < SaltLength)
            throw fields.Wrong("salt", $"expected at least {SaltLength} bytes");
        return report with
        {
            Kind = ReportKind.Position,
            Place = GeoPoint.From(
                fields.Number("latitude", -1_000, 1_000) ?? throw fields.Wrong("latitude", "is missing"),
                fields.Number("longitude", -1_000, 1_000) ?? throw fields.Wrong("longitude", "is missing")),
            AccuracyMetres = fields.Number("accuracy", 0, 1e8),
            SpeedMetresPerSecond = fields.Number("speed", 0, 1e6),
            CourseDegrees = fields.Number("course", 0, 360),
            AltitudeMetres = fields.Number("altitude", -1e6, 1e8),
        };
    }
}
