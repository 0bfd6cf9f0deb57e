using AntiLoss.Domain.Agents;
using AntiLoss.LoadTest.Agents;

namespace AntiLoss.LoadTest.Stories;

/// <summary>What a story is played on: a server, what its operators see and do, and its clock.</summary>
public interface IStage
{
    TimeProvider Time { get; }

    /// <summary>Adds a phone and enrols the agent on it.</summary>
    Task<EnrolledPhone> EnrolAsync(string name);

    /// <summary>Enrols the agent of a known phone anew: another key, the next number. Null if it is not let in.</summary>
    Task<EnrolledPhone?> EnrolAgainAsync(string device);

    /// <summary>An operator's act, such as <c>arm</c>, by its name in the API. Null if it was done, else why it was refused.</summary>
    /// <param name="iccid">The SIM that is meant, where one is.</param>
    Task<string?> ActAsync(string device, string act, string reason, string? iccid);

    /// <summary>
    /// The help desk, which has seen the caller, asks for the code that answers a phone's challenge. Null while there is
    /// none for it.
    /// </summary>
    Task<string?> AskForCodeAsync(string device, RecoveryPurpose purpose, string challenge);

    /// <summary>A second person agrees to what waits for one. Null if that was taken, else why it was refused.</summary>
    Task<string?> AgreeAsync(string device);

    /// <summary>How many positions of a phone are kept since a moment.</summary>
    Task<int> PositionsAsync(string device, DateTimeOffset since);

    Task<PhoneSeen> SeeAsync(string device);

    /// <summary>The organization's alerts, newest first.</summary>
    Task<ImmutableArray<AlertSeen>> AlertsAsync();

    /// <summary>The organization's audit entries, newest first.</summary>
    Task<ImmutableArray<AuditSeen>> AuditAsync();

    /// <summary>
    /// Goes on by at most this much time; ends sooner where the server has something to do by itself, and then when it
    /// has done it.
    /// </summary>
    Task GoOnAsync(TimeSpan atMost);
}

/// <summary>A phone that a server knows.</summary>
/// <param name="Device">Its id.</param>
/// <param name="CodeOf">Works out a recovery code under the secret that came with the enrolment.</param>
public sealed record EnrolledPhone(string Device, int Enrolment, IAgentTransport Transport, Func<RecoveryPurpose, string, string> CodeOf);

/// <summary>What an operator sees of a phone. Every word is the API's.</summary>
/// <param name="Reasons">Why it is suspected; a silence with its class, as in <c>wentDark:unknown</c>.</param>
/// <param name="Silence">What its present silence looks like; null while it is heard or has not been judged.</param>
/// <param name="Locked">As the phone last told.</param>
/// <param name="PowerOff">Stage of the power-off guard.</param>
/// <param name="Sims">The guard of each slot, by slot.</param>
/// <param name="Enrolment">Of its agent.</param>
public sealed record PhoneSeen(
    string Protection, ImmutableArray<string> Reasons, string? Silence, bool? Locked, string PowerOff, ImmutableArray<string> Sims, int Enrolment)
{
    public override string ToString() =>
        $"{Protection} [{string.Join(", ", Reasons)}], silence {Silence ?? "none"}, locked {Locked?.ToString() ?? "unknown"}, power-off {PowerOff}, SIMs [{string.Join(", ", Sims)}]";
}

/// <summary>An alert as an operator sees it.</summary>
/// <param name="Device">Null for a storm.</param>
/// <param name="Folds">How many alerts a storm folds.</param>
public sealed record AlertSeen(string? Device, string Kind, string Severity, string State, string? Detail, bool Late, int Folds);

/// <summary>An audit entry as an operator sees it.</summary>
public sealed record AuditSeen(string Device, string Actor, string Action, string Before, string After);
