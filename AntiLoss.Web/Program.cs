using AntiLoss.Silo.Hosting;
using AntiLoss.Web.Hosting;

namespace AntiLoss.Web;

/// <summary>The all-in-one server: ingest, API, live feed and console, with the silo and its storage in the same process.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        var command = CommandLine.Parse(arguments);
        var builder = WebApplication.CreateBuilder(command.ToOptions());

        builder.AddHosting();
        builder.AddAntiLossSilo();

        var app = builder.Build();

        app.UseHosting();
        app.MapHosting();

        await app.RunAsync();
        return 0;
    }
}
