using AntiLoss.Silo.Hosting;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Api;
using AntiLoss.Web.Hosting;
using AntiLoss.Web.Ingest;
using AntiLoss.Web.Live;

namespace AntiLoss.Web;

/// <summary>The all-in-one server: ingest, API, live feed and console, with the silo and its storage in the same process.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (CommandLine.Parse(arguments) is not { } command)
        {
            Console.Error.WriteLine(CommandLine.Usage);
            return 2;
        }

        return await StartRefusal.GuardAsync(() => ServeAsync(command));
    }

    private static async Task ServeAsync(CommandLine command)
    {
        var builder = WebApplication.CreateBuilder(command.ToOptions());
        builder.AddHosting();
        builder.AddTelemetry();
        builder.AddAntiLossSilo();
        builder.AddAccounts();
        builder.AddApi();
        builder.AddIngest();
        builder.AddLive();

        var app = builder.Build();
        app.UseHosting();
        app.UseExceptionHandler();
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

        await app.RunAsync();
    }
}
