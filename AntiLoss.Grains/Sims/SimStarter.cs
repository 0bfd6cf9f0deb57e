using AntiLoss.Grains.Hosting;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Grains.Sims;

/// <summary>Starts the carriers' desk, and sees to the lines that have lapsed.</summary>
public sealed class SimStarter(IGrainFactory grains, TimeProvider time, ILogger<SimStarter> logger)
    : Starter("the carriers' desk and lapsed lines", TimeSpan.FromSeconds(30), time, logger)
{
    protected override async Task WakeAsync(CancellationToken cancellationToken)
    {
        await grains.GetGrain<ICarrierDeskGrain>(0).WakeAsync(cancellationToken);
        await grains.GetGrain<ILineLapsesGrain>(0).WakeAsync(cancellationToken);
    }
}
