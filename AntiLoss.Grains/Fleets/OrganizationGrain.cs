using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Audit;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Fleets;

/// <summary>
/// Keeps one organization: writes what <see cref="OrganizationRules"/> make of it, and answers then. What the audit has
/// not been told is told with the next change, or when the grain wakes.
/// </summary>
[GrainType("organization")]
public sealed class OrganizationGrain(
    [PersistentState("organization")] IPersistentState<Organization> stored, TimeProvider time) : Grain, IOrganizationGrain
{
    private Organization Current => stored.State;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        try
        {
            await TellAsync();
        }
        catch (Exception)
        {
            // Keys and sessions work while nothing can be written: the next change tells it.
        }
    }

    public ValueTask<Organization?> ReadAsync(long knownVersion, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Current.Version > knownVersion ? Current : null);

    public async ValueTask<Organization> FoundAsync(Founding founding, CancellationToken cancellationToken)
    {
        var number = new OrganizationNumber((uint)this.GetPrimaryKeyLong());
        await stored.WriteAsync(Current.Found(number, founding, time.GetUtcNow()), cancellationToken);
        return Current;
    }

    public ValueTask<OrganizationAnswer> EditAsync(string? name, string? timeZone, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.Edit(name, timeZone), cancellationToken);

    public ValueTask<OrganizationAnswer> AddFleetAsync(string name, bool friendsAllowed, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.AddFleet(name, friendsAllowed), cancellationToken);

    public ValueTask<OrganizationAnswer> EditFleetAsync(int fleet, string? name, bool? friendsAllowed, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.EditFleet(fleet, name, friendsAllowed), cancellationToken);

    public ValueTask<OrganizationAnswer> SetPolicyAsync(int fleet, DevicePolicy policy, int? readVersion, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.SetPolicy(fleet, policy, readVersion), cancellationToken);

    public ValueTask<OrganizationAnswer> RemoveFleetAsync(int fleet, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.RemoveFleet(fleet), cancellationToken);

    public ValueTask<OrganizationAnswer> AddPeopleAsync(ImmutableArray<Person> people, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.AddPeople(people), cancellationToken);

    public ValueTask<OrganizationAnswer> EditPersonAsync(Person person, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.EditPerson(person), cancellationToken);

    public ValueTask<OrganizationAnswer> RemovePersonAsync(int person, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.RemovePerson(person), cancellationToken);

    public ValueTask<OrganizationAnswer> AddApiKeyAsync(string name, string hash, KeyGrant grant, string? by, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.AddApiKey(name, hash, grant, by, time.GetUtcNow()), cancellationToken);

    public ValueTask<OrganizationAnswer> RemoveApiKeyAsync(int apiKey, string? by, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.RemoveApiKey(apiKey, by, time.GetUtcNow()), cancellationToken);

    public async ValueTask NoteApiKeyUsedAsync(int apiKey, DateTimeOffset at, CancellationToken cancellationToken) =>
        await stored.WriteAsync(Current.NoteApiKeyUsed(apiKey, at), cancellationToken);

    public ValueTask<OrganizationAnswer> SetPasswordHashAsync(int account, string passwordHash, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.SetPasswordHash(account, passwordHash), cancellationToken);

    public ValueTask<OrganizationAnswer> AddAccountAsync(string email, string name, int by, AccountLink link, AccountGrant grant, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.AddAccount(email, name, by, link, grant, time.GetUtcNow()), cancellationToken);

    public ValueTask<OrganizationAnswer> OpenAccountLinkAsync(int account, int by, AccountLink link, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.OpenAccountLink(account, by, link, time.GetUtcNow()), cancellationToken);

    public ValueTask<OrganizationAnswer> UseAccountLinkAsync(int account, string linkHash, string passwordHash, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.UseAccountLink(account, linkHash, passwordHash, time.GetUtcNow()), cancellationToken);

    public ValueTask<OrganizationAnswer> EditAccountAsync(int account, AccountEdit edit, int by, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.EditAccount(account, edit, by, time.GetUtcNow()), cancellationToken);

    public ValueTask<OrganizationAnswer> RemoveAccountAsync(int account, int by, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.RemoveAccount(account, by, time.GetUtcNow()), cancellationToken);

    public ValueTask<OrganizationAnswer> EndSessionAsync(int account, EndedSession session, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.EndSession(account, session, time.GetUtcNow()), cancellationToken);

    public ValueTask<OrganizationAnswer> ShowRecoveryCodeAsync(int account, string id, CancellationToken cancellationToken) =>
        ChangeAsync(organization => organization.ShowRecoveryCode(account, id, time.GetUtcNow()), cancellationToken);

    private async ValueTask<OrganizationAnswer> ChangeAsync(Func<Organization, OrganizationAnswer> change, CancellationToken cancellationToken)
    {
        if (!Current.Exists)
            return new OrganizationAnswer(OrganizationRefusal.Unknown, Current, 0);
        var answer = change(Current);
        await stored.WriteAsync(answer.Organization, cancellationToken);
        await TellAsync();
        return answer;
    }

    /// <summary>Tells the audit. That it was told is written with the next change: what is told twice is one entry.</summary>
    private async ValueTask TellAsync()
    {
        if (Current.Untold.IsEmpty)
            return;
        var nobody = new DeviceKey(Current.Number, default);
        await GrainFactory.GetGrain<IAuditGrain>(this.GetPrimaryKeyLong())
            .InsertAsync([.. Current.Untold.Select(audited => new Told(nobody, audited, new TellerContext("", 0, 0)))]);
        stored.State = Current.Told();
    }
}
