using AntiLoss.Grains.Shards;

namespace AntiLoss.Grains.Audit;

/// <summary>The audit entries of one organization, keyed by its number.</summary>
[Alias("audit"), GrainInterfaceType("audit")]
public interface IAuditGrain : IGrainWithIntegerKey
{
    /// <summary>Inserts what happened to phones: durable when it completes. Repeating it inserts nothing.</summary>
    [Alias("insert")]
    ValueTask InsertAsync(ImmutableArray<Told> effects, CancellationToken cancellationToken = default);

    /// <summary>A page of entries, newest first, with ids below <paramref name="before"/> (null: from the newest).</summary>
    [Alias("list")]
    ValueTask<ImmutableArray<AuditEntry>> ListAsync(string? before, int limit, CancellationToken cancellationToken = default);
}

/// <summary>One change, who made it and why.</summary>
/// <param name="Device">The phone that it is about; empty if it is about none.</param>
[GenerateSerializer, Immutable, Alias("audit-entry")]
public sealed record AuditEntry(
    [property: Id(0)] string Id, [property: Id(1)] DateTimeOffset At, [property: Id(2)] string Actor, [property: Id(3)] string Action,
    [property: Id(4)] string Device, [property: Id(5)] string Before, [property: Id(6)] string After, [property: Id(7)] string? Reason);
