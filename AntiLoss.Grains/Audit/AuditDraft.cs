using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Grains.Audit;

/// <summary>A change that is to become an entry.</summary>
/// <param name="Id">What makes a repeat the same entry.</param>
/// <param name="Actor">An account's number, <c>key-</c> and an API key's, <c>phone</c>, <c>policy</c>, <c>clock</c>, …</param>
/// <param name="Action">Kebab-case.</param>
/// <param name="Device">The phone that it is about; empty for none.</param>
/// <param name="Person">Number of the person whom it is about or who has the phone; 0 for nobody. Its values go when the person is erased.</param>
[GenerateSerializer, Immutable, Alias("audit-draft")]
public sealed record AuditDraft(
    [property: Id(0)] string Id, [property: Id(1)] DateTimeOffset At, [property: Id(2)] string Actor, [property: Id(3)] string Action,
    [property: Id(4)] string Device, [property: Id(5)] int Person, [property: Id(6)] string Before, [property: Id(7)] string After, [property: Id(8)] string? Reason)
{
    internal static AuditDraft Of(Told told, Audited audited) => new(
        DerivedId.From(audited.At, told.Id), audited.At, audited.Actor, audited.Action,
        told.Device.Device == default ? "" : told.Device.Device.ToString(), told.Context.Person, audited.Before, audited.After, audited.Reason);

    internal static AuditDraft Of(AuditEntry entry) =>
        new(entry.Id, entry.At, entry.Actor, entry.Action, entry.Device, entry.Person, entry.Before, entry.After, entry.Reason);
}
