using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Reports;
using AntiLoss.Domain.Silences;
using AntiLoss.Domain.Tracks;

namespace AntiLoss.Domain.Devices;

/// <summary>
/// The truth about one phone: what <c>DeviceMachine</c> has made of every entry up to <see cref="Applied"/>.
/// Immutable, replaced whole.
/// </summary>
[GenerateSerializer, Immutable, Alias("device-state")]
public sealed record DeviceState
{
    /// <summary>The last entry that was applied: everything up to it is in this state.</summary>
    [Id(0)] public LogPosition Applied { get; init; }

    [Id(1)] public string Name { get; init; } = "";
    [Id(2)] public int Fleet { get; init; }
    [Id(3)] public DateTimeOffset EnrolledAt { get; init; }

    /// <summary>Fixes before this moment are impossible.</summary>
    [Id(4)] public DateTimeOffset Since { get; init; }

    [Id(5)] public string? Imei { get; init; }
    [Id(6)] public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>The only credential version that is accepted, from 1 on.</summary>
    [Id(7)] public int CredentialVersion { get; init; }

    /// <summary>First use of the current credential; null while nobody has used it.</summary>
    [Id(8)] public CredentialUse? FirstUse { get; init; }

    [Id(9)] public Assignment? Assigned { get; init; }

    /// <summary>Earlier assignments, oldest first.</summary>
    [Id(10)] public ImmutableArray<Assignment> AssignedBefore { get; init; } = [];

    [Id(11)] public Retirement? Retired { get; init; }

    /// <summary>The plausible fix of the greatest fix time, or a ping's place while there is none.</summary>
    [Id(12)] public TrackFix? Latest { get; init; }

    /// <summary>A fix that looked like a teleport and is waiting for the next newer one to say.</summary>
    [Id(13)] public TrackFix? Candidate { get; init; }

    [Id(14)] public DateTimeOffset? LastContactAt { get; init; }

    [Id(15)] public BatteryReading? Battery { get; init; }
    [Id(16)] public LinkReading? Link { get; init; }
    [Id(17)] public Presence Presence { get; init; }

    /// <summary>What the app last said about itself, or what last happened; null if nothing did.</summary>
    [Id(18)] public PhoneEvent? LastEvent { get; init; }

    /// <summary>Hashes of the last 8 records that are not positions, newest last: their repeats are inert.</summary>
    [Id(19)] public ImmutableArray<ulong> RecentRecords { get; init; } = [];

    /// <summary>Number of the open chunk, and how many of its positions this state has seen.</summary>
    [Id(20)] public long ChunkNumber { get; init; }

    [Id(21)] public int ChunkCount { get; init; }

    /// <summary>The greatest fix time of any fix that is not impossible, Unix milliseconds: what is older is late.</summary>
    [Id(22)] public long? GreatestFixMs { get; init; }

    /// <summary>What guards it; null for a phone that only tells where it is and was never armed.</summary>
    [Id(23)] public GuardState? Guards { get; init; }

    /// <summary>Its present silence, once it was judged; null while it is heard.</summary>
    [Id(24)] public Silence? Silence { get; init; }

    /// <summary>An earlier battery reading, about an hour before the last: together they tell the drain.</summary>
    [Id(25)] public BatteryReading? BatteryBefore { get; init; }

    /// <summary>What others are still to be told, oldest first.</summary>
    [Id(26)] public ImmutableArray<DeviceEffect> Outbox { get; init; } = [];

    /// <summary>Until when two operators have allowed a lost phone to be enrolled again.</summary>
    [Id(27)] public DateTimeOffset? MayEnrolUntil { get; init; }

    /// <summary>The policy version that the last entry named.</summary>
    [Id(28)] public int PolicyVersion { get; init; }

    /// <summary>Where it went dark and came back, newest last: a place where that happens again and again is a dead zone.</summary>
    [Id(29)] public ImmutableArray<DarkSpot> DarkSpots { get; init; } = [];

    /// <summary>Where a push service reaches it; null if its software told of none.</summary>
    [Id(30)] public PushAddress? Push { get; init; }

    /// <summary>Of its eUICC, canonical, as it said when it enrolled or later; null if it never did.</summary>
    [Id(31)] public string? Eid { get; init; }

    /// <summary>Whether an operator has enrolled it; a phone that nobody enrolled has no state.</summary>
    public bool IsEnrolled => CredentialVersion > 0;
}

/// <summary>When, from where and by which app a credential was first used.</summary>
[GenerateSerializer, Immutable, Alias("credential-use")]
public sealed record CredentialUse(
    [property: Id(0)] DateTimeOffset At, [property: Id(1)] string App, [property: Id(2)] string Address);

/// <summary>Who had the phone from when to when; <paramref name="Until"/> is null for the one who has it now.</summary>
[GenerateSerializer, Immutable, Alias("assignment")]
public sealed record Assignment(
    [property: Id(0)] int Person,
    [property: Id(1)] DateTimeOffset From,
    [property: Id(2)] DateTimeOffset? Until,
    [property: Id(3)] string By,
    [property: Id(4)] string? How);

[GenerateSerializer, Immutable, Alias("retirement")]
public sealed record Retirement(
    [property: Id(0)] DateTimeOffset At, [property: Id(1)] string By, [property: Id(2)] string Reason)
{
    /// <summary>It was lost then, and two people gave it up.</summary>
    [Id(3)] public bool WrittenOff { get; init; }
}

/// <summary>The battery as of <paramref name="At"/>, the phone's clock where it gave one.</summary>
[GenerateSerializer, Immutable, Alias("battery-reading")]
public sealed record BatteryReading(
    [property: Id(0)] int? Percent, [property: Id(1)] bool? Charging, [property: Id(2)] DateTimeOffset At);

/// <summary>What carried the phone's reports, and since when.</summary>
[GenerateSerializer, Immutable, Alias("link-reading")]
public sealed record LinkReading(
    [property: Id(0)] Bearer Bearer, [property: Id(1)] DateTimeOffset Since, [property: Id(2)] DateTimeOffset At)
{
    /// <summary>Serving network: country and network code, 5 or 6 digits.</summary>
    [Id(3)] public string? Plmn { get; init; }

    /// <summary>Such as LTE or NR.</summary>
    [Id(4)] public string? Radio { get; init; }

    [Id(5)] public int? SignalDbm { get; init; }
    [Id(6)] public bool Roaming { get; init; }

    /// <summary>The agent's event that said so; the default if it came with a position.</summary>
    [Id(7)] public EventOrder Order { get; init; }
}

/// <summary>Something that happened on the phone; see <see cref="Report.EventName"/>.</summary>
[GenerateSerializer, Immutable, Alias("phone-event")]
public sealed record PhoneEvent(
    [property: Id(0)] string Name, [property: Id(1)] string? Detail, [property: Id(2)] DateTimeOffset At)
{
    /// <summary>Whether <see cref="At"/> is the server's time of receipt, because the phone gave none that can be.</summary>
    [Id(3)] public bool IsReceiptTime { get; init; }
}
