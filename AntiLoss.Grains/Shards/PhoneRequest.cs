using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Grains.Shards;

/// <summary>
/// What one phone sent in one request, its credential's MAC already checked. Taken whole or refused whole: it becomes
/// one block of the log.
/// </summary>
[GenerateSerializer, Immutable, Alias("phone-request")]
public sealed record PhoneRequest
{
    [Id(0)] public required DeviceKey Device { get; init; }

    /// <summary>The version in the credential; one that the phone's row no longer names is revoked.</summary>
    [Id(1)] public required int CredentialVersion { get; init; }

    /// <summary>The decoded reports, in the order in which the phone sent them.</summary>
    [Id(2)] public required ImmutableArray<Report> Reports { get; init; }

    /// <summary>Messages that could not be read.</summary>
    [Id(3)] public ImmutableArray<UnreadMessage> Unread { get; init; } = [];

    /// <summary>The app, as it names itself, at most 100 characters: for the first use of a credential.</summary>
    [Id(4)] public string App { get; init; } = "";

    /// <summary>The peer's IP address: for the first use of a credential.</summary>
    [Id(5)] public string Address { get; init; } = "";

    /// <summary>
    /// Whether the credential itself has proved the phone; false for an operator's API, which needs no version and
    /// speaks for any phone of its organization.
    /// </summary>
    [Id(6)] public bool ByPhone { get; init; } = true;
}

/// <summary>Bytes of an authenticated phone that no decoder could read, and why.</summary>
/// <param name="Length">Bytes of the message as it arrived: more than <paramref name="Bytes"/> if it was longer than a message may be.</param>
[GenerateSerializer, Immutable, Alias("unread-message")]
public sealed record UnreadMessage(
    [property: Id(0)] string Protocol,
    [property: Id(1)] string Reason,
    [property: Id(2)] ReadOnlyMemory<byte> Bytes,
    [property: Id(3)] long Length);

/// <summary>What became of a request.</summary>
public enum RequestOutcome
{
    /// <summary>Durable: the phone may forget it.</summary>
    Taken = 0,

    /// <summary>Not taken, send it again later: the shard is recovering, overloaded, or cannot write.</summary>
    Busy = 1,

    /// <summary>The device's rate bucket is empty: send it again later.</summary>
    RateLimited = 2,

    /// <summary>No such phone.</summary>
    Unknown = 3,

    /// <summary>The credential's version is revoked.</summary>
    Revoked = 4,

    /// <summary>The phone is retired.</summary>
    Retired = 5,
}

/// <summary>What became of one report of a request that was taken.</summary>
public enum ReportOutcome : byte
{
    /// <summary>New, and durable.</summary>
    Accepted = 0,

    /// <summary>Known already; it changed nothing.</summary>
    Duplicate = 1,

    /// <summary>Durable, set aside as a dead letter because its phone could not take it.</summary>
    SetAside = 2,

    /// <summary>An agent's item too far beyond a gap: not known, to come again when the gap is filled.</summary>
    Beyond = 3,

    /// <summary>An operator's action that the phone's rules do not allow.</summary>
    Refused = 4,
}

/// <summary>The answer to one <see cref="PhoneRequest"/>.</summary>
/// <param name="Reports">One per report, in order, if the request was taken; else empty.</param>
[GenerateSerializer, Immutable, Alias("request-answer")]
public sealed record RequestAnswer(
    [property: Id(0)] RequestOutcome Outcome,
    [property: Id(1)] ImmutableArray<ReportOutcome> Reports)
{
    /// <summary>Commands wait for the phone.</summary>
    [Id(2)] public bool HasCommands { get; init; }

    public static RequestAnswer Refused(RequestOutcome outcome) => new(outcome, []);
}
