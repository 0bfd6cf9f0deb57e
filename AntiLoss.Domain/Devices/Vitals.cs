using AntiLoss.Domain.Reports;

namespace AntiLoss.Domain.Devices;

/// <summary>Battery, link and last event: an older report never replaces what a newer one set.</summary>
internal static class Vitals
{
    public static DeviceState Apply(DeviceState state, Report report, DateTimeOffset saidAt)
    {
        if ((report.BatteryPercent is not null || report.Charging is not null) && !(state.Battery?.At > saidAt))
            state = WithBattery(state, Read(report, saidAt));
        if (report.Bearer != Bearer.Unknown && !(state.Link?.At > saidAt))
            state = state with { Link = Follow(state.Link, report.Bearer, saidAt) };
        return Happened(state, report, saidAt);
    }

    /// <summary>Takes note of an event; an app's status has no time of its own and counts from its receipt.</summary>
    public static DeviceState Happened(DeviceState state, Report report, DateTimeOffset at) =>
        report.EventName is { } name && !(state.LastEvent?.At > at)
            ? state with { LastEvent = new PhoneEvent(name, report.EventDetail, at) }
            : state;

    /// <summary>Beside the last reading one from about an hour earlier is kept; charging starts that anew.</summary>
    private static DeviceState WithBattery(DeviceState state, BatteryReading reading)
    {
        var rising = reading.Charging == true || reading.Percent > state.Battery?.Percent;
        var before = rising || state.BatteryBefore is null ? reading
            : reading.At - state.BatteryBefore.At >= TimeSpan.FromHours(1) ? state.Battery
            : state.BatteryBefore;
        return state with { Battery = reading, BatteryBefore = before };
    }

    private static BatteryReading Read(Report report, DateTimeOffset saidAt) =>
        new(report.BatteryPercent is { } percent ? (int)Math.Round(percent) : null, report.Charging, saidAt);

    private static LinkReading Follow(LinkReading? link, Bearer bearer, DateTimeOffset saidAt) =>
        link?.Bearer == bearer ? link with { At = saidAt } : new LinkReading(bearer, saidAt, saidAt);
}
