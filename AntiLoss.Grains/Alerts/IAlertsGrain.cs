using AntiLoss.Grains.Shards;

namespace AntiLoss.Grains.Alerts;

/// <summary>The alerts of one organization, keyed by its number.</summary>
[Alias("alerts"), GrainInterfaceType("alerts")]
public interface IAlertsGrain : IGrainWithIntegerKey
{
    /// <summary>Takes what phones raised and resolved: durable when it completes. Repeating it changes nothing.</summary>
    [Alias("take")]
    ValueTask TakeAsync(ImmutableArray<Told> effects, CancellationToken cancellationToken = default);

    /// <summary>A page of alerts, newest first, with ids below <paramref name="before"/> (null: from the newest).</summary>
    [Alias("list")]
    ValueTask<ImmutableArray<Alert>> ListAsync(string? before, int limit, bool onlyOpen, CancellationToken cancellationToken = default);

    /// <summary>One alert; null if there is none of that id.</summary>
    [Alias("find")]
    ValueTask<Alert?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>A person has seen it. Null if there is no such alert that can still change.</summary>
    [Alias("acknowledge")]
    ValueTask<Alert?> AcknowledgeAsync(string id, string by, CancellationToken cancellationToken = default);

    /// <summary>A person says that it is over. Null if there is no such alert that can still change.</summary>
    [Alias("resolve")]
    ValueTask<Alert?> ResolveAsync(string id, string by, string how, CancellationToken cancellationToken = default);
}
