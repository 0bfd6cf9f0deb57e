using System.Text.Json;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Alerts;

/// <summary>Keeps the open incidents in its state, written before anybody is answered, and the closed ones in the record store.</summary>
[GrainType("incidents")]
internal sealed class IncidentsGrain(
    [PersistentState("incidents")] IPersistentState<IncidentBook> stored, IRecordStore records) : Grain, IIncidentsGrain
{
    private const string Kind = "incident";

    private OrganizationNumber Organization => new((uint)this.GetPrimaryKeyLong());

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
    }

    public async ValueTask<ImmutableArray<Incident>> ListAsync(string? before, int limit, CancellationToken cancellationToken)
    {
        var closed = await records.ReadAsync(Organization, Kind, before, limit, cancellationToken);
        return [.. stored.State.Open.Values.Concat(closed.Select(record => JsonSerializer.Deserialize<Incident>(record.Body.Span)!))
            .Where(incident => before is null || string.CompareOrdinal(incident.Id, before) < 0)
            .OrderByDescending(incident => incident.Id, StringComparer.Ordinal).DistinctBy(incident => incident.Id).Take(limit)];
    }
}

/// <summary>An organization's open incidents by device. Pure.</summary>
[GenerateSerializer, Immutable, Alias("incident-book")]
public sealed record IncidentBook
{
    private const int ClosedRemembered = 500;

    [Id(0)] public ImmutableDictionary<string, Incident> Open { get; init; } = ImmutableDictionary<string, Incident>.Empty;

    /// <summary>Effects that closed an incident, newest last: their repeats open and close nothing.</summary>
    [Id(1)] public ImmutableArray<string> Closed { get; init; } = [];

    /// <summary>The book after an effect, and the incident that it closed.</summary>
    public (IncidentBook Book, Incident? Closed) Take(Told told, IncidentChanged changed)
    {
        var device = told.Device.Device.ToString();
        var open = Open.GetValueOrDefault(device);
        if (Closed.Contains(told.Id) || open?.Told.Contains(told.Id) == true)
            return (this, null);
        if (changed.Open)
        {
            var incident = open is null
                ? new Incident(DerivedId.From(changed.At, told.Id), device, told.Context.Name, told.Context.Fleet, told.Context.Person, changed.At, changed.By, changed.Reason) { Told = [told.Id] }
                : open with { Told = open.Told.Add(told.Id), Outcome = changed.Reason };
            return (this with { Open = Open.SetItem(device, incident) }, null);
        }
        if (open is null)
            return (this, null);
        var remembered = Closed.AddRange(open.Told).Add(told.Id);
        return (
            this with
            {
                Open = Open.Remove(device),
                Closed = remembered.Length > ClosedRemembered ? remembered.RemoveRange(0, remembered.Length - ClosedRemembered) : remembered,
            },
            open with { ClosedAt = changed.At, ClosedBy = changed.By, Outcome = changed.Reason });
    }
}
