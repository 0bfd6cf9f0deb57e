using System.Text.Json;
using System.Text.Json.Serialization;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;

namespace AntiLoss.Domain.Guards;

/// <summary>
/// A person's action on a phone. One that the protection's table does not have is refused with words that name the
/// state, and changes nothing.
/// </summary>
public abstract record OperatorAct(Operator By, string Reason) : OperationalChange
{
    /// <summary>What the audit calls it: its type's name in kebab-case. The log has the type.</summary>
    [JsonIgnore]
    public string Action => JsonNamingPolicy.KebabCaseLower.ConvertName(GetType().Name);
}

public sealed record Armed(Operator By, string Reason) : OperatorAct(By, Reason);

public sealed record Disarmed(Operator By, string Reason) : OperatorAct(By, Reason);

public sealed record SuspicionDismissed(Operator By, string Reason) : OperatorAct(By, Reason);

/// <summary>The phone is lost: an operator says so, or the person whom it is assigned to.</summary>
/// <param name="Message">What its screen shows, at most 500 characters.</param>
/// <param name="PhoneNumber">The number that it offers to call.</param>
public sealed record LossDeclared(Operator By, string Reason, string? Message = null, string? PhoneNumber = null) : OperatorAct(By, Reason)
{
    /// <summary>The assigned person reported it.</summary>
    public bool ByPerson { get; init; }
}

public sealed record FoundDeclared(Operator By, string Reason) : OperatorAct(By, Reason);

public sealed record WipeRequested(Operator By, string Reason) : OperatorAct(By, Reason);

/// <summary>The second person agrees to the wipe that was asked for at a moment.</summary>
public sealed record WipeApproved(Operator By, string Reason, DateTimeOffset RequestedAt) : OperatorAct(By, Reason);

public sealed record WipeCancelled(Operator By, string Reason) : OperatorAct(By, Reason);

/// <summary>The second person agrees to the action that waits for one.</summary>
public sealed record ActionAgreed(Operator By, string Reason, string PendingId) : OperatorAct(By, Reason);

/// <summary>A lost phone may be enrolled again, once a second person agrees.</summary>
public sealed record EnrolAgainAsked(Operator By, string Reason) : OperatorAct(By, Reason);

/// <summary>What turned up of a written-off phone has been looked into: the incident that it opened again is over.</summary>
public sealed record IncidentClosed(Operator By, string Reason) : OperatorAct(By, Reason);

/// <summary>A caller whom the help desk has verified is to be read a recovery code.</summary>
public sealed record RecoveryCodeAsked(Operator By, string Reason, RecoveryCall Call) : OperatorAct(By, Reason);

public sealed record MaintenanceOpened(Operator By, string Reason, DateTimeOffset From, DateTimeOffset Until) : OperatorAct(By, Reason);

public sealed record MaintenanceClosed(Operator By, string Reason) : OperatorAct(By, Reason);

public sealed record NextSimAccepted(Operator By, string Reason, DateTimeOffset Until) : OperatorAct(By, Reason);

/// <summary>A SIM is to belong into this phone: takes effect once the registry has said so and the phone confirms.</summary>
public sealed record SimBound(Operator By, string Reason, string Iccid) : OperatorAct(By, Reason);

public sealed record SimUnbound(Operator By, string Reason, string Iccid) : OperatorAct(By, Reason);

/// <summary>A command that changes no state of ours: Locate, Ring, Message.</summary>
public sealed record CommandAsked(Operator By, string Reason, string Id, CommandKind Kind, string? Text = null) : OperatorAct(By, Reason);

public sealed record CommandWithdrawn(Operator By, string Reason, string Id) : OperatorAct(By, Reason);

/// <summary>Commands went out to the phone.</summary>
public sealed record CommandsHandedOver(ImmutableArray<string> Ids) : OperationalChange;

/// <summary>What the registry makes of a SIM in a phone's slot.</summary>
public enum SimVerdict : byte
{
    /// <summary>Bound to nobody.</summary>
    Free = 0,

    /// <summary>Bound to this phone.</summary>
    Ours = 1,

    /// <summary>Bound to another phone of the organization.</summary>
    OtherDevice = 2,

    /// <summary>Bound, proven, to a phone of another organization, which stays unnamed.</summary>
    OtherOrganization = 3,

    /// <summary>Bound to this phone until now; another one has it.</summary>
    Moved = 4,

    /// <summary>Bound to this phone, and seen in another phone of the organization.</summary>
    SeenElsewhere = 5,

    /// <summary>Bound to this phone, and seen in a phone of another organization, which stays unnamed.</summary>
    SeenAbroad = 6,
}

/// <summary>The registry's word on a SIM.</summary>
/// <param name="Sim">Canonical ICCID.</param>
/// <param name="Other">The other phone of the same organization, by id; null otherwise.</param>
/// <param name="OtherIsTroubled">That phone is suspected or lost.</param>
[GenerateSerializer, Immutable, Alias("sim-judged")]
public sealed record SimJudged(
    [property: Id(0)] string Sim, [property: Id(1)] SimVerdict Verdict, [property: Id(2)] string? Other = null,
    [property: Id(3)] bool OtherIsTroubled = false) : OperationalChange
{
    [Id(4)] public bool Proven { get; init; }
}

/// <summary>Others have what the phone wanted to tell them.</summary>
public sealed record EffectsConfirmed(ImmutableArray<string> Ids) : OperationalChange;

/// <summary>Something that is this phone by its IMEI or EID, or has its code, asked to enrol while the phone is lost, wiped or written off, and was not let in.</summary>
/// <param name="Software">Of what asked, as it said.</param>
public sealed record EnrolmentHeld(string Software) : OperationalChange;

/// <summary>A report in the phone's name was not signed by its key.</summary>
public sealed record ForgerySeen(string What) : OperationalChange;
