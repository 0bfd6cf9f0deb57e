using System.Globalization;
using System.Security.Cryptography;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using AntiLoss.LoadTest.Demo;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Hosting;

/// <summary>
/// With <c>--demo</c>: sees to the demo's organization, prints how to sign in to it, and lets its phones drive. On an
/// installation without an owner the demo's owner becomes it. Password and API key are new at every start: nothing that
/// opens the demo is written anywhere but to the console.
/// </summary>
internal sealed partial class DemoHost(
    IGrainFactory grains,
    Setup setup,
    Passwords passwords,
    OrganizationDirectory directory,
    ListenAddresses addresses,
    PublicUrl url,
    IOptions<SetupOptions> setupOptions,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<DemoHost> logger) : BackgroundService
{
    private const string Email = "demo@antiloss.example";
    private const string OwnerName = "Demo";
    private const string OrganizationName = "Meridian Logistics 子午线物流";
    private const string TimeZone = "America/Sao_Paulo";
    private const string KeyName = "Demo phones";
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await StartedAsync(stoppingToken);
        if (addresses.All.FirstOrDefault(address => !ListenAddresses.IsHttps(address)) is not { } plain)
        {
            LogNeedsHttp();
            return;
        }
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(plain, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception);
                await Task.Delay(_retryAfter, time, stoppingToken);
            }
        }
    }

    private async Task StartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
    }

    private async Task RunAsync(BindingAddress plain, CancellationToken stoppingToken)
    {
        var password = Base32.Encode(RandomNumberGenerator.GetBytes(10));
        var organization = await EnsureAsync(password, stoppingToken);
        var key = await NewKeyAsync(organization, stoppingToken);
        Console.WriteLine($"  Demo: sign in at {url.Value} as {Email} with {password}{Environment.NewLine}");
        var host = ListenAddresses.IsLoopback(plain.Host) ? plain.Host : "localhost";
        await DemoFleet.RunAsync(
            new DemoOptions
            {
                BaseUrl = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{plain.Port}")),
                ApiKey = key,
                Time = time,
                Say = text => LogSaid(text),
            },
            stoppingToken);
    }

    private async Task<OrganizationNumber> EnsureAsync(string password, CancellationToken cancellationToken)
    {
        var installationGrain = grains.GetGrain<IInstallationGrain>(0);
        var installation = await installationGrain.ReadAsync(0, cancellationToken) ?? new Installation();
        if (!installation.IsSetUp && string.IsNullOrWhiteSpace(setupOptions.Value.OwnerEmail)
            && await setup.FoundAsync(OrganizationName, Email, OwnerName, password, TimeZone, cancellationToken) is { } first)
            return first.Number;
        var answer = await installationGrain.FoundAsync(
            new Founding
            {
                Name = OrganizationName,
                FleetName = Setup.FirstFleetName,
                Email = Email,
                AccountName = OwnerName,
                PasswordHash = passwords.Hash(password),
                TimeZone = TimeZone,
            },
            cancellationToken);
        directory.Accept(answer.Installation);
        if (answer.Organization is { } founded)
        {
            directory.Accept(founded);
            return founded.Number;
        }
        if (!answer.Installation.Addresses.TryGetValue(Email, out var number))
            throw new InvalidOperationException("The demo waits for the first owner.");
        await SetPasswordAsync(number, password, cancellationToken);
        return new OrganizationNumber(number);
    }

    private async Task SetPasswordAsync(uint number, string password, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IOrganizationGrain>(number);
        var organization = await grain.ReadAsync(0, cancellationToken);
        if (organization?.Accounts.FirstOrDefault(account => account.Email == Email) is { } owner)
            directory.Accept((await grain.SetPasswordHashAsync(owner.Number, passwords.Hash(password), cancellationToken)).Organization);
    }

    private async Task<string> NewKeyAsync(OrganizationNumber number, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IOrganizationGrain>(number.Value);
        var organization = await grain.ReadAsync(0, cancellationToken);
        foreach (var old in organization?.ApiKeys.Where(key => key.Name == KeyName) ?? [])
            await grain.RemoveApiKeyAsync(old.Number, by: null, cancellationToken);
        var key = ApiKeys.New(number);
        directory.Accept((await grain.AddApiKeyAsync(KeyName, ApiKeys.HashOf(key), KeyGrant.Everything, by: null, cancellationToken)).Organization);
        return key;
    }
}
