using AntiLoss.LoadTest.Wire;

namespace AntiLoss.LoadTest.Load;

/// <summary>What an audit found.</summary>
/// <param name="Acknowledged">Reports that were answered 2xx.</param>
/// <param name="Stored">Positions read back.</param>
/// <param name="Missing">Acknowledged and not stored: must be 0.</param>
/// <param name="StoredTwice">Positions that are there more than once: must be 0.</param>
/// <param name="Phantoms">Stored and never sent: must be 0.</param>
/// <param name="UnknownStored">Reports without an answer that were stored: any number is right.</param>
public sealed record AuditResult(long Acknowledged, long Stored, long Missing, long StoredTwice, long Phantoms, long UnknownStored)
{
    /// <summary>Whether every promise was kept.</summary>
    public bool IsClean => Missing == 0 && StoredTwice == 0 && Phantoms == 0;

    public static AuditResult operator +(AuditResult a, AuditResult b) => new(
        a.Acknowledged + b.Acknowledged, a.Stored + b.Stored, a.Missing + b.Missing,
        a.StoredTwice + b.StoredTwice, a.Phantoms + b.Phantoms, a.UnknownStored + b.UnknownStored);
}

/// <summary>Reads back what phones were promised, and compares.</summary>
public static class LossAudit
{
    private const int AtOnce = 6;
    private static readonly AuditResult Nothing = new(0, 0, 0, 0, 0, 0);

    /// <summary>Compares the ledger of a run with the history of each of its phones.</summary>
    public static async Task<AuditResult> RunAsync(ApiClient api, Ledger ledger, IReadOnlyList<string> deviceIds, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var total = Nothing;
        var gate = new Lock();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, deviceIds.Count, limits, async (phone, cancel) =>
        {
            var stored = await api.PositionsAsync(deviceIds[phone], since, until, cancel);
            var result = Compare(ledger.Of(phone), stored.Select(IdentityOf));
            lock (gate)
                total += result;
        });
        return total;
    }

    /// <summary>Compares what one phone sent with what is stored of it.</summary>
    public static AuditResult Compare(IEnumerable<(ReportIdentity Report, RequestFate Fate)> sent, IEnumerable<ReportIdentity> stored)
    {
        var times = new Dictionary<ReportIdentity, int>();
        foreach (var report in stored)
            times[report] = times.GetValueOrDefault(report) + 1;
        // A report that was sent twice counts as acknowledged once either was.
        var fates = new Dictionary<ReportIdentity, RequestFate>();
        foreach (var (report, fate) in sent)
            fates[report] = fates.GetValueOrDefault(report) == RequestFate.Acknowledged ? RequestFate.Acknowledged : fate;
        var acknowledged = fates.Where(pair => pair.Value == RequestFate.Acknowledged).Select(pair => pair.Key).ToList();
        return new AuditResult(
            acknowledged.Count,
            times.Values.Sum(count => (long)count),
            acknowledged.LongCount(report => !times.ContainsKey(report)),
            times.Values.LongCount(count => count > 1),
            times.Keys.LongCount(report => !fates.ContainsKey(report)),
            fates.LongCount(pair => pair.Value == RequestFate.Unknown && times.ContainsKey(pair.Key)));
    }

    /// <summary>By what a stored position is known.</summary>
    public static ReportIdentity IdentityOf(PositionItem position) => new(
        position.Time.ToUnixTimeMilliseconds(), ToE6(position.Latitude), ToE6(position.Longitude));

    private static int ToE6(double degrees) => (int)Math.Round(degrees * 1e6);
}
