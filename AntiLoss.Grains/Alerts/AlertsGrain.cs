using System.Text.Json;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Alerts;

/// <summary>Keeps <see cref="AlertBook"/>, written before anybody is answered; what can't change any more goes into the record store.</summary>
[GrainType("alerts")]
internal sealed class AlertsGrain(
    [PersistentState("alerts")] IPersistentState<AlertBook> stored, IRecordStore records, TimeProvider time) : Grain, IAlertsGrain
{
    /// <summary>Kind of the records of alerts that are over.</summary>
    public const string Kind = "alert";

    private OrganizationNumber Organization => new((uint)this.GetPrimaryKeyLong());

    public async ValueTask TakeAsync(ImmutableArray<Told> effects, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (rest, settled) = stored.State.Take(effects, now).Settle(now);
        foreach (var alert in settled)
            await records.InsertAsync(new RecordKey(Organization, Kind, alert.Id), JsonSerializer.SerializeToUtf8Bytes(alert), CancellationToken.None);
        await stored.WriteAsync(rest, cancellationToken);
    }

    public async ValueTask<ImmutableArray<Alert>> ListAsync(string? before, int limit, bool onlyOpen, CancellationToken cancellationToken)
    {
        var live = stored.State.Alerts.Values.Where(alert => !(onlyOpen && alert.IsOver));
        IEnumerable<Alert> all = live;
        if (!onlyOpen)
        {
            var settled = await records.ReadAsync(Organization, Kind, before, limit, cancellationToken);
            all = live.Concat(settled.Select(record => JsonSerializer.Deserialize<Alert>(record.Body.Span)!));
        }
        return [.. all.Where(alert => before is null || string.CompareOrdinal(alert.Id, before) < 0)
            .OrderByDescending(alert => alert.Id, StringComparer.Ordinal).DistinctBy(alert => alert.Id).Take(limit)];
    }

    public ValueTask<Alert?> FindAsync(string id, CancellationToken cancellationToken) =>
        new(stored.State.Alerts.GetValueOrDefault(id));

    public ValueTask<Alert?> AcknowledgeAsync(string id, string by, CancellationToken cancellationToken) =>
        ChangeAsync(id, stored.State.Acknowledge(id, by, time.GetUtcNow()));

    public ValueTask<Alert?> ResolveAsync(string id, string by, string how, CancellationToken cancellationToken) =>
        ChangeAsync(id, stored.State.Resolve(id, by, how, time.GetUtcNow()));

    private async ValueTask<Alert?> ChangeAsync(string id, AlertBook? book)
    {
        if (book is null)
            return null;
        await stored.WriteAsync(book);
        return stored.State.Alerts.GetValueOrDefault(id);
    }
}
