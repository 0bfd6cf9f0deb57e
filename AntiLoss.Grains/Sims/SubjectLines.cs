namespace AntiLoss.Grains.Sims;

/// <summary>The lines that one person holds within an organization, each until its real-name record lapses. Pure.</summary>
[GenerateSerializer, Immutable, Alias("subject-lines")]
public sealed record SubjectLines
{
    /// <summary>By canonical ICCID, until when.</summary>
    [Id(0)] public ImmutableSortedDictionary<string, DateTimeOffset> Until { get; init; } = ImmutableSortedDictionary<string, DateTimeOffset>.Empty;

    /// <summary>With a line, or one that is there until another moment; null if that were more than one may hold.</summary>
    public SubjectLines? Take(string iccid, DateTimeOffset until, int most, DateTimeOffset now)
    {
        var current = Until.RemoveRange(Until.Where(line => line.Value <= now).Select(line => line.Key));
        return current.Count >= most && !current.ContainsKey(iccid) ? null : this with { Until = current.SetItem(iccid, until) };
    }

    /// <summary>Without a line; the same if it is not there.</summary>
    public SubjectLines Release(string iccid) => Until.ContainsKey(iccid) ? this with { Until = Until.Remove(iccid) } : this;
}

/// <summary>That a line counts among a person's.</summary>
[GenerateSerializer, Immutable, Alias("line-seat")]
public sealed record LineSeat([property: Id(0)] uint Organization, [property: Id(1)] string IdentityHash)
{
    /// <summary>Whose limit counts; null where no country was named.</summary>
    [Id(2)] public string? Jurisdiction { get; init; }

    /// <summary>Key of the grain that counts.</summary>
    internal string Key => Jurisdiction is null ? $"{Organization}|{IdentityHash}" : $"{Organization}|{IdentityHash}|{Jurisdiction}";

    /// <summary>The jurisdiction in a key; null if it has none.</summary>
    internal static string? JurisdictionIn(string key) => key.Split('|') is [_, _, var country] ? country : null;

    /// <summary>The seat that an organization's record takes; null for one that takes none.</summary>
    internal static LineSeat? Of(uint organization, RealName? name) =>
        name is { Subject: LineSubject.Person } ? new(organization, name.IdentityHash) { Jurisdiction = name.Jurisdiction } : null;
}
