using System.Security.Cryptography;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using AntiLoss.LoadTest.Demo;
using AntiLoss.Web.Accounts;

namespace AntiLoss.Web.Hosting;

/// <summary>
/// <c>--demo</c>: an organization of 200 simulated phones, which report to this server as real ones do. On an
/// installation without an owner it is the first organization, with a sign-in that is printed; else one beside.
/// </summary>
internal sealed partial class Demo(
    IGrainFactory grains, OrganizationDirectory directory, Passwords passwords, SetupLink link, ListenAddresses listening,
    IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Demo> logger) : BackgroundService
{
    private const string Email = "demo@example.com";
    private const string KeyName = "demo";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await StartedAsync(stoppingToken);
            var options = new DemoOptions { BaseUrl = listening.Loopback, ApiKey = await KeyAsync(stoppingToken), Time = time, Say = Say };
            await DemoFleet.RunAsync(options, stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogStopped(exception);
        }
    }

    private async Task StartedAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }

    /// <summary>A new API key of the demo's organization in the place of the last start's, whose secret nobody has kept.</summary>
    private async Task<string> KeyAsync(CancellationToken cancellationToken)
    {
        var number = await OrganizationAsync(cancellationToken);
        var organization = grains.GetGrain<IOrganizationGrain>(number.Value);
        var last = await organization.ReadAsync(0, cancellationToken);
        foreach (var key in last!.ApiKeys.Where(key => key.Name == KeyName))
            await organization.RemoveApiKeyAsync(key.Number, cancellationToken);
        var secret = ApiKeys.New(number);
        directory.Accept((await organization.AddApiKeyAsync(KeyName, ApiKeys.HashOf(secret), cancellationToken)).Organization);
        return secret;
    }

    private async Task<OrganizationNumber> OrganizationAsync(CancellationToken cancellationToken)
    {
        var installation = await grains.GetGrain<IInstallationGrain>(0).ReadAsync(0, cancellationToken) ?? new Installation();
        if (installation.Addresses.TryGetValue(Email, out var number))
            return new OrganizationNumber(number);
        var password = Base32.Encode(RandomNumberGenerator.GetBytes(10));
        var answer = await grains.GetGrain<IInstallationGrain>(0).FoundAsync(
            new Founding
            {
                Name = "Demo", FleetName = Setup.FirstFleetName, Email = Email, AccountName = "Demo",
                PasswordHash = passwords.Hash(password), IsSetup = !installation.IsSetUp,
            },
            cancellationToken);
        if (answer.Organization is not { } founded)
            throw new InvalidOperationException($"The demo's organization was not founded: {answer.Outcome}.");
        link.Close();
        directory.Accept(answer.Installation);
        directory.Accept(founded);
        Say($"Sign in to the demo as {Email} with {password} (shown only now).");
        return founded.Number;
    }

    private static void Say(string sentence) => Console.WriteLine("  " + sentence);
}
