using AntiLoss.Grains.Storage;
using Microsoft.Extensions.Options;

namespace AntiLoss.Grains.Sims;

/// <summary>Keeps <see cref="SubjectLines"/>, written before anybody is answered.</summary>
[GrainType("subject-lines")]
internal sealed class SubjectLinesGrain(
    [PersistentState("subject-lines")] IPersistentState<SubjectLines> stored, IOptions<SimOptions> options, TimeProvider time) : Grain, ISubjectLinesGrain
{
    public async ValueTask<bool> TakeAsync(string iccid, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (stored.State.Take(iccid, until, options.Value.MostIn(LineSeat.JurisdictionIn(this.GetPrimaryKeyString())), time.GetUtcNow()) is not { } next)
            return false;
        await stored.WriteAsync(next, cancellationToken);
        return true;
    }

    public ValueTask ReleaseAsync(string iccid, CancellationToken cancellationToken) => stored.WriteAsync(stored.State.Release(iccid), cancellationToken);
}
