using AntiLoss.Grains.Shards;

namespace AntiLoss.Grains.Alerts;

/// <summary>The incidents of one organization, keyed by its number: one for each time that a phone was lost.</summary>
[Alias("incidents"), GrainInterfaceType("incidents")]
public interface IIncidentsGrain : IGrainWithIntegerKey
{
    /// <summary>Takes that phones became lost, or are so no more: durable when it completes. Repeating it changes nothing.</summary>
    [Alias("take")]
    ValueTask TakeAsync(ImmutableArray<Told> effects, CancellationToken cancellationToken = default);

    /// <summary>A page of incidents, newest first, with ids below <paramref name="before"/> (null: from the newest).</summary>
    [Alias("list")]
    ValueTask<ImmutableArray<Incident>> ListAsync(string? before, int limit, CancellationToken cancellationToken = default);
}

/// <summary>One phone's being lost, from the word to its end.</summary>
[GenerateSerializer, Immutable, Alias("incident")]
public sealed record Incident(
    [property: Id(0)] string Id, [property: Id(1)] string Device, [property: Id(2)] string DeviceName, [property: Id(3)] int Fleet,
    [property: Id(4)] int Person, [property: Id(5)] DateTimeOffset OpenedAt, [property: Id(6)] string OpenedBy, [property: Id(7)] string? Reason)
{
    [Id(8)] public DateTimeOffset? ClosedAt { get; init; }
    [Id(9)] public string? ClosedBy { get; init; }
    [Id(10)] public string? Outcome { get; init; }

    /// <summary>Ids of the effects in it: a repeated delivery changes nothing.</summary>
    [Id(11)] public ImmutableArray<string> Told { get; init; } = [];
}
