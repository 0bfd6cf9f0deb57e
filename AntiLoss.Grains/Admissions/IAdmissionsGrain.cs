using Orleans.Concurrency;

namespace AntiLoss.Grains.Admissions;

/// <summary>
/// Which phones may join an organization without an operator's doing each; keyed by the organization's number. Every
/// change is written before it is answered.
/// </summary>
[Alias("admissions-grain"), GrainInterfaceType("admissions")]
public interface IAdmissionsGrain : IGrainWithIntegerKey
{
    [Alias("read"), ReadOnly]
    ValueTask<AdmissionBook> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Keeps a token; its number is given here. Null if there are too many.</summary>
    [Alias("add-token")]
    ValueTask<EnrolmentToken?> AddTokenAsync(EnrolmentToken token, CancellationToken cancellationToken = default);

    /// <summary>Revokes a token; false if there is none of that number.</summary>
    [Alias("revoke-token")]
    ValueTask<bool> RevokeTokenAsync(int number, string by, CancellationToken cancellationToken = default);

    /// <summary>A phone shows a token. Repeating it changes nothing.</summary>
    [Alias("join")]
    ValueTask<JoinAnswer> JoinAsync(JoinRequest request, CancellationToken cancellationToken = default);

    /// <summary>Admits or refuses a phone that waits; false if none of that key does.</summary>
    [Alias("decide")]
    ValueTask<bool> DecideAsync(string key, bool admitted, string by, CancellationToken cancellationToken = default);

    /// <summary>Adds to the imported list; the number that it has then, or null if that were too many.</summary>
    [Alias("list")]
    ValueTask<int?> ListAsync(ImmutableArray<string> identifiers, CancellationToken cancellationToken = default);

    /// <summary>Takes out of the imported list; false if it is not there.</summary>
    [Alias("unlist")]
    ValueTask<bool> UnlistAsync(string identifier, CancellationToken cancellationToken = default);

    [Alias("listed"), ReadOnly]
    ValueTask<ImmutableArray<string>> ListedAsync(CancellationToken cancellationToken = default);
}
