using System.Globalization;

namespace AntiLoss.Web.Api;

/// <summary>
/// Reads and writes moments. With an offset or Z a text is a moment; without one it is a wall clock in the time zone that
/// the request names, or else in UTC. What is written always carries its offset.
/// </summary>
internal static class Moments
{
    /// <summary>The moment in a field that may be left out.</summary>
    public static DateTimeOffset? Moment(this FieldErrors errors, string field, string? text, TimeZoneInfo? zone = null)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (TryParse(Mended(text.Trim()), zone ?? TimeZoneInfo.Utc, out var moment))
            return moment;
        errors.Add(field, $"'{FieldErrors.Shortened(text)}' is no time; ISO 8601 like 2026-11-25T08:00:00Z is expected");
        return null;
    }

    /// <summary>ISO 8601 to the millisecond, on the clock of a time zone.</summary>
    public static string Text(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(moment, zone);
        return local.Offset == TimeSpan.Zero
            ? local.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : local.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
    }

    private static bool TryParse(string text, TimeZoneInfo zone, out DateTimeOffset moment)
    {
        moment = default;
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) || !char.IsAsciiDigit(text[0]) || text.Length < 8)
            return false;
        if (time.Kind == DateTimeKind.Unspecified)
        {
            var offset = zone.GetUtcOffset(time);
            // The first and last hours of the calendar have no moment in some zones.
            if (time.Ticks - offset.Ticks < DateTime.MinValue.Ticks || time.Ticks - offset.Ticks > DateTime.MaxValue.Ticks)
                return false;
            moment = new DateTimeOffset(time, offset);
            return true;
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment);
    }

    // A plus sign that was not percent-encoded in a query arrives as a space: 2026-11-25T08:00:00 02:00.
    private static string Mended(string text) =>
        text.Length > 6 && text[^6] == ' ' && text[^3] == ':' && text.Contains('T', StringComparison.Ordinal) ? $"{text[..^6]}+{text[^5..]}" : text;
}
