using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Grains.Sims;

/// <summary>
/// One SIM's bindings and what it owes phones. A proven binding is one at most, whoever wants it; an unproven one acts
/// inside its organization only, reserves nothing, and yields to a proven one. Pure.
/// </summary>
[GenerateSerializer, Immutable, Alias("sim-record")]
public sealed partial record SimRecord
{
    private const int EffectsRemembered = 64;

    /// <summary>One for each organization that bound it; at most one of them is proven.</summary>
    [Id(0)] public ImmutableArray<SimBinding> Bindings { get; init; } = [];

    /// <summary>What phones are still to be told, oldest first.</summary>
    [Id(1)] public ImmutableArray<SimNotice> Owed { get; init; } = [];

    /// <summary>Effects that were taken, newest last.</summary>
    [Id(2)] public ImmutableArray<string> Taken { get; init; } = [];

    /// <summary>When it was last seen in a phone of an organization that does not own it.</summary>
    [Id(3)] public DateTimeOffset? SeenAbroadAt { get; init; }

    private SimBinding? Proven => Bindings.FirstOrDefault(binding => binding.Proven);

    /// <summary>The binding within an organization; null if it has none.</summary>
    public SimBinding? Of(OrganizationNumber organization) => Bindings.FirstOrDefault(binding => binding.Device.Organization == organization);

    /// <summary>The record after what a phone saw, wants or gives back; the same record if it knows that.</summary>
    public SimRecord Take(Told told)
    {
        if (Taken.Contains(told.Id))
            return this;
        var record = told.Effect switch
        {
            SimSighted sighted => Sight(told.Device, sighted),
            SimReleased => this with { Bindings = Bindings.RemoveAll(binding => binding.Device == told.Device) },
            _ => this,
        };
        return record with { Taken = [.. record.Taken.Length < EffectsRemembered ? record.Taken : record.Taken.RemoveAt(0), told.Id] };
    }

    /// <summary>Phones were told.</summary>
    public SimRecord Paid(IReadOnlyCollection<SimNotice> notices) => notices.Count == 0 ? this : this with { Owed = Owed.RemoveRange(notices) };

    private SimRecord Sight(DeviceKey device, SimSighted sighted) =>
        (sighted.Slot < 0 ? this : this with { Seen = [.. Seen.Where(seen => seen.Organization != device.Organization), device] }).Judge(device, sighted);

    private SimRecord Judge(DeviceKey device, SimSighted sighted)
    {
        var own = Of(device.Organization);
        if (own?.Device == device)
            return Own(device, own, sighted);
        if (Proven is { } proven && proven.Device.Organization != device.Organization)
            return Abroad(device, proven, sighted);
        // An operator moves it; a phone that merely found it in its slot takes it from nobody who proved it.
        if (own is not null && !(sighted.Bind && (sighted.Slot < 0 || (sighted.Proven && !own.Proven))))
            return Lent(device, own, sighted);
        return sighted.Bind ? Bind(device, own, sighted) : this;
    }

    private SimRecord Own(DeviceKey device, SimBinding own, SimSighted sighted)
    {
        var mayProve = sighted.Proven && sighted.Slot >= 0 && (Proven is null || Proven == own);
        if (!mayProve || own.Proven)
            return this.Owe(device, new SimJudged(sighted.Iccid, SimVerdict.Ours) { Proven = own.Proven });
        return Bind(device, own, sighted);
    }

    private SimRecord Bind(DeviceKey device, SimBinding? own, SimSighted sighted)
    {
        var proven = sighted.Proven && sighted.Slot >= 0 && (Proven is null || Proven == own);
        // A proven one ends what others only assumed.
        var losers = Bindings.Where(binding => binding.Device != device && (binding == own || proven)).ToList();
        var record = this with
        {
            Bindings = [.. Bindings.Except(losers).Where(binding => binding.Device != device), new SimBinding(device, proven, sighted.At)],
        };
        foreach (var loser in losers)
            record = record.Owe(loser.Device, new SimJudged(sighted.Iccid, SimVerdict.Moved));
        return record.Owe(device, new SimJudged(sighted.Iccid, SimVerdict.Ours) { Proven = proven });
    }

    /// <summary>In another phone of its own organization: both are told.</summary>
    private SimRecord Lent(DeviceKey device, SimBinding own, SimSighted sighted) => this
        .Owe(own.Device, new SimJudged(sighted.Iccid, SimVerdict.SeenElsewhere, device.Device.ToString(), sighted.Troubled))
        .Owe(device, new SimJudged(sighted.Iccid, SimVerdict.OtherDevice, own.Device.Device.ToString()));

    /// <summary>In a phone of another organization: its owner learns that, once a day, and nothing of whose phone it is.</summary>
    private SimRecord Abroad(DeviceKey device, SimBinding owner, SimSighted sighted)
    {
        var record = Owe(device, new SimJudged(sighted.Iccid, SimVerdict.OtherOrganization));
        return SeenAbroadAt?.UtcDateTime.Date == sighted.At.UtcDateTime.Date
            ? record
            : (record with { SeenAbroadAt = sighted.At }).Owe(owner.Device, new SimJudged(sighted.Iccid, SimVerdict.SeenAbroad));
    }

    private SimRecord Owe(DeviceKey device, SimJudged word) => this with { Owed = Owed.Add(new SimNotice(device, word)) };
}

/// <summary>A SIM belongs into a phone.</summary>
[GenerateSerializer, Immutable, Alias("sim-binding")]
public sealed record SimBinding([property: Id(0)] DeviceKey Device, [property: Id(1)] bool Proven, [property: Id(2)] DateTimeOffset At);

/// <summary>What a phone is to be told about a SIM.</summary>
[GenerateSerializer, Immutable, Alias("sim-notice")]
public sealed record SimNotice([property: Id(0)] DeviceKey Device, [property: Id(1)] SimJudged Word);
