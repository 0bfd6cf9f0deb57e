using AntiLoss.Domain.Reports;

namespace AntiLoss.Domain.Devices;

/// <summary>Battery, link and last event: an older report never replaces what a newer one set.</summary>
internal static class Vitals
{
    /// <param name="heardAt">The last contact, this report's receipt counted.</param>
    public static DeviceState Apply(DeviceState state, Report report, DateTimeOffset saidAt, DateTimeOffset heardAt)
    {
        var battery = (report.BatteryPercent is not null || report.Charging is not null) && !(state.Battery?.At > saidAt)
            ? Read(report, saidAt) : null;
        var link = report.Bearer != Bearer.Unknown && !(state.Link?.At > saidAt) ? Follow(state.Link, report.Bearer, saidAt) : state.Link;
        state = state with
        {
            LastContactAt = heardAt,
            Presence = Presence.Online,
            Battery = battery ?? state.Battery,
            BatteryBefore = battery is null ? state.BatteryBefore : Before(state, battery),
            Link = link,
        };
        return Happened(state, report, saidAt, isReceiptTime: false);
    }

    /// <summary>
    /// Takes note of an event. Two of them are told apart by the phone's clock; one that has only the server's time of
    /// receipt follows, and is followed by, whatever is received: a phone whose clock is behind is heard all the same.
    /// </summary>
    /// <param name="isReceiptTime">Whether <paramref name="at"/> is when it was received, the phone having said no time that can be.</param>
    public static DeviceState Happened(DeviceState state, Report report, DateTimeOffset at, bool isReceiptTime)
    {
        if (report.EventName is not { } name)
            return state;
        var isPush = name == Report.PushToken;
        if (isPush)
            state = Reachable(state, report.EventDetail, at);
        if (!isReceiptTime && state.LastEvent is { IsReceiptTime: false } last && last.At > at)
            return state;
        // A push token is nobody's to read.
        return state with { LastEvent = new PhoneEvent(name, isPush ? null : report.EventDetail, at) { IsReceiptTime = isReceiptTime } };
    }

    /// <summary>An app told its push token; a phone with an agent is reached as its agent says.</summary>
    private static DeviceState Reachable(DeviceState state, string? token, DateTimeOffset at) =>
        token is { Length: > 0 and <= PushAddress.LongestToken } && state.Guards?.Agent is null && !(state.Push?.At > at) && state.Push?.Token != token
            ? state with { Push = new PushAddress(PushAddress.Fcm, token, at) }
            : state;

    /// <summary>Beside the last reading one from about an hour earlier is kept; charging starts that anew.</summary>
    private static BatteryReading? Before(DeviceState state, BatteryReading reading)
    {
        var rising = reading.Charging == true || reading.Percent > state.Battery?.Percent;
        return rising || state.BatteryBefore is null ? reading
            : reading.At - state.BatteryBefore.At >= TimeSpan.FromHours(1) ? state.Battery
            : state.BatteryBefore;
    }

    private static BatteryReading Read(Report report, DateTimeOffset saidAt) =>
        new(report.BatteryPercent is { } percent ? (int)Math.Round(percent) : null, report.Charging, saidAt);

    private static LinkReading Follow(LinkReading? link, Bearer bearer, DateTimeOffset saidAt) =>
        link?.Bearer == bearer ? link with { At = saidAt } : new LinkReading(bearer, saidAt, saidAt);
}
