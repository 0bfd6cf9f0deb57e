namespace AntiLoss.Grains.Sims;

/// <summary>Takes what operators want of a line to its carrier. An adapter for a carrier is one class that does.</summary>
public interface ICarrierConnector
{
    /// <summary>
    /// Passes a request on, within seconds. It may be asked for the same one again, by the same id: after a crash, or when
    /// the answer was <see cref="CarrierState.Requested"/>. What it throws counts as that.
    /// </summary>
    ValueTask<CarrierAnswer> PassOnAsync(CarrierRequest request, CancellationToken cancellationToken);
}

/// <summary>What became of a request.</summary>
/// <param name="State">PassedOn or Recorded; Requested: it is to be tried again later.</param>
/// <param name="Trouble">What stood in the way, in a few words without secrets.</param>
/// <param name="Line">Of which line the carrier speaks; null if it does not say.</param>
public readonly record struct CarrierAnswer(CarrierState State, string? Trouble = null, CarrierLine? Line = null);

/// <summary>A line as its carrier names it.</summary>
/// <param name="Imsi">Null if it does not tell.</param>
public sealed record CarrierLine(string Iccid, string? Imsi = null);

/// <summary>The default, where no carrier is connected: requests are kept with their line for people to see.</summary>
public sealed class RecordingCarrier : ICarrierConnector
{
    public ValueTask<CarrierAnswer> PassOnAsync(CarrierRequest request, CancellationToken cancellationToken) => new(new CarrierAnswer(CarrierState.Recorded));
}
