using System.Globalization;
using System.Security.Cryptography;
using AntiLoss.Domain.Audit;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Audit;

/// <summary>The keys of an organization's people, one each, under which lies what must go when the person does.</summary>
internal sealed class PersonKeyring(IRecordStore records, AuditKeys keys, OrganizationNumber organization)
{
    private const int MostKept = 10_000;

    private readonly Dictionary<int, byte[]?> _known = [];

    /// <summary>A person's key; null for nobody, for a person who was erased, and for one who has none yet.</summary>
    public async ValueTask<byte[]?> FindAsync(int person, CancellationToken cancellationToken = default)
    {
        if (person == 0)
            return null;
        if (_known.TryGetValue(person, out var known))
            return known;
        var found = await records.FindAsync(organization, AuditRecords.PersonKey, [IdOf(person)], cancellationToken);
        if (found.IsEmpty)
            return null;
        return Keep(person, keys.Unseal(found[0].Body.Span, organization, person));
    }

    /// <summary>A person's key, and the record that is to be inserted if it is a new one. Null for nobody, and for a person who was erased.</summary>
    public async ValueTask<(byte[]? Key, NewRecord? Record)> FindOrMakeAsync(int person, CancellationToken cancellationToken = default)
    {
        if (person == 0)
            return (null, null);
        if (await FindAsync(person, cancellationToken) is { } key)
            return (key, null);
        var erased = await records.FindAsync(organization, AuditRecords.PersonErased, [IdOf(person)], cancellationToken);
        if (!erased.IsEmpty || _known.ContainsKey(person))
            return (Keep(person, null), null);
        var made = RandomNumberGenerator.GetBytes(AuditRecord.KeyLength);
        return (made, AuditRecords.New(organization, AuditRecords.PersonKey, IdOf(person), keys.Seal(made, organization, person)));
    }

    /// <summary>Deletes a person's key for good.</summary>
    public async Task EraseAsync(int person, CancellationToken cancellationToken = default)
    {
        await records.InsertAsync(new RecordKey(organization, AuditRecords.PersonErased, IdOf(person)), default, cancellationToken);
        await records.ReplaceAsync(organization, AuditRecords.PersonKey, [], [IdOf(person)], cancellationToken);
        Keep(person, null);
    }

    private static string IdOf(int person) => person.ToString("D10", CultureInfo.InvariantCulture);

    private byte[]? Keep(int person, byte[]? key)
    {
        if (_known.Count >= MostKept)
            _known.Clear();
        return _known[person] = key;
    }
}
