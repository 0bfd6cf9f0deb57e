using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Domain.Guards;

/// <summary>
/// What guards a phone: its protection, the guards that its agent told of, and what is wanted of it. A phone that only
/// tells where it is has none.
/// </summary>
[GenerateSerializer, Immutable, Alias("guard-state")]
public sealed record GuardState
{
    public static readonly GuardState Empty = new();

    [Id(0)] public Protection Protection { get; init; }
    [Id(1)] public DateTimeOffset ProtectionSince { get; init; }

    /// <summary>Why it is suspected; empty unless it is.</summary>
    [Id(2)] public ImmutableArray<Tamper> Tampers { get; init; } = [];

    /// <summary>When the policy declares it lost by itself; null if it does not.</summary>
    [Id(3)] public DateTimeOffset? EscalatesAt { get; init; }

    /// <summary>How it was lost; null unless it is.</summary>
    [Id(4)] public Loss? Loss { get; init; }

    [Id(5)] public WipeWanted? Wipe { get; init; }

    /// <summary>Whether the guard's screen lock is on, as the phone last told; null if it never did.</summary>
    [Id(6)] public bool? ReportedLocked { get; init; }

    [Id(7)] public EventOrder LockOrder { get; init; }
    [Id(8)] public Maintenance? Maintenance { get; init; }
    [Id(9)] public PendingAction? Pending { get; init; }
    [Id(10)] public PowerOffGuard PowerOff { get; init; } = new();
    [Id(11)] public ImmutableArray<SimSlot> Slots { get; init; } = [];
    [Id(12)] public ImmutableArray<BoundSim> BoundSims { get; init; } = [];
    [Id(13)] public AcceptNextSim? AcceptNextSim { get; init; }
    [Id(14)] public CommandQueue Commands { get; init; } = CommandQueue.Empty;
    [Id(15)] public Agent? Agent { get; init; }

    /// <summary>When the guard PIN was last chosen; null if none is set.</summary>
    [Id(16)] public DateTimeOffset? PinSetAt { get; init; }

    /// <summary>A new PIN is wanted: the phone was handed over, or found.</summary>
    [Id(17)] public bool NewPinWanted { get; init; }

    [Id(18)] public EventOrder PinOrder { get; init; }

    /// <summary>The last thing that the phone said about its power, and where it stood in the phone's life.</summary>
    [Id(19)] public PowerWord Power { get; init; } = new();

    [Id(20)] public EsimReading? Esim { get; init; }

    /// <summary>The policy version that the phone has confirmed.</summary>
    [Id(21)] public int PolicyApplied { get; init; }

    [Id(22)] public EventOrder PolicyOrder { get; init; }

    /// <summary>The recovery codes of the last day, oldest first.</summary>
    [Id(23)] public ImmutableArray<RecoveryGrant> RecoveryGrants { get; init; } = [];

    /// <summary>Since when the incident of a written-off phone is open again; null if it is not.</summary>
    [Id(24)] public DateTimeOffset? ReopenedAt { get; init; }

    /// <summary>It was handed to another person, who has not chosen a PIN since.</summary>
    [Id(25)] public bool IsHandedOver { get; init; }

    /// <summary>The phone has not yet confirmed that it heard of the hand-over.</summary>
    [Id(26)] public bool IsHandOverUntold { get; init; }

    /// <summary>Whether something guards the phone now.</summary>
    public bool IsGuarded => Protection is Protection.Armed or Protection.Suspected or Protection.Lost;

    /// <summary>Whether the screen lock is wanted on; null: the phone decides by itself.</summary>
    public bool? WantsLocked => Protection switch
    {
        Protection.Lost => true,
        Protection.Suspected => null,
        _ => false,
    };

    /// <summary>A stranger's SIM is in it.</summary>
    public bool HasForeignSim => Slots.Any(slot => slot.IsForeign);

    /// <summary>
    /// Whether the phone may report over a line: its SIM is in a slot, or its profile is on; or nobody knows, since the
    /// phone tells of no slots or knows a SIM by its operator only.
    /// </summary>
    /// <param name="iccid">Canonical.</param>
    public bool MayReportOver(string iccid) => Slots.IsEmpty
        || Slots.Any(slot => slot.Guard != SimGuard.Missing && (slot.Sim == iccid || slot.Confidence != SimConfidence.Exact))
        || (Esim is { Profile: EsimProfileState.Enabled } esim && Iccid.TryParse(esim.Iccid, out var profile) && profile.Canonical == iccid);

    public bool HasBoundSim => Slots.Any(slot => slot.Guard == SimGuard.Matched);
}

/// <summary>The agent on the phone and its key.</summary>
/// <param name="Enrolment">Rises with each enrolment; a phone obeys only messages that name its own.</param>
/// <param name="PublicKey">P-256, X.509 SubjectPublicKeyInfo.</param>
/// <param name="Software">Name and version, as it said.</param>
[GenerateSerializer, Immutable, Alias("agent")]
public sealed record Agent(
    [property: Id(0)] AgentKind Kind, [property: Id(1)] int Enrolment, [property: Id(2)] ImmutableArray<byte> PublicKey,
    [property: Id(3)] DateTimeOffset EnrolledAt, [property: Id(4)] string Software)
{
    private const int OutboxesOpen = 4;
    private const int OutboxesKnown = 256;
    private const int EarlierKept = 4;

    /// <summary>
    /// Outboxes of this enrolment, newest last. The window of an old one is closed: whatever it sends counts as known.
    /// None is forgotten, or a replay of its events would be news.
    /// </summary>
    [Id(5)] public ImmutableArray<Outbox> Outboxes { get; init; } = [];

    /// <summary>It can't work before the first unlock after a start.</summary>
    [Id(6)] public bool SilentUntilUnlocked { get; init; }

    /// <summary>Keys of the enrolments before, newest last: what they signed and sent late is history.</summary>
    [Id(7)] public ImmutableArray<EnrolmentKey> Earlier { get; init; } = [];

    /// <summary>Number of the master key that the server's secrets towards it are derived from.</summary>
    [Id(8)] public byte MasterKey { get; init; } = 1;

    /// <summary>The public key of an enrolment; empty if it is not known, or no longer.</summary>
    public ImmutableArray<byte> KeyOf(int enrolment) => enrolment == Enrolment ? PublicKey
        : Earlier.FirstOrDefault(earlier => earlier.Enrolment == enrolment)?.PublicKey ?? [];

    /// <summary>What the enrolment after this one keeps of the keys.</summary>
    public ImmutableArray<EnrolmentKey> WithEarlier() =>
        [.. Earlier.Skip(Earlier.Length - EarlierKept + 1), new EnrolmentKey(Enrolment, PublicKey)];

    public Outbox? FindOutbox(ulong id) => Outboxes.FirstOrDefault(outbox => outbox.Id == id);

    /// <summary>The agent with an outbox as it is now, or a new one.</summary>
    public Agent With(Outbox outbox)
    {
        if (FindOutbox(outbox.Id) is { } known)
            return this with { Outboxes = Outboxes.Replace(known, outbox) };
        var grown = Outboxes.Add(outbox);
        var old = grown.Length - OutboxesOpen - 1;
        return this with { Outboxes = old < 0 ? grown : grown.SetItem(old, grown[old].Close()) };
    }

    /// <summary>No phone loses its storage so often: it has to enrol again.</summary>
    public bool IsFull => Outboxes.Length >= OutboxesKnown;
}

/// <summary>The key of an enrolment that another has followed.</summary>
[GenerateSerializer, Immutable, Alias("enrolment-key")]
public sealed record EnrolmentKey([property: Id(0)] int Enrolment, [property: Id(1)] ImmutableArray<byte> PublicKey);

/// <summary>What the phone last said about being on or off.</summary>
[GenerateSerializer, Immutable, Alias("power-word")]
public sealed record PowerWord
{
    /// <summary>It went off with leave, and has not started since.</summary>
    [Id(0)] public bool IsAuthorisedOff { get; init; }

    /// <summary>When a power-off was last refused or happened without leave; null if never.</summary>
    [Id(1)] public DateTimeOffset? RefusedAt { get; init; }

    /// <summary>When a bound SIM last went out.</summary>
    [Id(2)] public DateTimeOffset? SimOutAt { get; init; }

    [Id(3)] public bool IsAirplane { get; init; }

    /// <summary>Why the agent stopped, if that was its last word.</summary>
    [Id(4)] public string? AgentStopped { get; init; }

    [Id(5)] public EventOrder Order { get; init; }
}

/// <summary>The eUICC and its profile as the phone last told.</summary>
[GenerateSerializer, Immutable, Alias("esim-reading")]
public sealed record EsimReading(
    [property: Id(0)] string? Eid, [property: Id(1)] string? Iccid, [property: Id(2)] EsimProfileState Profile,
    [property: Id(3)] string? Operator, [property: Id(4)] DateTimeOffset At, [property: Id(5)] EventOrder Order);
