namespace AntiLoss.Grains.Sims;

/// <summary>Tells SIMs that their lines may have lapsed. What one of them could not write down is found again the next time.</summary>
[GrainType("line-lapses")]
internal sealed class LineLapsesGrain(LapseBook book, TimeProvider time) : Grain, ILineLapsesGrain
{
    private const int PerPage = 100;

    public async ValueTask WakeAsync(CancellationToken cancellationToken)
    {
        var now = LapseBook.IdAt(time.GetUtcNow());
        var page = await book.ReadAsync(now, PerPage, cancellationToken);
        if (page.IsEmpty)
            return;
        while (!page.IsEmpty)
        {
            await Task.WhenAll(page.Select(lapse => GrainFactory.GetGrain<ISimGrain>(lapse.Iccid).LapseAsync(cancellationToken).AsTask()));
            page = await book.ReadAsync(page[^1].Id, PerPage, cancellationToken);
        }
        await book.ForgetAsync(now);
    }
}
