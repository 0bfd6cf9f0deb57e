namespace AntiLoss.Grains.Sims;

/// <summary>In whose name a line is. Stored: numbers are never reused.</summary>
public enum LineSubject : byte
{
    Organization = 0,
    Person = 1,
}

/// <summary>Under whose verified name an organization's line is registered.</summary>
/// <param name="Person">Number of the person; 0 where the organization itself is the subject.</param>
/// <param name="IdentityHash">Keyed hash of the identity number, hexadecimal; the number itself is kept nowhere.</param>
/// <param name="VerifiedBy">Who compared number and subject: a shop, a person, as it was told.</param>
/// <param name="Until">From then on the record does not count.</param>
/// <param name="RecordedBy">The account that entered it.</param>
[GenerateSerializer, Immutable, Alias("real-name")]
public sealed record RealName(
    [property: Id(0)] LineSubject Subject, [property: Id(1)] int Person, [property: Id(2)] string IdentityHash, [property: Id(3)] string VerifiedBy,
    [property: Id(4)] DateTimeOffset VerifiedAt, [property: Id(5)] DateTimeOffset Until, [property: Id(6)] string RecordedBy, [property: Id(7)] DateTimeOffset RecordedAt)
{
    /// <summary>The country under whose rules it is registered, ISO 3166 alpha-2; null if nobody said.</summary>
    [Id(8)] public string? Jurisdiction { get; init; }

    /// <summary>Whether it counts at a moment.</summary>
    public bool IsCurrent(DateTimeOffset now) => now < Until;

    /// <summary>The subject in words of the audit: never the number.</summary>
    internal string SubjectWords => Subject == LineSubject.Person ? $"Person {Person}" : $"{Subject}";
}
