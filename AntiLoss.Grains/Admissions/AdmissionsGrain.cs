using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Audit;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Admissions;

/// <summary>
/// Keeps the <see cref="AdmissionBook"/> and, apart from it, since it is large and changes seldom, the imported list. What
/// the audit has not been told is told with the next change, or when the grain wakes.
/// </summary>
[GrainType("admissions")]
internal sealed class AdmissionsGrain(
    [PersistentState("admissions")] IPersistentState<AdmissionBook> book, [PersistentState("equipment")] IPersistentState<EquipmentList> list,
    TimeProvider time) : Grain, IAdmissionsGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        await TellAsync();
    }

    public ValueTask<AdmissionBook> ReadAsync(CancellationToken cancellationToken) => new(book.State);

    public async ValueTask<EnrolmentToken?> AddTokenAsync(EnrolmentToken token, CancellationToken cancellationToken) =>
        await ChangeAsync(book.State.With(token)) ? book.State.Tokens[^1] : null;

    public async ValueTask<bool> RevokeTokenAsync(int number, string by, CancellationToken cancellationToken) =>
        await ChangeAsync(book.State.Revoke(number, by, time.GetUtcNow()));

    public async ValueTask<JoinAnswer> JoinAsync(JoinRequest request, CancellationToken cancellationToken)
    {
        var (next, answer) = book.State.Join(request, list.State.Identifiers.Contains, time.GetUtcNow());
        await ChangeAsync(next);
        return answer;
    }

    public async ValueTask<bool> DecideAsync(string key, bool admitted, string by, CancellationToken cancellationToken) =>
        await ChangeAsync(book.State.Decide(key, admitted, by, time.GetUtcNow()));

    public async ValueTask<int?> ListAsync(ImmutableArray<string> identifiers, CancellationToken cancellationToken)
    {
        var all = list.State.Identifiers.Union(identifiers);
        if (all.Count > EquipmentList.Most)
            return null;
        await WriteAsync(list, list.State with { Identifiers = all });
        return all.Count;
    }

    public async ValueTask<bool> UnlistAsync(string identifier, CancellationToken cancellationToken) =>
        list.State.Identifiers.Contains(identifier)
        && await WriteAsync(list, list.State with { Identifiers = list.State.Identifiers.Remove(identifier) });

    public ValueTask<ImmutableArray<string>> ListedAsync(CancellationToken cancellationToken) =>
        new([.. list.State.Identifiers.Order(StringComparer.Ordinal)]);

    private async ValueTask<bool> ChangeAsync(AdmissionBook? next)
    {
        if (!await WriteAsync(book, next))
            return false;
        await TellAsync();
        return true;
    }

    /// <summary>Tells the audit. That it was told is written with the next change: what is told twice is one entry.</summary>
    private async ValueTask TellAsync()
    {
        if (book.State.Untold.IsEmpty)
            return;
        var organization = this.GetPrimaryKeyLong();
        var nobody = new DeviceKey(new OrganizationNumber((uint)organization), default);
        await GrainFactory.GetGrain<IAuditGrain>(organization).InsertAsync([.. book.State.Untold.Select(audited => new Told(nobody, audited, new TellerContext("", 0, 0)))]);
        book.State = book.State.Told();
    }

    /// <summary>Writes what has changed; false if there is nothing to write.</summary>
    private static async ValueTask<bool> WriteAsync<T>(IPersistentState<T> stored, T? next) where T : class
    {
        if (next is null)
            return false;
        await stored.WriteAsync(next);
        return true;
    }
}
