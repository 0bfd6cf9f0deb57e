using AntiLoss.Domain.Devices;

namespace AntiLoss.Domain.Commands;

/// <summary>
/// What can be told to an app that is not ours, and what is known of its obeying. OwnTracks takes commands with the
/// answer to a report and over MQTT; it gives no receipt. Traccar Client takes none.
/// </summary>
public static class AppCommands
{
    /// <summary>Code of a command that was given to an app which tells nothing back.</summary>
    public const string NoReceipt = "no-receipt";

    /// <summary>Whether the app by which the phone reports hears commands, as it said when its credential was first used.</summary>
    public static bool AreHeardBy(DeviceState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Guards?.Agent is null
            && state.FirstUse?.App is { } app
            && (app.Contains("OwnTracks", StringComparison.OrdinalIgnoreCase) || app.Contains("MQTT", StringComparison.Ordinal));
    }

    /// <summary>Whether such an app can do what a command of a kind wants.</summary>
    public static bool Covers(CommandKind kind) => kind is CommandKind.Locate or CommandKind.SetPolicy;
}
