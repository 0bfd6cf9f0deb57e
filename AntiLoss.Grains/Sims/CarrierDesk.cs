namespace AntiLoss.Grains.Sims;

/// <summary>Requests that wait for a carrier: the newest of each organization's line. Pure.</summary>
[GenerateSerializer, Immutable, Alias("carrier-desk")]
public sealed record CarrierDesk
{
    [Id(0)] public ImmutableArray<CarrierRequest> Waiting { get; init; } = [];

    /// <summary>With a request instead of an older one of its line; the same desk if it has it.</summary>
    public CarrierDesk Add(CarrierRequest request) => Waiting.Any(other => other.Id == request.Id)
        ? this
        : this with { Waiting = [.. Waiting.Where(other => (other.Organization, other.Iccid) != (request.Organization, request.Iccid)), request] };

    /// <summary>After a request was tried; the same desk if something newer took its place meanwhile.</summary>
    public CarrierDesk Answered(CarrierRequest request) => Waiting.FirstOrDefault(other => other.Id == request.Id) is not { } waiting ? this
        : request.IsUnderWay ? this with { Waiting = Waiting.Replace(waiting, request) }
        : this with { Waiting = Waiting.Remove(waiting) };
}
