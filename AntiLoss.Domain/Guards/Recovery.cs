using AntiLoss.Domain.Agents;

namespace AntiLoss.Domain.Guards;

/// <summary>How the help desk made sure who was calling. The number that a call comes from is no way. Stored: numbers are never reused.</summary>
public enum CallerCheck : byte
{
    /// <summary>The caller was signed in as the person whom the phone is assigned to.</summary>
    SignedIn = 1,

    /// <summary>The desk called back, on a number on file that is not the phone's own line.</summary>
    CalledBack = 2,

    /// <summary>The desk saw the person.</summary>
    InPerson = 3,
}

/// <summary>What a caller reads from a phone's screen, and why the help desk believes the caller.</summary>
/// <param name="Challenge">8 digits.</param>
/// <param name="CalledNumber">For <see cref="CallerCheck.CalledBack"/>.</param>
[GenerateSerializer, Immutable, Alias("recovery-call")]
public sealed record RecoveryCall(
    [property: Id(0)] RecoveryPurpose Purpose, [property: Id(1)] string Challenge, [property: Id(2)] CallerCheck Check, [property: Id(3)] string? CalledNumber = null)
{
    public override string ToString() => CalledNumber is { } number ? $"{Purpose}, {Check} {number}" : $"{Purpose}, {Check}";
}

/// <summary>That a recovery code may be read out. The code itself is kept nowhere: it is reckoned anew.</summary>
/// <param name="Enrolment">Of the phone whose secret makes the code.</param>
/// <param name="AgreedBy">The second person; null where one was enough.</param>
[GenerateSerializer, Immutable, Alias("recovery-grant")]
public sealed record RecoveryGrant(
    [property: Id(0)] RecoveryCall Call, [property: Id(1)] int Enrolment, [property: Id(2)] string By, [property: Id(3)] string? AgreedBy,
    [property: Id(4)] DateTimeOffset At, [property: Id(5)] string Reason)
{
    /// <summary>How many a phone gets within <see cref="CountedFor"/>.</summary>
    public const int MostADay = 5;

    public static readonly TimeSpan CountedFor = TimeSpan.FromHours(24);

    /// <summary>As long as a challenge stays on the phone's screen; the code is told again until then.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(15);

    /// <summary>Whether it lets somebody read the code for a challenge.</summary>
    public bool Covers(string account, RecoveryPurpose purpose, string challenge, int enrolment, DateTimeOffset at) =>
        (By == account || AgreedBy == account) && (Call.Purpose, Call.Challenge, Enrolment) == (purpose, challenge, enrolment) && at < At + GoodFor;
}
