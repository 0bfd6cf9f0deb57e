namespace AntiLoss.Grains.Sims;

/// <summary>
/// Passes on what is wanted of carriers, until it has arrived or was given up; the installation's one, with the key 0.
/// SIMs hand in what they have written down themselves, and hear what became of it.
/// </summary>
[Alias("carrier-desk-grain"), GrainInterfaceType("carrier-desk")]
public interface ICarrierDeskGrain : IGrainWithIntegerKey
{
    /// <summary>Takes a request; durable when it completes. Repeating it changes nothing.</summary>
    [Alias("add")]
    ValueTask AddAsync(CarrierRequest request, CancellationToken cancellationToken = default);

    /// <summary>Notes that a request was tried. Repeating it changes nothing.</summary>
    [Alias("answered")]
    ValueTask AnsweredAsync(CarrierRequest request, CancellationToken cancellationToken = default);

    /// <summary>Sees that it runs, after a start.</summary>
    [Alias("wake")]
    ValueTask WakeAsync(CancellationToken cancellationToken = default);
}
