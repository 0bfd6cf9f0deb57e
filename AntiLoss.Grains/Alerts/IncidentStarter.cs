using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Hosting;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Grains.Alerts;

/// <summary>Starts every organization's incidents, so that open ones escalate though nobody speaks of them.</summary>
public sealed class IncidentStarter(IGrainFactory grains, TimeProvider time, ILogger<IncidentStarter> logger)
    : Starter("the incidents", TimeSpan.FromMinutes(5), time, logger)
{
    protected override async Task WakeAsync(CancellationToken cancellationToken)
    {
        var installation = await grains.GetGrain<IInstallationGrain>(0).ReadAsync(-1, cancellationToken);
        foreach (var organization in installation?.Organizations.Keys ?? [])
            await grains.GetGrain<IIncidentsGrain>(organization).WakeAsync(cancellationToken);
    }
}
