using System.Globalization;
using AntiLoss.Domain.Commands;
using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Live;

namespace AntiLoss.Web.Api;

/// <summary>A command and how it fares.</summary>
/// <param name="Kind">locate, ring, lock, unlock, wipe, setPolicy, disableFallback, rebindSim, esimOperation or message.</param>
/// <param name="State">queued, sent, acknowledged, succeeded, failed, expired or cancelled.</param>
/// <param name="ExpiresAt">Null for a state that is wanted until another one is.</param>
/// <param name="Code">Why it failed or was cancelled.</param>
/// <param name="WaitsFor">contact, silentPhone, confirmation, execution, or report where the app can't be told anything: why it is not done yet; null once it has ended.</param>
/// <param name="WhyNotYet">The same in words, times on the organization's clock; null once it has ended.</param>
public sealed record CommandView(
    string Id, string Kind, string State, ActorView By, string? Reason, string? Text, DateTimeOffset At, DateTimeOffset? ExpiresAt,
    DateTimeOffset? SentAt, DateTimeOffset? AcknowledgedAt, DateTimeOffset? DoneAt, string? Code, string? WaitsFor, string? WhyNotYet)
{
    internal static CommandView Of(Command command, Organization organization, DateTimeOffset? expected, DateTimeOffset now, bool canBeTold)
    {
        var (waitsFor, words) = Wait(command, canBeTold, expected, now, at => Clock(at, organization));
        return new CommandView(
            command.Id, Words.Of(command.Kind), Words.Of(command.State), ActorView.Of(command.By, organization), command.Reason, command.Text,
            command.At, command.ExpiresAt, command.SentAt, command.AcknowledgedAt, command.DoneAt, command.Code, waitsFor, words);
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

    private static string Clock(DateTimeOffset at, Organization organization)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(organization.TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        return TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + $" ({zone.Id})";
    }
}
