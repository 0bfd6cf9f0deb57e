using AntiLoss.Domain.Audit;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Audit;

/// <summary>Reads entries as people see them.</summary>
internal sealed class AuditReader(IRecordStore records, PersonKeyring people, OrganizationNumber organization)
{
    public async ValueTask<ImmutableArray<AuditEntry>> ListAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        var found = query.Device is { } device
            ? await OfDeviceAsync(device, query, cancellationToken)
            : await records.ReadAsync(organization, AuditRecords.Leaf, query.Below is { } below ? AuditRecords.NumberId(below) : null, query.Limit, cancellationToken);
        var entries = ImmutableArray.CreateBuilder<AuditEntry>(found.Length);
        foreach (var record in found)
            entries.Add(await EntryOfAsync(record, cancellationToken));
        return entries.MoveToImmutable();
    }

    private async ValueTask<ImmutableArray<StoredRecord>> OfDeviceAsync(string device, AuditQuery query, CancellationToken cancellationToken)
    {
        var before = query.Below is { } below ? AuditRecords.DeviceId(device, below) : AuditRecords.DeviceEnd(device);
        var numbers = (await records.ReadAsync(organization, AuditRecords.Device, before, query.Limit, cancellationToken))
            .Select(record => AuditRecords.NumberOfDevice(device, record.Id)).TakeWhile(number => number >= 0).Select(AuditRecords.NumberId).ToImmutableArray();
        return [.. (await records.FindAsync(organization, AuditRecords.Leaf, numbers, cancellationToken)).OrderByDescending(record => record.Id, StringComparer.Ordinal)];
    }

    private async ValueTask<AuditEntry> EntryOfAsync(StoredRecord stored, CancellationToken cancellationToken)
    {
        var number = AuditRecords.NumberOf(stored.Id);
        if (AuditRecord.Read(stored.Body) is not { } record || AuditLeaf.Read(record.Leaf) is not { } leaf)
            return new AuditEntry("", default, "", "unreadable", "", "", "", null) { Number = number, IsDamaged = true };
        var key = await people.FindAsync(leaf.Person, cancellationToken);
        var values = record.Open(key);
        return new AuditEntry(leaf.Id, leaf.At, leaf.Actor, leaf.Action, leaf.Device ?? "", values?.Before ?? "", values?.After ?? "", values?.Reason)
        {
            Number = number,
            Person = leaf.Person,
            IsErased = values is null && leaf.Person != 0 && key is null,
            IsDamaged = leaf.Number != number || (values is null ? leaf.Person == 0 || key is not null : values.Digests != leaf.Digests),
        };
    }
}
