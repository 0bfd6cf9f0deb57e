using AntiLoss.Grains.Shards;

namespace AntiLoss.Grains.Sims;

/// <summary>One SIM, keyed by its canonical ICCID: which phone it belongs into, whoever's.</summary>
[Alias("sim"), GrainInterfaceType("sim")]
public interface ISimGrain : IGrainWithStringKey
{
    /// <summary>A phone saw it, wants it, or gives it back. Durable when it completes; its word goes to the phones later. Repeating it changes nothing.</summary>
    [Alias("take")]
    ValueTask TakeAsync(Told told, CancellationToken cancellationToken = default);

    /// <summary>What an organization may know of it; null if it has nothing to do with it.</summary>
    [Alias("read")]
    ValueTask<SimView?> ReadAsync(uint organization, CancellationToken cancellationToken = default);
}

/// <summary>A SIM as one organization sees it: never whose phone it is in elsewhere, or where.</summary>
[GenerateSerializer, Immutable, Alias("sim-view")]
public sealed record SimView(
    [property: Id(0)] string Iccid, [property: Id(1)] string? BoundTo, [property: Id(2)] bool Proven,
    [property: Id(3)] DateTimeOffset? BoundAt, [property: Id(4)] DateTimeOffset? SeenAbroadAt);
