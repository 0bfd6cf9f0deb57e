using System.Globalization;
using System.Text.Json;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Web.Ingest.Protocols;

/// <summary>OwnTracks' messages that say what happened rather than where the phone is. Rare, so read with a document.</summary>
internal static class OwnTracksEvents
{
    private const int MaxDetailLength = 2_000;

    /// <summary>A region was entered or left: a fix with a name. Null if it says neither.</summary>
    public static Report? Transition(in OwnTracksFields fields, ReadOnlySpan<byte> json)
    {
        using var document = Parse(json);
        var name = TextOf(document.RootElement, "event") switch
        {
            "enter" => "region-enter",
            "leave" => "region-leave",
            _ => null,
        };
        if (name is null)
            return null;
        var region = TextOf(document.RootElement, "desc");
        return fields.ToReport(ReportKind.Event) with { EventName = name, EventDetail = region is null ? null : Lenient.Cut(region, MaxDetailLength) };
    }

    /// <summary>Any other event. Where a waypoint is, is not where the phone is, so its place stays in the detail.</summary>
    public static Report Event(in OwnTracksFields fields, ReadOnlySpan<byte> json)
    {
        using var document = Parse(json);
        var root = document.RootElement;
        return new Report
        {
            Kind = ReportKind.Event,
            EventName = fields.Type switch
            {
                OwnTracksType.LastWill => Report.LastWill,
                OwnTracksType.Status => "app-status",
                OwnTracksType.Waypoint => "waypoint",
                OwnTracksType.Waypoints => "waypoints",
                OwnTracksType.Steps => "steps",
                OwnTracksType.Beacon => "beacon",
                _ => "request",
            },
            EventDetail = fields.Type == OwnTracksType.LastWill ? ConnectedSince(fields) : Lenient.Cut(root.GetRawText(), MaxDetailLength),
        };
    }

    // The tst of a last will is when the app connected, not when the connection died: it is no time of the event.
    private static string? ConnectedSince(in OwnTracksFields fields) =>
        Lenient.UnixTime(fields.Time) is { } time
            ? "connected since " + time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : null;

    private static JsonDocument Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return JsonDocument.ParseValue(ref reader);
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
