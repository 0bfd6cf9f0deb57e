namespace AntiLoss.Domain.Guards;

/// <summary>The person behind an action, with what decides whether it may be the second of two.</summary>
/// <param name="Id">The account's.</param>
/// <param name="Session">Of the sign-in.</param>
/// <param name="AccountSince">When the account was made.</param>
/// <param name="MadeBy">The account that made or last reset it; null for the organization's first.</param>
[GenerateSerializer, Immutable, Alias("operator")]
public sealed record Operator(
    [property: Id(0)] string Id, [property: Id(1)] string? Session = null,
    [property: Id(2)] DateTimeOffset AccountSince = default, [property: Id(3)] string? MadeBy = null)
{
    private static readonly TimeSpan LeastAge = TimeSpan.FromHours(24);

    /// <summary>Why this person can't be the second beside <paramref name="first"/>; null if it can.</summary>
    public string? RefusalBeside(Operator first, DateTimeOffset at) =>
        Id == first.Id ? "a second person must agree, not the same one"
        : Session is null || Session == first.Session ? "the second person must sign in on a session of its own"
        : at - AccountSince < LeastAge ? "the second person's account must be older than 24 hours"
        : MadeBy == first.Id ? "the second person's account was made or reset by the first"
        : null;
}
