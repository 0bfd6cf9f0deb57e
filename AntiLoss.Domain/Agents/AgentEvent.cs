using System.Text.Json.Serialization;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Domain.Agents;

/// <summary>
/// One thing that an agent saw or did on its phone, in the past tense. Each says what is so from then on, never what
/// changed by how much, so that the newest alone is enough. The names are the agent protocol's.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(SimSeen), "sim-seen")]
[JsonDerivedType(typeof(SimGone), "sim-gone")]
[JsonDerivedType(typeof(SimRefused), "sim-refused")]
[JsonDerivedType(typeof(PowerOffRequested), "power-off-requested")]
[JsonDerivedType(typeof(PowerOffCancelled), "power-off-cancelled")]
[JsonDerivedType(typeof(PinAccepted), "pin-accepted")]
[JsonDerivedType(typeof(PinRejected), "pin-rejected")]
[JsonDerivedType(typeof(PinSet), "pin-set")]
[JsonDerivedType(typeof(CodeAccepted), "code-accepted")]
[JsonDerivedType(typeof(CodeRejected), "code-rejected")]
[JsonDerivedType(typeof(PoweredOff), "powered-off")]
[JsonDerivedType(typeof(Booted), "booted")]
[JsonDerivedType(typeof(AirplaneModeSet), "airplane-mode-set")]
[JsonDerivedType(typeof(AgentTampered), "agent-tampered")]
[JsonDerivedType(typeof(AgentStopped), "agent-stopped")]
[JsonDerivedType(typeof(ScreenLockSet), "screen-lock-set")]
[JsonDerivedType(typeof(PolicyApplied), "policy-applied")]
[JsonDerivedType(typeof(LinkChanged), "link-changed")]
[JsonDerivedType(typeof(EsimSeen), "esim-seen")]
[JsonDerivedType(typeof(MessageRefused), "message-refused")]
[JsonDerivedType(typeof(CommandTold), "command")]
[JsonDerivedType(typeof(PushTokenSet), "push-token-set")]
public abstract record AgentEvent;

/// <summary>How surely a SIM was told.</summary>
public enum SimConfidence : byte
{
    /// <summary>Its ICCID was read.</summary>
    Exact = 0,

    /// <summary>Only slot, operator and network are known.</summary>
    Fingerprint = 1,
}

/// <summary>A SIM is in a slot: on start, at a change, and after every boot.</summary>
/// <param name="Slot">From 0.</param>
/// <param name="Iccid">As read; null where the system gives none.</param>
/// <param name="Operator">The operator's name, at most 60 characters.</param>
/// <param name="Plmn">Its network: country and network code, 5 or 6 digits.</param>
public sealed record SimSeen(int Slot, string? Iccid = null, string? Operator = null, string? Plmn = null) : AgentEvent
{
    public SimConfidence Confidence { get; init; }
}

/// <summary>A slot that had a SIM is empty.</summary>
public sealed record SimGone(int Slot) : AgentEvent;

/// <summary>A stranger's SIM stays disabled: too many wrong PINs.</summary>
public sealed record SimRefused(int Slot) : AgentEvent;

/// <summary>The power menu asks for the PIN.</summary>
public sealed record PowerOffRequested : AgentEvent;

/// <summary>The power menu was left, or 60 s passed.</summary>
public sealed record PowerOffCancelled : AgentEvent;

/// <summary>What a PIN was asked for.</summary>
public enum PinPurpose : byte
{
    PowerOff = 0,
    Sim = 1,
    Suspected = 2,
}

/// <summary>The right PIN was given; the failure count is 0.</summary>
/// <param name="Slot">Of the SIM that it was asked for.</param>
public sealed record PinAccepted(PinPurpose Purpose, int? Slot = null) : AgentEvent;

/// <summary>A wrong PIN was given.</summary>
/// <param name="Failures">In a row, this one counted.</param>
/// <param name="LockedOutUntil">By the phone's clock; null while the next try is free.</param>
public sealed record PinRejected(PinPurpose Purpose, int Failures, DateTimeOffset? LockedOutUntil = null, int? Slot = null) : AgentEvent;

/// <summary>The person chose a guard PIN.</summary>
public sealed record PinSet : AgentEvent;

/// <summary>A recovery code was right; it worked once.</summary>
public sealed record CodeAccepted(RecoveryPurpose Purpose) : AgentEvent;

/// <summary>A recovery code was wrong.</summary>
/// <param name="Failures">In a row; five shut the door for an hour.</param>
public sealed record CodeRejected(int Failures) : AgentEvent;

/// <summary>The last word before the phone goes off.</summary>
public sealed record PoweredOff(bool Authorised) : AgentEvent;

/// <summary>Why a phone started, as its platform says.</summary>
public enum BootReason : byte
{
    Unknown = 0,
    User = 1,
    Update = 2,
    Crash = 3,
    FlatBattery = 4,
    Platform = 5,

    /// <summary>A forced restart: the keys held down, the battery pulled.</summary>
    Forced = 6,
}

public sealed record Booted(BootReason Reason) : AgentEvent;

/// <summary>Airplane mode was switched.</summary>
public sealed record AirplaneModeSet(bool On, bool ScreenLocked) : AgentEvent;

/// <summary>A debugger, root, or an attempt to remove the agent.</summary>
/// <param name="What">In a few words, at most 100 characters.</param>
public sealed record AgentTampered(string What) : AgentEvent;

/// <summary>The agent is being stopped, or lost a permission that it needs.</summary>
public sealed record AgentStopped(string Why) : AgentEvent;

/// <summary>The guard's screen lock went on or off: what was wanted of it is confirmed by this.</summary>
public sealed record ScreenLockSet(bool Locked) : AgentEvent;

/// <summary>A policy is in force on the phone.</summary>
public sealed record PolicyApplied(int Version) : AgentEvent;

/// <summary>What carries the phone's data now.</summary>
/// <param name="Plmn">Serving network: country and network code, 5 or 6 digits.</param>
/// <param name="Radio">Such as LTE or NR, at most 10 characters.</param>
/// <param name="SignalDbm">-150 to 0.</param>
public sealed record LinkChanged(Bearer Bearer, string? Plmn = null, string? Radio = null, int? SignalDbm = null) : AgentEvent
{
    public bool Roaming { get; init; }
}

/// <summary>A profile's state as GSMA SGP.22 and SGP.32 name it.</summary>
public enum EsimProfileState : byte
{
    None = 0,
    Disabled = 1,
    Enabled = 2,
    Deleted = 3,
}

/// <summary>What the phone found in its eUICC.</summary>
public sealed record EsimSeen(EsimProfileState Profile, string? Eid = null, string? Iccid = null, string? Operator = null) : AgentEvent;

/// <summary>The phone refused a message that was not its server's, not its own, or not new.</summary>
/// <param name="Why">unsigned, replayed, expired, wrong-device, wrong-enrolment.</param>
public sealed record MessageRefused(string Why, string? CommandId = null) : AgentEvent;

/// <summary>How a command fares on the phone: its receipt.</summary>
/// <param name="Id">The command's.</param>
/// <param name="State">Acknowledged, Succeeded or Failed; a wipe that begins is Succeeded, for nothing can report after it.</param>
/// <param name="Code">Why it failed, kebab-case.</param>
public sealed record CommandTold(string Id, CommandState State, string? Code = null) : AgentEvent;

/// <summary>A push service reaches the phone under this token; told at the start, and whenever it changes.</summary>
/// <param name="Service"><c>fcm</c>, <c>apns</c>, or a vendor's name: letters in lower case, digits and hyphens, at most 20.</param>
/// <param name="Token">At most 1,024 characters; null: none reaches it any more.</param>
public sealed record PushTokenSet(string Service, string? Token = null) : AgentEvent;
