using System.Text.Json;
using System.Text.Json.Serialization;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Reports;
using AntiLoss.Domain.Silences;

namespace AntiLoss.Domain.Devices;

/// <summary>What an entry of the log does to its phone: what the phone said, what an operator did, or that time passed.</summary>
[GenerateSerializer, Alias("device-change")]
public abstract record DeviceChange;

/// <summary>The phone reported.</summary>
/// <param name="RecordHash">XxHash64 of the canonical record: the identity of what is not a position.</param>
public sealed record Reported(Report Report, ulong RecordHash) : DeviceChange;

/// <summary>A change that is rare enough to be written as JSON: everything but a report.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(DeviceEnrolled), "enrolled")]
[JsonDerivedType(typeof(DeviceEdited), "edited")]
[JsonDerivedType(typeof(CredentialRotated), "credential-rotated")]
[JsonDerivedType(typeof(CredentialUsed), "credential-used")]
[JsonDerivedType(typeof(DeviceAssigned), "assigned")]
[JsonDerivedType(typeof(DeviceRetired), "retired")]
[JsonDerivedType(typeof(DueReached), "due")]
[JsonDerivedType(typeof(AgentEnrolled), "agent-enrolled")]
[JsonDerivedType(typeof(Armed), "armed")]
[JsonDerivedType(typeof(Disarmed), "disarmed")]
[JsonDerivedType(typeof(SuspicionDismissed), "suspicion-dismissed")]
[JsonDerivedType(typeof(LossDeclared), "loss-declared")]
[JsonDerivedType(typeof(FoundDeclared), "found-declared")]
[JsonDerivedType(typeof(WipeRequested), "wipe-requested")]
[JsonDerivedType(typeof(WipeApproved), "wipe-approved")]
[JsonDerivedType(typeof(WipeCancelled), "wipe-cancelled")]
[JsonDerivedType(typeof(ActionAgreed), "action-agreed")]
[JsonDerivedType(typeof(EnrolAgainAsked), "enrol-again-asked")]
[JsonDerivedType(typeof(IncidentClosed), "incident-closed")]
[JsonDerivedType(typeof(RecoveryCodeAsked), "recovery-code-asked")]
[JsonDerivedType(typeof(MaintenanceOpened), "maintenance-opened")]
[JsonDerivedType(typeof(MaintenanceClosed), "maintenance-closed")]
[JsonDerivedType(typeof(NextSimAccepted), "next-sim-accepted")]
[JsonDerivedType(typeof(SimBound), "sim-bound")]
[JsonDerivedType(typeof(SimUnbound), "sim-unbound")]
[JsonDerivedType(typeof(CommandAsked), "command-asked")]
[JsonDerivedType(typeof(CommandWithdrawn), "command-withdrawn")]
[JsonDerivedType(typeof(CommandsHandedOver), "commands-handed-over")]
[JsonDerivedType(typeof(SimJudged), "sim-judged")]
[JsonDerivedType(typeof(EffectsConfirmed), "effects-confirmed")]
[JsonDerivedType(typeof(ForgerySeen), "forgery-seen")]
[JsonDerivedType(typeof(WakeTried), "wake-tried")]
[JsonDerivedType(typeof(EnrolmentHeld), "enrolment-held")]
[GenerateSerializer, Alias("operational-change")]
public abstract record OperationalChange : DeviceChange;

/// <summary>An operator added the phone. First entry of every phone.</summary>
/// <param name="Name">What people call it, 1 to 100 characters.</param>
/// <param name="Fleet">Number of its fleet within the organization.</param>
/// <param name="Since">Fixes before this moment are impossible.</param>
public sealed record DeviceEnrolled(string Name, int Fleet, DateTimeOffset Since) : OperationalChange
{
    public string? Imei { get; init; }
    public ImmutableArray<string> Tags { get; init; } = [];
}

/// <summary>An operator changed what the phone is called or where it belongs; null leaves a field as it is.</summary>
public sealed record DeviceEdited : OperationalChange
{
    public string? Name { get; init; }
    public int? Fleet { get; init; }
    public string? Imei { get; init; }
    public ImmutableArray<string>? Tags { get; init; }
}

/// <summary>A new credential was given out; every lower version is refused from now on.</summary>
public sealed record CredentialRotated(int Version) : OperationalChange;

/// <summary>A credential version was used for the first time: by which app, from which address.</summary>
public sealed record CredentialUsed(int Version, string App, string Address) : OperationalChange;

/// <summary>The phone was handed to a person, or, with null, taken back.</summary>
public sealed record DeviceAssigned(int? Person, string By, string? How) : OperationalChange;

/// <summary>The phone left the organization; its history stays, its reports are refused.</summary>
public sealed record DeviceRetired(string By, string Reason) : OperationalChange
{
    /// <summary>Who it was in full, which a lost phone's retirement needs; null in entries of an older version.</summary>
    public Operator? Operator { get; init; }
}

/// <summary>The moment that the phone's row named as its next due time has passed.</summary>
public sealed record DueReached : OperationalChange
{
    /// <summary>What the shard knew beyond the phone, where a silence is due; null otherwise.</summary>
    public Surroundings? Surroundings { get; init; }
}

/// <summary>How an operational change is written into the log.</summary>
[JsonSerializable(typeof(OperationalChange))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
public sealed partial class DeviceChangeJson : JsonSerializerContext
{
    public static byte[] Write(OperationalChange change) =>
        JsonSerializer.SerializeToUtf8Bytes(change, Default.OperationalChange);

    public static OperationalChange Read(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, Default.OperationalChange) ?? throw new FormatException("The change is null.");
}
