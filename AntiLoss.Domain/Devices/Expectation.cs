using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Guards;

namespace AntiLoss.Domain.Devices;

/// <summary>How often a phone is expected to speak, and what its not speaking means when.</summary>
public static class Expectation
{
    private const int LowBattery = 20;
    private static readonly TimeSpan LeastDrainSpan = TimeSpan.FromMinutes(5);

    /// <summary>The longest that a healthy phone stays silent now. An app that is not ours goes by its own ping.</summary>
    public static TimeSpan Interval(DeviceState state, DevicePolicy policy)
    {
        if (state.Guards?.Agent is not { Kind: AgentKind.OemAgent or AgentKind.DeviceOwner })
            return DevicePolicy.AppInterval;
        var (reporting, heard, guards) = (policy.Reporting, state.LastContactAt, state.Guards);
        return guards.Protection switch
        {
            Protection.Lost when state.Battery?.Percent < LowBattery => reporting.LostOnLowBattery,
            Protection.Lost when heard - guards.ProtectionSince <= reporting.LostAtFirstFor => reporting.LostAtFirst,
            Protection.Lost => reporting.LostLater,
            Protection.Suspected when heard - guards.ProtectionSince <= reporting.SuspectedFor => reporting.Suspected,
            _ => IsMoving(state) ? reporting.Moving : reporting.Still,
        };
    }

    /// <summary>Silence after which the phone is overdue: one expected interval and 20 %.</summary>
    public static TimeSpan OverdueAfter(DeviceState state, DevicePolicy policy) => Interval(state, policy) * 1.2;

    /// <summary>Silence after which the phone is offline: three expected intervals.</summary>
    public static TimeSpan OfflineAfter(DeviceState state, DevicePolicy policy) => Interval(state, policy) * 3;

    public static Presence PresenceAt(DeviceState state, DevicePolicy policy, DateTimeOffset now) =>
        state.LastContactAt is not { } contact ? Presence.Never
        : now - contact >= OfflineAfter(state, policy) ? Presence.Offline
        : now - contact >= OverdueAfter(state, policy) ? Presence.Overdue
        : Presence.Online;

    /// <summary>When the present silence is classified, or patience with its class ends; null if neither will be.</summary>
    public static DateTimeOffset? SilenceDueAt(DeviceState state, DevicePolicy policy)
    {
        if (state.LastContactAt is not { } contact)
            return null;
        if (state.Silence is { } silence)
            return silence.PatienceUntil;
        var least = IsMoving(state) ? policy.SilenceAfterMoving : policy.SilenceAfterStill;
        var three = Interval(state, policy) * 3;
        return contact + (three > least ? three : least);
    }

    /// <summary>
    /// Whether the app said itself to be one that reports only when the phone moves: OwnTracks on iOS, and Traccar
    /// Client, whose heartbeat can't be seen from here.
    /// </summary>
    public static bool PromisesNothing(DeviceState state) =>
        state.Guards?.Agent is null && state.FirstUse?.App is { } app
        && !app.Contains("Android", StringComparison.OrdinalIgnoreCase) && !IsMoving(state);

    /// <summary>Percent an hour that the battery lost over about the last hour; null if it did not fall.</summary>
    public static double? DrainPerHour(DeviceState state)
    {
        if (state.BatteryBefore is not { Percent: { } before } earlier || state.Battery is not { Percent: { } now } last)
            return null;
        var span = last.At - earlier.At;
        return span >= LeastDrainSpan && before > now ? (before - now) / span.TotalHours : null;
    }

    private static bool IsMoving(DeviceState state) => state.Latest?.SpeedDecimetresPerSecond > 10;
}
