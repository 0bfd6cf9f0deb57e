using AntiLoss.Domain.Tracks;
using AntiLoss.Web.Live;

namespace AntiLoss.Web.Api.Positions;

/// <summary>A stored position. Null means that the phone did not say.</summary>
/// <param name="Time">When the phone was there, by its own clock: ISO 8601 with the offset of the time zone that was asked for.</param>
/// <param name="Latitude">WGS-84 degrees.</param>
/// <param name="Longitude">WGS-84 degrees.</param>
/// <param name="Accuracy">Radius in metres, 68 %.</param>
/// <param name="Speed">Metres per second.</param>
/// <param name="Course">Degrees clockwise from north.</param>
/// <param name="Altitude">Metres above sea level.</param>
/// <param name="Battery">Percent.</param>
/// <param name="Bearer">wifi, mobile, physicalSim, esim, none or unknown.</param>
/// <param name="Trigger">Why the phone reported, one character as OwnTracks has it.</param>
/// <param name="Mock">The place came from a mock location provider.</param>
/// <param name="Sent">When the phone says it sent it.</param>
/// <param name="Received">When the server received it.</param>
/// <param name="Late">A later fix was already known, or it was over 5 minutes old when it arrived.</param>
/// <param name="Flagged">Why it is not to be believed: impossible, teleport or ping; null if it is plausible.</param>
public sealed record PositionView(
    string Time, double Latitude, double Longitude, int? Accuracy, double? Speed, int? Course, int? Altitude, int? Battery,
    bool? Charging, string Bearer, string? Trigger, bool Mock, string? Sent, string Received, bool Late, string? Flagged)
{
    internal static PositionView Of(in TrackFix fix, TimeZoneInfo zone) => new(
        Moments.Text(fix.FixedAt, zone), fix.Place.Latitude, fix.Place.Longitude,
        fix.AccuracyMetres, fix.SpeedDecimetresPerSecond / 10.0, fix.CourseDegrees, fix.AltitudeMetres, fix.BatteryPercent,
        fix.Charging, Words.Bearer(fix.Bearer), fix.Trigger == '\0' ? null : fix.Trigger.ToString(), fix.Mock,
        fix.SentAtS is { } sent ? Moments.Text(DateTimeOffset.FromUnixTimeSeconds(sent), zone) : null,
        Moments.Text(fix.ReceivedAt, zone), fix.Late, Flag(fix.Flag));

    private static string? Flag(FixFlag flag) => flag switch
    {
        FixFlag.Impossible => "impossible",
        FixFlag.Teleport => "teleport",
        FixFlag.Ping => "ping",
        _ => null,
    };
}
