namespace AntiLoss.Grains.Sims;

/// <summary>Suspends lines whose real-name records have lapsed, read or not; the installation's one, with the key 0.</summary>
[Alias("line-lapses-grain"), GrainInterfaceType("line-lapses")]
public interface ILineLapsesGrain : IGrainWithIntegerKey
{
    /// <summary>Sees to all that have lapsed by now, each with its audit entry. Repeating it changes nothing.</summary>
    [Alias("wake")]
    ValueTask WakeAsync(CancellationToken cancellationToken = default);
}
