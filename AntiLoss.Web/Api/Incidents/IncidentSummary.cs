using System.Globalization;
using System.Net;
using System.Text;
using AntiLoss.Grains.Fleets;

namespace AntiLoss.Web.Api.Incidents;

/// <summary>An incident on a page that a person can print: one HTML file that needs nothing else and runs nothing.</summary>
internal static class IncidentSummary
{
    private const string Style = """
        body{font:13px/1.4 system-ui,"Noto Sans SC",sans-serif;color:#1b1d1f;margin:24px auto;max-width:960px;padding:0 16px}
        h1{font-size:20px}h2{font-size:15px;margin-top:24px}table{border-collapse:collapse;width:100%}
        th,td{text-align:left;vertical-align:top;padding:4px 8px;border-bottom:1px solid #d9d9d4;overflow-wrap:anywhere}
        th{font-weight:600}td:first-child{white-space:nowrap}footer{margin-top:24px;color:#5c6166}
        """;

    public static string Of(IncidentWords words, IncidentContents contents, Organization organization, TimeZoneInfo zone, int positions, string origin)
    {
        var incident = contents.Incident;
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="{words.Language}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>{Text(words.Title)}: {Text(incident.DeviceName)}</title>
            <style>{Style}</style></head><body><h1>{Text(words.Title)}: {Text(incident.DeviceName)}</h1><table>

            """);
        Row(page, words.Organization, organization.Name);
        Row(page, words.Phone, $"{incident.DeviceName} ({incident.Device})");
        Row(page, words.Identity, contents.Device?.Item.Imei ?? "–");
        Row(page, words.HadBy, contents.HadBy.Count == 0 ? words.Nobody : string.Join("; ", contents.HadBy.Select(had => $"{had.Person?.Name ?? words.Nobody} ({Time(had.From, zone)} – {(had.Until is { } until ? Time(until, zone) : "")})")));
        Row(page, words.Opened, $"{Time(incident.OpenedAt, zone)}, {words.By} {incident.OpenedBy.Name}");
        Row(page, words.Reason, incident.Reason ?? "–");
        Row(page, words.Closed, incident.ClosedAt is { } closed ? $"{Time(closed, zone)}, {words.By} {incident.ClosedBy?.Name}" : words.StillOpen);
        Row(page, words.Outcome, incident.Outcome ?? "–");
        Row(page, words.Seen, incident.SeenAt is { } seen ? $"{Time(seen, zone)}, {words.By} {incident.SeenBy?.Name}" : "–");
        Row(page, words.Positions, positions.ToString(CultureInfo.InvariantCulture));
        page.Append("</table>\n");
        if (contents.Device?.Guards is { } guards)
        {
            Table(page, words.Commands, [words.Time, words.What, words.Who, words.Detail],
                guards.Commands.Select(command => (string[])[Time(command.At, zone), $"{command.Kind}: {command.State}", command.By.Name, command.Reason ?? ""]));
            Table(page, words.Sims, [words.What, words.Detail], guards.Slots.Select(slot => (string[])[$"{slot.Slot}: {slot.Guard}", slot.Iccid ?? ""]));
        }
        Table(page, words.Timeline, [words.Time, words.What, words.Who, words.Detail], contents.Timeline.Select(moment => (string[])
        [
            Time(moment.At, zone), $"{KindOf(moment, words)}: {moment.What}", moment.By?.Name ?? "",
            string.Join(" ", new[] { moment.Before is { Length: > 0 } before ? $"{before} → {moment.After}" : moment.After, moment.Detail, Place(moment) }.Where(part => !string.IsNullOrEmpty(part))),
        ]));
        page.Append(CultureInfo.InvariantCulture, $"<footer>{Text(words.Made)} {Text(Time(contents.MadeAt, zone))}, {Text(words.By)} {Text(contents.MadeBy.Name)}. {Text(origin)}<br>{Text(words.Verify)}</footer></body></html>\n");
        return page.ToString();
    }

    private static void Table(StringBuilder page, string title, string[] heads, IEnumerable<string[]> rows)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(title)}</h2>\n<table><tr>{string.Concat(heads.Select(head => $"<th>{Text(head)}</th>"))}</tr>\n");
        foreach (var row in rows)
            page.Append(CultureInfo.InvariantCulture, $"<tr>{string.Concat(row.Select(cell => $"<td>{Text(cell)}</td>"))}</tr>\n");
        page.Append("</table>\n");
    }

    private static void Row(StringBuilder page, string name, string value) =>
        page.Append(CultureInfo.InvariantCulture, $"<tr><th>{Text(name)}</th><td>{Text(value)}</td></tr>\n");

    private static string KindOf(IncidentMoment moment, IncidentWords words) => moment.Kind switch
    {
        "alert" => words.Alert,
        "note" => words.Note,
        _ => words.Entry,
    };

    private static string? Place(IncidentMoment moment) =>
        moment is { Latitude: { } latitude, Longitude: { } longitude } ? string.Create(CultureInfo.InvariantCulture, $"{latitude:F5}, {longitude:F5}") : null;

    private static string Time(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
