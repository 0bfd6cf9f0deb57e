using AntiLoss.Grains.Fleets;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Accounts;

/// <summary>Makes the first organization and its owner, from the settings or by the one-time link.</summary>
internal sealed partial class Setup(
    IGrainFactory grains, OrganizationDirectory directory, Passwords passwords, SetupLink link, IOptions<SetupOptions> options, ILogger<Setup> logger)
{
    public const string FirstFleetName = "All phones";
    private const int ShortKey = 20;

    /// <summary>As <see cref="BeginAsync"/>; false if the storage does not answer yet.</summary>
    public async Task<bool> TryBeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            await BeginAsync(cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotYet(exception);
            return false;
        }
    }

    /// <summary>Looks whether there is an owner; if not, makes the one of the settings, or opens the link.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        var installation = await grains.GetGrain<IInstallationGrain>(0).ReadAsync(0, cancellationToken) ?? new Installation();
        if (settings.ApiKey is { Length: < ShortKey })
            LogShortKey(ShortKey);
        if (installation.IsSetUp)
        {
            await CompareAsync(settings, cancellationToken);
        }
        else if (!string.IsNullOrWhiteSpace(settings.OwnerEmail) && !string.IsNullOrEmpty(settings.OwnerPassword))
        {
            if (settings.OwnerPassword.Length < Passwords.ShortestLength)
                LogShortPassword(Passwords.ShortestLength);
            await FoundAsync(settings.Organization, SignIn.Normal(settings.OwnerEmail), settings.OwnerEmail.Trim(), settings.OwnerPassword, timeZone: null, cancellationToken);
            LogSetUp();
        }
        else
        {
            link.Open();
        }
    }

    /// <summary>Makes the first organization; null if somebody has done so already.</summary>
    public async Task<Organization?> FoundAsync(
        string organization, string email, string name, string password, string? timeZone, CancellationToken cancellationToken)
    {
        var answer = await grains.GetGrain<IInstallationGrain>(0).FoundAsync(
            new Founding
            {
                Name = organization,
                FleetName = FirstFleetName,
                Email = email,
                AccountName = name,
                PasswordHash = passwords.Hash(password),
                ApiKeyHash = string.IsNullOrEmpty(options.Value.ApiKey) ? null : ApiKeys.HashOf(options.Value.ApiKey),
                IsSetup = true,
                TimeZone = timeZone ?? "UTC",
            },
            cancellationToken);
        link.Close();
        directory.Accept(answer.Installation);
        if (answer.Organization is { } founded)
            directory.Accept(founded);
        return answer.Organization;
    }

    /// <summary>An existing owner is never changed from the settings; whoever changed them is told.</summary>
    private async Task CompareAsync(SetupOptions settings, CancellationToken cancellationToken)
    {
        var organization = await grains.GetGrain<IOrganizationGrain>(1).ReadAsync(0, cancellationToken) ?? new Organization();
        if (!string.IsNullOrEmpty(settings.ApiKey) && organization.ApiKeys.All(key => key.Hash != ApiKeys.HashOf(settings.ApiKey)))
            LogOtherKey();
        if (string.IsNullOrWhiteSpace(settings.OwnerEmail))
            return;
        var owner = organization.Accounts.FirstOrDefault(account => account.Email == SignIn.Normal(settings.OwnerEmail));
        if (owner is null)
            LogOtherOwner();
        else if (!string.IsNullOrEmpty(settings.OwnerPassword) && !passwords.Verify(owner, settings.OwnerPassword))
            LogOtherPassword();
    }
}
