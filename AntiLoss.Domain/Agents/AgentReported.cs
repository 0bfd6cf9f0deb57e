using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Domain.Agents;

/// <summary>
/// An agent sent one item of its outbox: a report, an event, or the word that everything up to it is lost and will not
/// come. Its identity is (enrolment, outbox, sequence).
/// </summary>
/// <param name="Outbox">The random id that the phone made with its outbox.</param>
/// <param name="Sequence">From 1.</param>
public sealed record AgentReported(int Enrolment, ulong Outbox, long Sequence) : DeviceChange
{
    /// <summary>By the phone's clock; null if it gave none.</summary>
    public DateTimeOffset? HappenedAt { get; init; }

    /// <summary>Null if this is no report.</summary>
    public Report? Report { get; init; }

    /// <summary>Null if this is no event.</summary>
    public AgentEvent? Event { get; init; }

    /// <summary>Nothing up to this number will come any more.</summary>
    public bool IsGap => Report is null && Event is null;
}

/// <summary>A phone's agent was enrolled: it has a key, and a number that only rises.</summary>
/// <param name="PublicKey">P-256, X.509 SubjectPublicKeyInfo.</param>
/// <param name="Software">Name and version, at most 100 characters.</param>
public sealed record AgentEnrolled(int Enrolment, AgentKind Kind, ImmutableArray<byte> PublicKey, string Software) : OperationalChange
{
    public string? Imei { get; init; }
    public string? Eid { get; init; }
    public bool SilentUntilUnlocked { get; init; }

    /// <summary>Number of the master key that the server's secrets towards this enrolment are derived from.</summary>
    public byte MasterKey { get; init; } = 1;
}
