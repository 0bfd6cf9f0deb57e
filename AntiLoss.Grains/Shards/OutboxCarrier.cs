using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Alerts;
using AntiLoss.Grains.Audit;
using AntiLoss.Grains.Sims;

namespace AntiLoss.Grains.Shards;

/// <summary>
/// Carries what phones want of others to its owners, in batches and after the phones' answers: no report waits for an
/// alert. An owner inserts by id, so that telling it twice tells it once; what it has confirmed becomes an entry of the
/// phone, and leaves its outbox.
/// </summary>
internal sealed class OutboxCarrier(ShardServices services, Action<Phone, EffectsConfirmed> confirm, Func<Phone, int> stormThreshold)
{
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly Dictionary<OrganizationNumber, Dictionary<Phone, ImmutableArray<DeviceEffect>>> _waiting = [];
    private readonly Dictionary<Phone, HashSet<string>> _confirmed = [];

    /// <summary>Notes what a phone has in its outbox now.</summary>
    public void Note(Phone phone, ImmutableArray<DeviceEffect> effects)
    {
        if (effects.IsEmpty)
        {
            _confirmed.Remove(phone);
            return;
        }
        var organization = phone.Key.Organization;
        if (_waiting.TryGetValue(organization, out var waiting))
        {
            waiting[phone] = effects;
            return;
        }
        _waiting.Add(organization, new() { [phone] = effects });
        _ = RunAsync(organization);
    }

    /// <summary>Carries one organization's effects until none are left; nobody waits for another organization's storm.</summary>
    private async Task RunAsync(OrganizationNumber organization)
    {
        while (_waiting[organization].Count > 0)
        {
            await Task.Delay(Gather, services.Time);
            var round = _waiting[organization];
            _waiting[organization] = [];
            await CarryAsync(organization, [.. round.Select(pair => (pair.Key, Unconfirmed(pair.Key, pair.Value)))]);
        }
        _waiting.Remove(organization);
    }

    // The entry that confirms may still be on its way while the phone's next answer names the effect again.
    private ImmutableArray<DeviceEffect> Unconfirmed(Phone phone, ImmutableArray<DeviceEffect> effects) =>
        _confirmed.TryGetValue(phone, out var ids) ? effects.RemoveAll(effect => ids.Contains(effect.Id)) : effects;

    private async Task CarryAsync(OrganizationNumber organization, ImmutableArray<(Phone Phone, ImmutableArray<DeviceEffect> Effects)> phones)
    {
        var all = phones.SelectMany(phone => phone.Effects.Select(effect => new Told(phone.Phone.Key, effect, Context(phone.Phone))
        {
            StormThreshold = stormThreshold(phone.Phone),
        })).ToImmutableArray();
        try
        {
            // Audit first: nobody is told of a change that the tree does not have.
            if (Of<Audited>(all) is { IsEmpty: false } audited)
                await services.Grains.GetGrain<IAuditGrain>(organization.Value).InsertAsync(audited);
            if (all.Where(told => told.Effect is AlertRaised or AlertResolved).ToImmutableArray() is { IsEmpty: false } alerts)
                await services.Grains.GetGrain<IAlertsGrain>(organization.Value).TakeAsync(alerts);
            if (Of<IncidentChanged>(all) is { IsEmpty: false } incidents)
                await services.Grains.GetGrain<IIncidentsGrain>(organization.Value).TakeAsync(incidents);
            await Task.WhenAll(all.Where(told => SimOf(told.Effect) is not null).GroupBy(told => SimOf(told.Effect)!).Select(TellSimAsync));
            foreach (var (phone, effects) in phones.Where(phone => !phone.Effects.IsEmpty))
            {
                if (effects.Any(effect => effect is WakeWanted))
                    services.WakeDesk.Note(phone.Key);
                var ids = effects.Select(effect => effect.Id).ToImmutableArray();
                (_confirmed.TryGetValue(phone, out var known) ? known : _confirmed[phone] = []).UnionWith(ids);
                confirm(phone, new EffectsConfirmed(ids));
            }
        }
        catch (Exception exception)
        {
            services.LogUpkeepFailed(services.Shard, "telling others of their phones", exception);
            await Task.Delay(RetryAfter, services.Time);
            foreach (var (phone, effects) in phones)
                _waiting[organization].TryAdd(phone, effects);
        }
    }

    private static ImmutableArray<Told> Of<T>(ImmutableArray<Told> all) where T : DeviceEffect => [.. all.Where(told => told.Effect is T)];

    private async Task TellSimAsync(IGrouping<string, Told> sim)
    {
        foreach (var told in sim)
            await services.Grains.GetGrain<ISimGrain>(sim.Key).TakeAsync(told);
    }

    private static string? SimOf(DeviceEffect effect) => effect switch
    {
        SimSighted sighted => sighted.Iccid,
        SimReleased released => released.Iccid,
        _ => null,
    };

    private static TellerContext Context(Phone phone) => new(phone.Row?.Name ?? "", phone.Row?.Fleet ?? 0, phone.Row?.Person ?? 0);
}
