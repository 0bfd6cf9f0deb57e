using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Fleets;

/// <summary>Keeps the list of organizations. It calls an organization to found it; no organization ever calls back.</summary>
[GrainType("installation")]
public sealed class InstallationGrain(
    [PersistentState("installation")] IPersistentState<Installation> stored, TimeProvider time) : Grain, IInstallationGrain
{
    private Installation Current => stored.State;

    public ValueTask<Installation?> ReadAsync(long knownVersion, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Current.Version > knownVersion ? Current : null);

    public async ValueTask<FoundingAnswer> FoundAsync(Founding founding, CancellationToken cancellationToken)
    {
        if (founding.IsSetup == Current.IsSetUp)
            return new(founding.IsSetup ? FoundingOutcome.AlreadySetUp : FoundingOutcome.NotSetUp, null, Current);

        if (!Current.Addresses.TryGetValue(founding.Email, out var number))
        {
            number = await ReserveAsync(founding);
        }
        else if (Current.Has(new OrganizationNumber(number)))
        {
            return new(FoundingOutcome.EmailTaken, null, Current);
        }

        var organization = await GrainFactory.GetGrain<IOrganizationGrain>(number).FoundAsync(founding, cancellationToken);
        var entry = Current.Organizations[number] with { IsFounded = true };
        await WriteAsync(Current with { Organizations = Current.Organizations.SetItem(number, entry) });
        return new(FoundingOutcome.Founded, organization, Current);
    }

    public async ValueTask<bool> ReserveAddressAsync(string email, uint organization, CancellationToken cancellationToken)
    {
        if (Current.Addresses.TryGetValue(email, out var holder))
            return holder == organization;
        await WriteAsync(Current with { Addresses = Current.Addresses.Add(email, organization) });
        return true;
    }

    public async ValueTask ReleaseAddressAsync(string email, uint organization, CancellationToken cancellationToken)
    {
        if (Current.Addresses.GetValueOrDefault(email) == organization)
            await WriteAsync(Current with { Addresses = Current.Addresses.Remove(email) });
    }

    /// <summary>A number is written down before anything is made under it, so that a crash gives it to nobody else.</summary>
    private async Task<uint> ReserveAsync(Founding founding)
    {
        // A set-up that broke off left the first number behind: the next set-up takes it, whoever its owner is,
        // because what has no number of its own (the set-up's API key) belongs to organization 1.
        var abandoned = founding.IsSetup ? Current.Organizations.Values.FirstOrDefault(entry => !entry.IsFounded) : null;
        var number = abandoned?.Number.Value ?? Current.LastNumber + 1;
        var addresses = abandoned is null ? Current.Addresses : Current.Addresses.Remove(abandoned.OwnerEmail);
        var entry = new OrganizationEntry(new OrganizationNumber(number), founding.Email, time.GetUtcNow(), IsFounded: false);
        await WriteAsync(Current with
        {
            Organizations = Current.Organizations.SetItem(number, entry),
            Addresses = addresses.SetItem(founding.Email, number),
            LastNumber = Math.Max(number, Current.LastNumber),
        });
        return number;
    }

    private async Task WriteAsync(Installation next) => await stored.WriteAsync(next with { Version = Current.Version + 1 });
}
