using System.Text.Json;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Alerts;

/// <summary>
/// Keeps <see cref="AlertBook"/> in memory, and each alert of it as a record that is written, alone, before anybody is
/// answered; what can't change any more moves to the records of what is over. Its own state is a number, written before
/// the records: a second activation that still believes to be the one fails there.
/// </summary>
[GrainType("alerts")]
internal sealed class AlertsGrain(
    [PersistentState("alerts")] IPersistentState<KeptAlerts> stored, IRecordStore records, TimeProvider time) : Grain, IAlertsGrain
{
    /// <summary>Kind of the records of alerts that are over.</summary>
    public const string Kind = "alert";

    /// <summary>Kind of the records of those that may still change.</summary>
    private const string LiveKind = "alert-live";

    private const int PerPage = 1_000;

    /// <summary>That looks at every alert.</summary>
    private static readonly TimeSpan SettleEvery = TimeSpan.FromMinutes(1);

    private AlertBook _book = AlertBook.Empty;
    private DateTimeOffset _settledAt;

    private OrganizationNumber Organization => new((uint)this.GetPrimaryKeyLong());

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await MoveOutAsync(cancellationToken);
        var alerts = new List<Alert>();
        ImmutableArray<StoredRecord> page = [];
        do
        {
            page = await records.ReadAsync(Organization, LiveKind, page.IsEmpty ? null : page[^1].Id, PerPage, cancellationToken);
            alerts.AddRange(page.Select(Read));
        }
        while (page.Length == PerPage);
        _book = AlertBook.Of(alerts);
    }

    public async ValueTask TakeAsync(ImmutableArray<Told> effects, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await KeepAsync(_book.Take(await NewsAsync(effects, now, cancellationToken), now));
        if (now - _settledAt >= SettleEvery)
            await SettleAsync(now);
    }

    public async ValueTask<ImmutableArray<Alert>> ListAsync(string? before, int limit, bool onlyOpen, CancellationToken cancellationToken)
    {
        var live = _book.Before(before, limit, onlyOpen);
        if (onlyOpen)
            return [.. live];
        var settled = await records.ReadAsync(Organization, Kind, before, limit, cancellationToken);
        return [.. live.Concat(settled.Select(Read)).OrderByDescending(alert => alert.Id, StringComparer.Ordinal).DistinctBy(alert => alert.Id).Take(limit)];
    }

    public ValueTask<Alert?> FindAsync(string id, CancellationToken cancellationToken) => new(_book.Alerts.GetValueOrDefault(id));

    public ValueTask<Alert?> AcknowledgeAsync(string id, string by, CancellationToken cancellationToken) =>
        ChangeAsync(id, _book.Acknowledge(id, by, time.GetUtcNow()));

    public ValueTask<Alert?> ResolveAsync(string id, string by, string how, CancellationToken cancellationToken) =>
        ChangeAsync(id, _book.Resolve(id, by, how, time.GetUtcNow()));

    private async ValueTask<Alert?> ChangeAsync(string id, AlertBook? book)
    {
        if (book is null)
            return null;
        await KeepAsync(book);
        return _book.Alerts.GetValueOrDefault(id);
    }

    /// <summary>The effects without alerts that are told again though they were over, and moved away, long ago: each has the id of its record.</summary>
    private async ValueTask<ImmutableArray<Told>> NewsAsync(ImmutableArray<Told> effects, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var old = effects.Select(told => RecordOf(told, now)).OfType<string>().ToImmutableArray();
        if (old.IsEmpty)
            return effects;
        var over = (await records.FindAsync(Organization, Kind, old, cancellationToken)).Select(record => record.Id).ToHashSet(StringComparer.Ordinal);
        return effects.RemoveAll(told => RecordOf(told, now) is { } id && over.Contains(id));
    }

    /// <summary>Under which id an alert may have been moved away; null if it can't have been yet.</summary>
    private static string? RecordOf(Told told, DateTimeOffset now) =>
        told.Effect is AlertRaised raised && raised.ReceivedAt + AlertBook.KeptFor <= now ? AlertBook.IdOf(raised.ReceivedAt, told.Id) : null;

    private async ValueTask KeepAsync(AlertBook book)
    {
        if (ReferenceEquals(book, _book))
            return;
        await FenceAsync();
        await records.ReplaceAsync(Organization, LiveKind, [.. book.Changed.Select(id => Write(book.Alerts[id]))], [], CancellationToken.None);
        _book = book;
    }

    private async ValueTask SettleAsync(DateTimeOffset now)
    {
        var (book, settled) = _book.Settle(now);
        if (!settled.IsEmpty)
        {
            await FenceAsync();
            await records.ReplaceAsync(Organization, Kind, [.. settled.Select(Write)], [], CancellationToken.None);
            await records.ReplaceAsync(Organization, LiveKind, [], [.. settled.Select(alert => alert.Id)], CancellationToken.None);
            _book = book;
        }
        _settledAt = now;
    }

    private ValueTask FenceAsync() => stored.WriteAsync(stored.State with { Turn = stored.State.Turn + 1 }, CancellationToken.None);

    /// <summary>Moves what older versions kept in the state into records.</summary>
    private async ValueTask MoveOutAsync(CancellationToken cancellationToken)
    {
        if (stored.State.Alerts.IsEmpty)
            return;
        foreach (var part in stored.State.Alerts.Values.Chunk(PerPage))
            await records.ReplaceAsync(Organization, LiveKind, [.. part.Select(Write)], [], cancellationToken);
        await stored.WriteAsync(stored.State with { Alerts = stored.State.Alerts.Clear() }, cancellationToken);
    }

    private static Alert Read(StoredRecord record) => JsonSerializer.Deserialize<Alert>(record.Body.Span)!;

    private static StoredRecord Write(Alert alert) => new(alert.Id, JsonSerializer.SerializeToUtf8Bytes(alert));
}

/// <summary>What the grain keeps beside the alerts' records.</summary>
[GenerateSerializer, Immutable, Alias("alert-book")]
public sealed record KeptAlerts
{
    /// <summary>Where versions before 1 kept the alerts themselves, by id; empty since.</summary>
    [Id(0)] public ImmutableSortedDictionary<string, Alert> Alerts { get; init; } =
        ImmutableSortedDictionary<string, Alert>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>Rises with every change of the records.</summary>
    [Id(1)] public long Turn { get; init; }
}
