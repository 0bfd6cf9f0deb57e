using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Sims;

/// <summary>How far a request to a carrier has got. Stored: numbers are never reused.</summary>
public enum CarrierState : byte
{
    /// <summary>It is on its way, and tried until it arrives or <see cref="CarrierRequest.GivenUpAfter"/> is over.</summary>
    Requested = 0,

    /// <summary>No carrier is connected: somebody has to tell it.</summary>
    Recorded = 1,

    /// <summary>The carrier's side has taken it.</summary>
    PassedOn = 2,

    /// <summary>It was given up.</summary>
    Failed = 3,

    /// <summary>Something newer was wanted of the line before it arrived.</summary>
    Superseded = 4,
}

/// <summary>What an organization wants of a line's carrier.</summary>
/// <param name="Id">A ULID: the same however often it is sent.</param>
/// <param name="Iccid">Canonical.</param>
/// <param name="By">The account that wants it.</param>
[GenerateSerializer, Immutable, Alias("carrier-request")]
public sealed record CarrierRequest(
    [property: Id(0)] string Id, [property: Id(1)] OrganizationNumber Organization, [property: Id(2)] string Iccid, [property: Id(3)] LineAct Act,
    [property: Id(4)] string By, [property: Id(5)] DateTimeOffset At, [property: Id(6)] string Reason)
{
    /// <summary>How long it is tried.</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(3);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    [Id(7)] public CarrierState State { get; init; }

    /// <summary>How often it was tried.</summary>
    [Id(8)] public int Tries { get; init; }

    /// <summary>When it was last tried; null before the first time.</summary>
    [Id(9)] public DateTimeOffset? TriedAt { get; init; }

    /// <summary>What stood in the way the last time; null if nothing did.</summary>
    [Id(10)] public string? Trouble { get; init; }

    /// <summary>The subscription that the carrier named; null if it named none.</summary>
    [Id(11)] public string? Imsi { get; init; }

    public bool IsUnderWay => State == CarrierState.Requested;

    /// <summary>When it is tried next: at once, then after a second, and each time twice as late, up to an hour.</summary>
    public DateTimeOffset NextTryAt => TriedAt is { } tried
        ? tried + TimeSpan.FromSeconds(Math.Min(FirstPause.TotalSeconds * Math.Pow(2, Tries - 1), LongestPause.TotalSeconds))
        : At;

    /// <summary>The request after it was tried.</summary>
    public CarrierRequest After(CarrierAnswer answer, DateTimeOffset now)
    {
        var wrong = answer.State == CarrierState.PassedOn ? WrongOf(answer.Line) : null;
        return this with
        {
            State = wrong is not null || (answer.State == CarrierState.Requested && now - At >= GivenUpAfter) ? CarrierState.Failed : answer.State,
            Tries = Tries + 1,
            TriedAt = now,
            Trouble = wrong ?? answer.Trouble,
            Imsi = wrong is null ? answer.Line?.Imsi : null,
        };
    }

    /// <summary>What is wrong with the line of which the carrier speaks: whatever it did, it did not do it to ours. Null if nothing is.</summary>
    private string? WrongOf(CarrierLine? line) => line switch
    {
        null => Act == LineAct.Confirm ? "it did not say for which line" : null,
        _ when !Domain.Identity.Iccid.TryParse(line.Iccid, out var iccid) || iccid.Canonical != Iccid => "it answered for another line",
        { Imsi: { } imsi } when !Domain.Identity.Imsi.TryParse(imsi, out _) => "it answered with an IMSI that is none",
        _ => null,
    };
}
