using System.Text.Json;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AntiLoss.Grains.Alerts;

/// <summary>
/// Keeps the open incidents in its state, written before anybody is answered, and the closed ones and all notes in the
/// record store. Its clock goes from a timer of its own: only there it asks a shard, or tells the alerts' owner.
/// </summary>
[GrainType("incidents")]
internal sealed partial class IncidentsGrain(
    [PersistentState("incidents")] IPersistentState<IncidentBook> stored, IRecordStore records, ShardMap shards, IOptions<IncidentOptions> options,
    TimeProvider time, ILogger<IncidentsGrain> logger) : Grain, IIncidentsGrain
{
    private const string Kind = "incident";
    private const string NoteKind = "incident-note";
    private const int NotesPerPage = 100;
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private IGrainTimer? _timer;

    private OrganizationNumber Organization => new((uint)this.GetPrimaryKeyLong());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _timer = this.RegisterGrainTimer(TickAsync, new() { DueTime = Timeout.InfiniteTimeSpan, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
        WindUp();
        return Task.CompletedTask;
    }

    public async ValueTask TakeAsync(ImmutableArray<Told> effects, CancellationToken cancellationToken)
    {
        var book = stored.State;
        foreach (var told in effects.Where(told => told.Effect is IncidentChanged))
        {
            (book, var closed) = book.Take(told, (IncidentChanged)told.Effect);
            if (closed is not null)
                await records.InsertAsync(new RecordKey(Organization, Kind, closed.Id), JsonSerializer.SerializeToUtf8Bytes(closed), CancellationToken.None);
        }
        await stored.WriteAsync(book, cancellationToken);
        WindUp();
    }

    public async ValueTask<ImmutableArray<Incident>> ListAsync(string? before, int limit, CancellationToken cancellationToken)
    {
        var closed = await records.ReadAsync(Organization, Kind, before, limit, cancellationToken);
        return [.. stored.State.Open.Values.Concat(closed.Select(Read))
            .Where(incident => before is null || string.CompareOrdinal(incident.Id, before) < 0)
            .OrderByDescending(incident => incident.Id, StringComparer.Ordinal).DistinctBy(incident => incident.Id).Take(limit)];
    }

    public async ValueTask<Incident?> FindAsync(string id, CancellationToken cancellationToken) =>
        stored.State.Find(id) ?? (await records.FindAsync(Organization, Kind, [id], cancellationToken)).Select(Read).FirstOrDefault();

    public async ValueTask<Incident?> LookAsync(string id, string by, CancellationToken cancellationToken)
    {
        if (stored.State.Find(id) is { } open)
        {
            await stored.WriteAsync(stored.State.Look(open, by, time.GetUtcNow()), cancellationToken);
            WindUp();
        }
        return await FindAsync(id, cancellationToken);
    }

    public async ValueTask<bool> NoteAsync(string id, IncidentNote note, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is null)
            return false;
        await records.InsertAsync(new RecordKey(Organization, NoteKind, $"{id}-{note.Id}"), JsonSerializer.SerializeToUtf8Bytes(note), cancellationToken);
        return true;
    }

    public async ValueTask<ImmutableArray<IncidentNote>> NotesAsync(string id, CancellationToken cancellationToken)
    {
        var (notes, prefix) = (ImmutableArray.CreateBuilder<IncidentNote>(), $"{id}-");
        for (var from = prefix; ;)
        {
            var page = await records.ReadForwardAsync(Organization, NoteKind, from, NotesPerPage, cancellationToken);
            var own = page.TakeWhile(record => record.Id.StartsWith(prefix, StringComparison.Ordinal)).ToList();
            notes.AddRange(own.Select(record => JsonSerializer.Deserialize<IncidentNote>(record.Body.Span)!));
            if (own.Count < NotesPerPage)
                return notes.ToImmutable();
            from = own[^1].Id + "0";
        }
    }

    public ValueTask WakeAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private static Incident Read(StoredRecord record) => JsonSerializer.Deserialize<Incident>(record.Body.Span)!;

    private IEnumerable<(Incident Incident, EscalationStep Step, DateTimeOffset At)> Due() =>
        from incident in stored.State.Open.Values
        from step in Enum.GetValues<EscalationStep>()
        let at = incident.DueAt(step, options.Value)
        where at is not null
        select (incident, step, at.Value);

    /// <summary>Sets the timer to the next step. It looks at least each minute: a clock may be set.</summary>
    private void WindUp()
    {
        if (!stored.State.Owed.IsEmpty)
        {
            Change(AtOnce);
            return;
        }
        if (Due().Select(due => (DateTimeOffset?)due.At).Min() is not { } next)
            return;
        var wait = next - time.GetUtcNow();
        Change(wait < AtOnce ? AtOnce : wait > AtMost ? AtMost : wait);
    }

    private void Change(TimeSpan after) => _timer?.Change(after, Timeout.InfiniteTimeSpan);

    private async Task TickAsync()
    {
        try
        {
            var now = time.GetUtcNow();
            foreach (var (incident, step, at) in Due().Where(due => due.At <= now).OrderBy(due => due.At).ToList())
            {
                var alarms = step != EscalationStep.NoFix || !await HasFixAsync(incident);
                // An earlier step of this round may have changed it.
                if (stored.State.Find(incident.Id) is { } open)
                    await stored.WriteAsync(stored.State.Escalate(Organization, open, step, alarms, at, now));
            }
            if (stored.State.Owed is { IsEmpty: false } owed)
            {
                await GrainFactory.GetGrain<IAlertsGrain>(this.GetPrimaryKeyLong()).TakeAsync(owed);
                await stored.WriteAsync(stored.State.Paid(owed));
            }
            WindUp();
        }
        catch (Exception exception)
        {
            LogNotEscalated(exception);
            Change(RetryAfter);
        }
    }

    /// <summary>Whether the phone has told a place since it was lost.</summary>
    private async ValueTask<bool> HasFixAsync(Incident incident)
    {
        if (!DeviceId.TryParse(incident.Device, out var id))
            return false;
        var device = new DeviceKey(Organization, id);
        return (await shards.ShardOf(GrainFactory, id).ReadAsync(device))?.State.Latest is { } latest && latest.FixedAt >= incident.OpenedAt;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An incident could not ask for people again; it is tried again.")]
    private partial void LogNotEscalated(Exception exception);
}
