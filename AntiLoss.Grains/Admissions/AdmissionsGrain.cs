using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Admissions;

/// <summary>Keeps the <see cref="AdmissionBook"/> and, apart from it, since it is large and changes seldom, the imported list.</summary>
[GrainType("admissions")]
internal sealed class AdmissionsGrain(
    [PersistentState("admissions")] IPersistentState<AdmissionBook> book, [PersistentState("equipment")] IPersistentState<EquipmentList> list,
    TimeProvider time) : Grain, IAdmissionsGrain
{
    public ValueTask<AdmissionBook> ReadAsync(CancellationToken cancellationToken) => new(book.State);

    public async ValueTask<EnrolmentToken?> AddTokenAsync(EnrolmentToken token, CancellationToken cancellationToken) =>
        await WriteAsync(book, book.State.With(token)) ? book.State.Tokens[^1] : null;

    public async ValueTask<bool> RevokeTokenAsync(int number, CancellationToken cancellationToken) => await WriteAsync(book, book.State.Revoke(number));

    public async ValueTask<JoinAnswer> JoinAsync(JoinRequest request, CancellationToken cancellationToken)
    {
        var (next, answer) = book.State.Join(request, list.State.Identifiers.Contains, time.GetUtcNow());
        await WriteAsync(book, next);
        return answer;
    }

    public async ValueTask<bool> DecideAsync(string key, bool admitted, string by, CancellationToken cancellationToken) =>
        await WriteAsync(book, book.State.Decide(key, admitted, by));

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

    /// <summary>Writes what has changed; false if there is nothing to write.</summary>
    private static async ValueTask<bool> WriteAsync<T>(IPersistentState<T> stored, T? next) where T : class
    {
        if (next is null)
            return false;
        await stored.WriteAsync(next);
        return true;
    }
}
