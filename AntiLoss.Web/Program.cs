using AntiLoss.Silo.Hosting;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Api;
using AntiLoss.Web.Carriers;
using AntiLoss.Web.Hosting;
using AntiLoss.Web.Ingest;
using AntiLoss.Web.Live;
using AntiLoss.Web.Wake;

namespace AntiLoss.Web;

/// <summary>The all-in-one server: ingest, API, live feed and console, with the silo and its storage in the same process.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (ServerCommand.Parse(arguments, out var wrong) is not { } command)
        {
            Console.Error.WriteLine($"{wrong} --help tells what there is.");
            return 2;
        }

        switch (command.Verb)
        {
            case Verb.Help:
                Console.WriteLine(ServerCommand.Usage);
                return 0;
            case Verb.Serve:
                return await StartRefusal.GuardAsync("AntiLoss does not start", () => ServeAsync(command));
            case Verb.Audit or Verb.Verify:
                var code = 0;
                return Math.Max(await StartRefusal.GuardAsync("Nothing was verified", async () => code = await AuditCommands.RunAsync(command, ConfigurationOf(command), Console.Out)), code);
            default:
                return await StartRefusal.GuardAsync("Nothing was done", () => RunOfflineAsync(command));
        }
    }

    private static Task RunOfflineAsync(ServerCommand command)
    {
        DataCommands.Run(command, ConfigurationOf(command));
        return Task.CompletedTask;
    }

    private static ConfigurationManager ConfigurationOf(ServerCommand command) => WebApplication.CreateBuilder(command.ToOptions()).Configuration;

    private static Task ServeAsync(ServerCommand command) => Build(command).RunAsync();

    /// <summary>The server, ready to run: with its data folder open, and its ports not.</summary>
    internal static WebApplication Build(ServerCommand command)
    {
        var builder = WebApplication.CreateBuilder(command.ToOptions());
        builder.AddHosting();
        builder.AddTelemetry();
        builder.AddAntiLossSilo();
        builder.AddAccounts();
        builder.AddApi();
        builder.AddCarriers();
        builder.AddIngest();
        builder.AddLive();
        builder.AddWake();

        var app = builder.Build();
        app.UseHosting();
        app.UseExceptionHandler();
        // An error of the API without words of its own is problem details too; a phone's answers stay empty.
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal), api => api.UseStatusCodePages());
        app.UseIngest();
        app.UseRouting();
        app.UseAuthentication();
        app.UseMetricsAccess();
        app.UseAuthorization();

        app.MapMetrics();
        app.MapHealth();
        app.MapApi();
        app.MapIngest();
        app.MapLive();
        app.MapHosting();

        return app;
    }
}
