using System.Globalization;
using System.Text;

namespace AntiLoss.LoadTest.Wire;

/// <summary>One OwnTracks <c>location</c>, as the Android app writes it: whole numbers, kilometres per hour.</summary>
/// <param name="FixedAtS">Fix time, Unix seconds.</param>
/// <param name="OnWifi">Else over the mobile network.</param>
public readonly record struct OwnTracksMessage(
    long FixedAtS,
    double Latitude,
    double Longitude,
    int AccuracyMetres,
    int AltitudeMetres,
    int KilometresPerHour,
    int CourseDegrees,
    int BatteryPercent,
    bool Charging,
    bool OnWifi)
{
    /// <summary>Appends the message as JSON.</summary>
    public void WriteTo(StringBuilder text, string trackerId, long createdAtS)
    {
        text.Append(CultureInfo.InvariantCulture, $"{{\"_type\":\"location\",\"tid\":\"{trackerId}\",\"tst\":{FixedAtS},\"created_at\":{createdAtS}");
        text.Append(CultureInfo.InvariantCulture, $",\"lat\":{Latitude:0.000000},\"lon\":{Longitude:0.000000}");
        text.Append(CultureInfo.InvariantCulture, $",\"acc\":{AccuracyMetres},\"alt\":{AltitudeMetres},\"vel\":{KilometresPerHour},\"cog\":{CourseDegrees}");
        text.Append(CultureInfo.InvariantCulture, $",\"batt\":{BatteryPercent},\"bs\":{(Charging ? 2 : 1)},\"conn\":\"{(OnWifi ? 'w' : 'm')}\",\"m\":2");
        text.Append('}');
    }

    /// <summary>A body for <c>POST /ingest/owntracks</c>: one message, or an array of several.</summary>
    public static string Body(IReadOnlyList<OwnTracksMessage> messages, string trackerId, long createdAtS)
    {
        var text = new StringBuilder(200 * messages.Count + 2);
        if (messages.Count != 1)
            text.Append('[');
        for (var i = 0; i < messages.Count; i++)
        {
            if (i > 0)
                text.Append(',');
            messages[i].WriteTo(text, trackerId, createdAtS);
        }
        if (messages.Count != 1)
            text.Append(']');
        return text.ToString();
    }
}
