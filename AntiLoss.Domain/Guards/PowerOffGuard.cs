using AntiLoss.Domain.Agents;

namespace AntiLoss.Domain.Guards;

/// <summary>Where the power menu stands. Stored: numbers are never reused.</summary>
public enum PowerOffStage : byte
{
    Ready = 0,

    /// <summary>The PIN is being asked for.</summary>
    Challenged = 1,

    /// <summary>It may be switched off for a minute.</summary>
    Released = 2,

    /// <summary>Too many wrong PINs: no try before a time.</summary>
    LockedOut = 3,
}

/// <summary>
/// The power-off guard as the phone last told it. The phone enforces it, also offline; its failure count is one for
/// power-off, SIM challenge and suspicion.
/// </summary>
[GenerateSerializer, Immutable, Alias("power-off-guard")]
public sealed record PowerOffGuard
{
    /// <summary>How long a challenge stays, and how long a release lasts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    [Id(0)] public PowerOffStage Stage { get; init; }

    /// <summary>When the stage ends by itself; null for Ready, and for a lock-out that only a recovery code ends.</summary>
    [Id(1)] public DateTimeOffset? Until { get; init; }

    /// <summary>Wrong PINs in a row.</summary>
    [Id(2)] public int Failures { get; init; }

    /// <summary>The event that said so.</summary>
    [Id(3)] public EventOrder Order { get; init; }

    /// <summary>A recovery code allowed one power-off, which has not been used.</summary>
    [Id(4)] public bool MayPowerOffOnce { get; init; }

    /// <summary>What has run out by <paramref name="at"/> is Ready again; the count stays.</summary>
    public PowerOffGuard At(DateTimeOffset at) =>
        Until <= at ? this with { Stage = PowerOffStage.Ready, Until = null } : this;

    /// <summary>
    /// Takes one event about the power menu, the PIN or a code. <paramref name="lost"/>: the right PIN does not release
    /// a lost phone, only a recovery code does.
    /// </summary>
    public PowerOffGuard Take(AgentEvent said, EventOrder order, DateTimeOffset happenedAt, bool lost, int failuresToTamper)
    {
        var guard = At(happenedAt) with { Order = order };
        return said switch
        {
            PowerOffRequested when guard.Stage == PowerOffStage.Ready => guard.Enter(PowerOffStage.Challenged, happenedAt + Window),
            PowerOffCancelled when guard.Stage == PowerOffStage.Challenged => guard.Ready(),
            PinAccepted { Purpose: PinPurpose.PowerOff } when guard.Stage == PowerOffStage.Challenged && !lost =>
                guard.Enter(PowerOffStage.Released, happenedAt + Window) with { Failures = 0 },
            PinAccepted => guard with { Failures = 0 },
            PinRejected rejected when rejected.Failures >= failuresToTamper =>
                guard with { Stage = PowerOffStage.LockedOut, Until = LockedOutUntil(rejected, happenedAt), Failures = rejected.Failures },
            PinRejected rejected => guard with { Failures = rejected.Failures },
            CodeAccepted { Purpose: RecoveryPurpose.PowerOffOnce } => guard.Ready() with { Failures = 0, MayPowerOffOnce = true },
            CodeAccepted when guard.Stage == PowerOffStage.LockedOut => guard.Ready() with { Failures = 0 },
            CodeAccepted => guard with { Failures = 0 },
            PoweredOff => guard.Ready() with { MayPowerOffOnce = false },
            _ => guard,
        };
    }

    /// <summary>Whether the phone may be off now without anybody having forced it.</summary>
    public bool AllowsPowerOff(DateTimeOffset at) => MayPowerOffOnce || At(at).Stage == PowerOffStage.Released;

    /// <summary>
    /// What the phone said, if no back-off is longer: its clock may be anything. Null: only a recovery code ends it.
    /// </summary>
    private static DateTimeOffset? LockedOutUntil(PinRejected rejected, DateTimeOffset happenedAt)
    {
        if (PinBackOff.After(rejected.Failures) is not { } wait)
            return null;
        return rejected.LockedOutUntil is { } said && said > happenedAt && said <= happenedAt + PinBackOff.Longest
            ? said
            : happenedAt + (wait > Window ? wait : Window);
    }

    private PowerOffGuard Ready() => this with { Stage = PowerOffStage.Ready, Until = null };

    private PowerOffGuard Enter(PowerOffStage stage, DateTimeOffset until) => this with { Stage = stage, Until = until };
}
