using AntiLoss.Grains.Shards;

namespace AntiLoss.Grains.Sims;

/// <summary>One SIM, keyed by its canonical ICCID: which phone it belongs into, whoever's.</summary>
[Alias("sim"), GrainInterfaceType("sim")]
public interface ISimGrain : IGrainWithStringKey
{
    /// <summary>A phone saw it, wants it, or gives it back. Durable when it completes; its word goes to the phones later. Repeating it changes nothing.</summary>
    [Alias("take")]
    ValueTask TakeAsync(Told told, CancellationToken cancellationToken = default);

    /// <summary>Suspends lines whose real-name record has lapsed; durable, and in the audit, when it completes. Repeating it changes nothing.</summary>
    [Alias("lapse")]
    ValueTask LapseAsync(CancellationToken cancellationToken = default);

    /// <summary>What an organization may know of it; null if it has nothing to do with it. Writes that a record has lapsed.</summary>
    [Alias("read")]
    ValueTask<SimView?> ReadAsync(uint organization, CancellationToken cancellationToken = default);

    /// <summary>
    /// Records in whose name the organization's line is, instead of what was recorded; durable when it completes. Null if
    /// the organization has nothing to do with the SIM.
    /// </summary>
    [Alias("register")]
    ValueTask<LineAnswer?> RegisterAsync(uint organization, RealName name, string reason, CancellationToken cancellationToken = default);

    /// <summary>Takes the organization's record of a name back; null as above.</summary>
    [Alias("withdraw-name")]
    ValueTask<LineAnswer?> WithdrawNameAsync(uint organization, string by, string reason, CancellationToken cancellationToken = default);

    /// <summary>Suspends, resumes or reports the organization's line, and asks its carrier for it; null as above.</summary>
    [Alias("act")]
    ValueTask<LineAnswer?> ActAsync(uint organization, LineOrder order, CancellationToken cancellationToken = default);

    /// <summary>Notes how far a request to the carrier has got. Repeating it changes nothing.</summary>
    [Alias("carrier-answered")]
    ValueTask CarrierAnsweredAsync(CarrierRequest request, CancellationToken cancellationToken = default);
}

/// <summary>A SIM as one organization sees it: never whose phone it is in elsewhere, or where.</summary>
/// <param name="SeenIn">The organization's phone that last had it in a slot.</param>
/// <param name="Line">What the organization keeps of its line.</param>
[GenerateSerializer, Immutable, Alias("sim-view")]
public sealed record SimView(
    [property: Id(0)] string Iccid, [property: Id(1)] string? BoundTo, [property: Id(2)] bool Proven,
    [property: Id(3)] DateTimeOffset? BoundAt, [property: Id(4)] DateTimeOffset? SeenAbroadAt,
    [property: Id(5)] string? SeenIn, [property: Id(6)] SimLine Line);

/// <summary>What an operator wants of a line.</summary>
/// <param name="By">The account.</param>
[GenerateSerializer, Immutable, Alias("line-order")]
public sealed record LineOrder([property: Id(0)] LineAct Act, [property: Id(1)] string By, [property: Id(2)] string Reason);

/// <summary>What became of an act on a line.</summary>
/// <param name="Refusal">Why it was not done; null if it was.</param>
[GenerateSerializer, Immutable, Alias("line-answer")]
public sealed record LineAnswer([property: Id(0)] SimView View, [property: Id(1)] LineRefusal? Refusal = null);
