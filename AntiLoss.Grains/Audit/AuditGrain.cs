using System.Text.Json;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Audit;

/// <summary>Writes audit entries, each once: the id of an entry is its effect's.</summary>
[GrainType("audit")]
internal sealed class AuditGrain(IRecordStore records) : Grain, IAuditGrain
{
    /// <summary>Kind of its records.</summary>
    public const string Kind = "audit";

    private OrganizationNumber Organization => new((uint)this.GetPrimaryKeyLong());

    public async ValueTask InsertAsync(ImmutableArray<Told> effects, CancellationToken cancellationToken) =>
        await Task.WhenAll(effects.Where(told => told.Effect is Audited).Select(told => InsertAsync(told, (Audited)told.Effect)));

    public async ValueTask<ImmutableArray<AuditEntry>> ListAsync(string? before, int limit, CancellationToken cancellationToken)
    {
        var stored = await records.ReadAsync(Organization, Kind, before, limit, cancellationToken);
        return [.. stored.Select(record => JsonSerializer.Deserialize<AuditEntry>(record.Body.Span)!)];
    }

    private async Task InsertAsync(Told told, Audited audited)
    {
        var id = DerivedId.From(audited.At, told.Id);
        var device = told.Device.Device == default ? "" : told.Device.Device.ToString();
        var entry = new AuditEntry(id, audited.At, audited.Actor, audited.Action, device, audited.Before, audited.After, audited.Reason);
        await records.InsertAsync(new RecordKey(Organization, Kind, id), JsonSerializer.SerializeToUtf8Bytes(entry));
    }
}
