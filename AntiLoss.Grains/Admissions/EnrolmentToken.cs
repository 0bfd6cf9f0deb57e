using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Guards;

namespace AntiLoss.Grains.Admissions;

/// <summary>A token with which many phones of a fleet enrol; only its hash is kept. It reads nothing.</summary>
/// <param name="MostPhones">How many may join by it.</param>
/// <param name="By">The account or key that made it.</param>
[GenerateSerializer, Immutable, Alias("enrolment-token")]
public sealed record EnrolmentToken(
    [property: Id(0)] int Number, [property: Id(1)] string Name, [property: Id(2)] string Hash, [property: Id(3)] int Fleet,
    [property: Id(4)] int MostPhones, [property: Id(5)] DateTimeOffset Until, [property: Id(6)] DateTimeOffset CreatedAt, [property: Id(7)] string By)
{
    [Id(8)] public bool Revoked { get; init; }

    /// <summary>How many have joined by it.</summary>
    [Id(9)] public int Phones { get; init; }
}

/// <summary>Why a phone with a token waits for an operator. Stored: numbers are never reused.</summary>
public enum WaitReason : byte
{
    /// <summary>Neither its IMEI nor its serial number is in the imported list.</summary>
    Unlisted = 1,

    /// <summary>As many as may have joined by the token.</summary>
    Full = 2,

    /// <summary>The token's time is over.</summary>
    Lapsed = 3,

    Revoked = 4,

    /// <summary>Another phone has joined as this one.</summary>
    Known = 5,

    /// <summary>A phone with its IMEI or EID is lost, wiped or written off.</summary>
    Held = 6,
}

/// <summary>A phone that shows a token.</summary>
/// <param name="Key">SHA-256 of its public key, in hexadecimal: the same phone asks by the same key.</param>
[GenerateSerializer, Immutable, Alias("join-request")]
public sealed record JoinRequest(
    [property: Id(0)] string TokenHash, [property: Id(1)] string Key, [property: Id(2)] string? Imei, [property: Id(3)] string? Serial,
    [property: Id(4)] AgentKind Kind, [property: Id(5)] string Software)
{
    /// <summary>How the organization's phone with its IMEI or EID is, if that is lost, wiped or, written off, retired; null otherwise.</summary>
    [Id(6)] public Protection? Kept { get; init; }

    /// <summary>What the imported list may name it by.</summary>
    internal IEnumerable<string> Identifiers => new[] { Imei, Serial }.OfType<string>();

    /// <summary>What a person knows it by; null if it said nothing of that.</summary>
    internal string? Name => Serial ?? Imei;
}

/// <summary>What becomes of it.</summary>
public enum JoinVerdict
{
    Joins = 0,

    /// <summary>Until an operator has decided; the phone asks again.</summary>
    Waits = 1,

    /// <summary>An operator has refused it.</summary>
    Refused = 2,

    /// <summary>There is no such token.</summary>
    UnknownToken = 3,

    /// <summary>Too many wait already.</summary>
    Crowded = 4,
}

/// <param name="Fleet">That it joins.</param>
[GenerateSerializer, Immutable, Alias("join-answer")]
public sealed record JoinAnswer([property: Id(0)] JoinVerdict Verdict, [property: Id(1)] int Fleet = 0);

/// <summary>A phone that waits for an operator, or waited.</summary>
/// <param name="Fleet">The token's.</param>
[GenerateSerializer, Immutable, Alias("waiting-phone")]
public sealed record WaitingPhone(
    [property: Id(0)] JoinRequest Request, [property: Id(1)] int Token, [property: Id(2)] int Fleet, [property: Id(3)] WaitReason Reason, [property: Id(4)] DateTimeOffset Since)
{
    /// <summary>What an operator has decided; null while none has.</summary>
    [Id(5)] public bool? Admitted { get; init; }

    [Id(6)] public string? DecidedBy { get; init; }
}
