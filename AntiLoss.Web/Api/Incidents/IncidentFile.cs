using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AntiLoss.Domain.Audit;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Api.Positions;

namespace AntiLoss.Web.Api.Incidents;

/// <summary>
/// An incident as one signed ZIP file, for the police or an insurer: everything as JSON, the places as GPX and as rows,
/// and a summary to print, in English and Chinese.
/// </summary>
internal sealed class IncidentFile(AuditKeys keys, PositionReader positions, OrganizationDirectory directory)
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerOptions.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<byte[]> MakeAsync(Caller caller, IncidentContents contents, CancellationToken cancellationToken)
    {
        var organization = await directory.OfAsync(caller, cancellationToken);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(organization.TimeZone);
        var (gpx, rows) = (new GpxPositions(contents.Incident.DeviceName, zone), new NdjsonPositions(zone));
        var (track, lines, count) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>(), 0);
        gpx.Begin(track);
        if (DeviceId.TryParse(contents.Incident.Device, out var device))
        {
            await foreach (var run in positions.ReadAsync(new DeviceKey(caller.Organization, device), contents.From, contents.Until, after: null, cancellationToken))
            {
                foreach (var fix in run)
                {
                    gpx.Write(track, fix);
                    rows.Write(lines, fix);
                }
                count += run.Count;
            }
        }
        gpx.End(track);
        var origin = keys.OriginOf(caller.Organization);
        return SignedArchive.Create(
            keys, SignedArchive.Incident, [origin, contents.Incident.Id, Moments.Text(contents.MadeAt, TimeZoneInfo.Utc)],
            [
                ("incident.json", JsonSerializer.SerializeToUtf8Bytes(contents, _json)),
                ("positions.gpx", track.WrittenSpan.ToArray()),
                ("positions.ndjson", lines.WrittenSpan.ToArray()),
                ("summary.en.html", Page(IncidentWords.English, contents, organization, zone, count, origin)),
                ("summary.zh.html", Page(IncidentWords.Chinese, contents, organization, zone, count, origin)),
            ],
            contents.MadeAt);
    }

    private static byte[] Page(IncidentWords words, IncidentContents contents, Organization organization, TimeZoneInfo zone, int count, string origin) =>
        Encoding.UTF8.GetBytes(IncidentSummary.Of(words, contents, organization, zone, count, origin));
}
