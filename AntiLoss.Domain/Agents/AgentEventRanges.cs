using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;

namespace AntiLoss.Domain.Agents;

/// <summary>
/// The ranges of an event's fields. An event is looked at before it is stored: what a phone may say must not be able to
/// fill its state, and what is wrong is told under the field's name.
/// </summary>
internal static class AgentEventRanges
{
    private const int GreatestSlot = 7;
    private const int LongestName = 60;
    private const int LongestWords = 100;
    private const int LongestIdentifier = 40;
    private const int MostFailures = 1_000_000;

    /// <summary>The field that is out of its range, and what is expected of it; null if none is.</summary>
    public static (string Field, string Expected)? Wrong(AgentEvent said) => said switch
    {
        SimSeen seen => Slot(seen.Slot) ?? Text("iccid", seen.Iccid, LongestIdentifier) ?? Text("operator", seen.Operator, LongestName)
            ?? Plmn(seen.Plmn) ?? Known("confidence", seen.Confidence),
        SimGone gone => Slot(gone.Slot),
        SimRefused refused => Slot(refused.Slot),
        PinAccepted accepted => Known("purpose", accepted.Purpose) ?? OptionalSlot(accepted.Slot),
        PinRejected rejected => Known("purpose", rejected.Purpose) ?? Failures(rejected.Failures) ?? OptionalSlot(rejected.Slot),
        CodeAccepted accepted => Known("purpose", accepted.Purpose),
        CodeRejected rejected => Failures(rejected.Failures),
        Booted booted => Known("reason", booted.Reason),
        AgentTampered tampered => RequiredText("what", tampered.What, LongestWords),
        AgentStopped stopped => RequiredText("why", stopped.Why, LongestWords),
        PolicyApplied applied => applied.Version < 1 ? ("version", "expected 1 or more") : null,
        LinkChanged link => Known("bearer", link.Bearer) ?? Plmn(link.Plmn) ?? Text("radio", link.Radio, 10)
            ?? (link.SignalDbm is < -150 or > 0 ? ("signalDbm", "expected -150 to 0") : null),
        EsimSeen esim => Known("profile", esim.Profile) ?? Text("eid", esim.Eid, LongestIdentifier)
            ?? Text("iccid", esim.Iccid, LongestIdentifier) ?? Text("operator", esim.Operator, LongestName),
        MessageRefused refused => RequiredText("why", refused.Why, LongestWords) ?? Text("commandId", refused.CommandId, LongestIdentifier),
        CommandTold told => RequiredText("id", told.Id, LongestIdentifier) ?? Text("code", told.Code, LongestIdentifier)
            ?? (told.State is CommandState.Acknowledged or CommandState.Succeeded or CommandState.Failed ? null : ("state", "expected Acknowledged, Succeeded or Failed")),
        PushTokenSet push => Service(push.Service) ?? Text("token", push.Token, PushAddress.LongestToken),
        _ => null,
    };

    private static (string, string)? Slot(int slot) => slot is >= 0 and <= GreatestSlot ? null : ("slot", $"expected 0 to {GreatestSlot}");

    private static (string, string)? OptionalSlot(int? slot) => slot is { } number ? Slot(number) : null;

    private static (string, string)? Failures(int failures) =>
        failures is >= 1 and <= MostFailures ? null : ("failures", $"expected 1 to {MostFailures}");

    private static (string, string)? Plmn(string? plmn) =>
        plmn is null || (plmn.Length is 5 or 6 && plmn.All(char.IsAsciiDigit)) ? null : ("plmn", "expected 5 or 6 digits");

    private static (string, string)? Service(string service) => PushAddress.IsService(service) ? null
        : ("service", "expected fcm, apns, or a vendor's name: letters in lower case, digits and hyphens, at most 20");

    private static (string, string)? RequiredText(string field, string text, int longest) =>
        text.Length == 0 ? (field, "is empty") : Text(field, text, longest);

    private static (string, string)? Text(string field, string? text, int longest) =>
        text is null || (text.Length <= longest && !text.Any(char.IsControl)) ? null
            : (field, $"expected at most {longest} characters, none of them a control character");

    // JSON may name an enumeration by a number that it does not have.
    private static (string, string)? Known<T>(string field, T value) where T : struct, Enum =>
        Enum.IsDefined(value) ? null : (field, $"expected one of {string.Join(", ", Enum.GetNames<T>())}");
}
