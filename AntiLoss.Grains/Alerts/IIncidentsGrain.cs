using AntiLoss.Grains.Shards;

namespace AntiLoss.Grains.Alerts;

/// <summary>The incidents of one organization, keyed by its number: one for each time that a phone was lost.</summary>
[Alias("incidents"), GrainInterfaceType("incidents")]
public interface IIncidentsGrain : IGrainWithIntegerKey
{
    /// <summary>Takes that phones became lost, or are so no more: durable when it completes. Repeating it changes nothing.</summary>
    [Alias("take")]
    ValueTask TakeAsync(ImmutableArray<Told> effects, CancellationToken cancellationToken = default);

    /// <summary>A page of incidents, newest first, with ids below <paramref name="before"/> (null: from the newest).</summary>
    [Alias("list")]
    ValueTask<ImmutableArray<Incident>> ListAsync(string? before, int limit, CancellationToken cancellationToken = default);

    /// <summary>One incident; null if there is none of that id.</summary>
    [Alias("find")]
    ValueTask<Incident?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>A person looks at it; the first who does so while it is open stays in it. Null if there is none of that id.</summary>
    [Alias("look")]
    ValueTask<Incident?> LookAsync(string id, string by, CancellationToken cancellationToken = default);

    /// <summary>Writes a note down: durable when it completes. False if there is no such incident.</summary>
    [Alias("note")]
    ValueTask<bool> NoteAsync(string id, IncidentNote note, CancellationToken cancellationToken = default);

    /// <summary>An incident's notes, oldest first.</summary>
    [Alias("notes")]
    ValueTask<ImmutableArray<IncidentNote>> NotesAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Wakes it after a start, so that open incidents escalate though nobody speaks of them.</summary>
    [Alias("wake")]
    ValueTask WakeAsync(CancellationToken cancellationToken = default);
}
