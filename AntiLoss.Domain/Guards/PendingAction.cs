namespace AntiLoss.Domain.Guards;

/// <summary>An action that waits for a second person's word.</summary>
/// <param name="Id">What the second person agrees to: the entry that asked.</param>
[GenerateSerializer, Immutable, Alias("pending-action")]
public sealed record PendingAction(
    [property: Id(0)] string Id, [property: Id(1)] TwoPersonAction Action, [property: Id(2)] Operator By,
    [property: Id(3)] string Reason, [property: Id(4)] DateTimeOffset At)
{
    /// <summary>For <see cref="TwoPersonAction.RecoveryCode"/>.</summary>
    [Id(5)] public RecoveryCall? Recovery { get; init; }

    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(30);
}

/// <summary>What one person alone may not do to a lost phone, or a suspected one. Stored: numbers are never reused.</summary>
public enum TwoPersonAction : byte
{
    /// <summary>Mark it found while a stranger's SIM is in it or its last contact is over an hour old.</summary>
    Found = 1,

    /// <summary>Write it off.</summary>
    Retire = 2,

    /// <summary>Enrol it again.</summary>
    EnrolAgain = 3,

    /// <summary>Read out a recovery code; also for a suspected one.</summary>
    RecoveryCode = 4,
}
