using System.Globalization;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Live;
using AntiLoss.Web.Wake;

namespace AntiLoss.Web.Api;

/// <summary>A command and how it fares.</summary>
/// <param name="Kind">locate, ring, lock, unlock, wipe, setPolicy, disableFallback, rebindSim, esimOperation or message.</param>
/// <param name="State">queued, sent, acknowledged, succeeded, failed, expired or cancelled.</param>
/// <param name="ExpiresAt">Null for a state that is wanted until another one is.</param>
/// <param name="Code">Why it failed or was cancelled.</param>
/// <param name="WaitsFor">contact, silentPhone, confirmation, execution, or report where the app can't be told anything: why it is not done yet; null once it has ended.</param>
/// <param name="WhyNotYet">The same in words, times on the organization's clock, and whether the phone was woken; null once it has ended.</param>
/// <param name="WokenAt">When a push service took a wake of the phone for it; null if none did.</param>
/// <param name="WakeFailure">Why the phone could not be woken for it: unregistered, rejected, busy or unreachable; null if nothing failed.</param>
public sealed record CommandView(
    string Id, string Kind, string State, ActorView By, string? Reason, string? Text, DateTimeOffset At, DateTimeOffset? ExpiresAt,
    DateTimeOffset? SentAt, DateTimeOffset? AcknowledgedAt, DateTimeOffset? DoneAt, string? Code, string? WaitsFor, string? WhyNotYet,
    DateTimeOffset? WokenAt, string? WakeFailure)
{
    internal static CommandView Of(Command command, Organization organization, DateTimeOffset? expected, DateTimeOffset now, bool canBeTold)
    {
        var (waitsFor, words) = Wait(command, canBeTold, expected, now, at => Clock(at, organization));
        return new CommandView(
            command.Id, Words.Of(command.Kind), Words.Of(command.State), ActorView.Of(command.By, organization), command.Reason, command.Text,
            command.At, command.ExpiresAt, command.SentAt, command.AcknowledgedAt, command.DoneAt, command.Code, waitsFor,
            words is null ? null : words + Wakes(command, at => Clock(at, organization)), command.WokenAt, command.WakeFailure);
    }

    private static (string? For, string? Words) Wait(Command command, bool canBeTold, DateTimeOffset? expected, DateTimeOffset now, Func<DateTimeOffset, string> clock) => command.State switch
    {
        CommandState.Queued when expected is null => ("contact", "waits for the phone's first contact"),
        CommandState.Queued when !canBeTold => ("report", "the app on this phone can't be told anything; its next report answers"),
        CommandState.Queued when expected >= now => ("contact", $"waits for the phone's next contact, expected by {clock(expected.Value)}"),
        CommandState.Queued => ("silentPhone", $"waits for the phone, which was expected by {clock(expected!.Value)} and is silent"),
        CommandState.Sent => ("confirmation", $"sent at {clock(command.SentAt ?? command.At)}, not confirmed by the phone"),
        CommandState.Acknowledged => ("execution", $"the phone has had it since {clock(command.AcknowledgedAt ?? command.At)} and has not told how it went"),
        _ => (null, null),
    };

    private static string? Wakes(Command command, Func<DateTimeOffset, string> clock) => command switch
    {
        { State: not CommandState.Queued } => null,
        { WakeFailure: { } failure } => $"; it could not be woken: {WakeFailureWords(failure)}",
        { WokenAt: { } at } => $"; it was woken at {clock(at)}",
        _ => null,
    };

    private static string WakeFailureWords(string failure) => failure switch
    {
        WakeTried.Unregistered => "the push service does not know the phone any more",
        PushAnswer.Rejected => "the push service refused it",
        PushAnswer.Busy => "the push service had no time for it",
        _ => "the push service did not answer",
    };

    private static string Clock(DateTimeOffset at, Organization organization)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(organization.TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        return TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + $" ({zone.Id})";
    }
}
