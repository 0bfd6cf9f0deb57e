using AntiLoss.LoadTest.Demo;
using AntiLoss.LoadTest.Load;
using AntiLoss.LoadTest.Stories;

namespace AntiLoss.LoadTest;

/// <summary>Simulated phones against a server on this machine.</summary>
internal static class Program
{
    private const string Usage = """
        load   --api-key KEY [--url http://127.0.0.1:5080] [--phones 1000] [--rate 1000] [--connections 256]
               [--warm-up 5] [--seconds 30] [--batch 1] [--viewers 0] [--audit] [--server-pid PID] [--json FILE]
        demo   URL KEY     200 phones of a demo company, until stopped
        story  NAME --api-key KEY [--url http://127.0.0.1:5080] [--mqtt-port 1883]
               a thief, a loss, a reset: what an operator must see of it; with a port its phones speak MQTT
        """;

    private static async Task<int> Main(string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            stop.Cancel();
        };
        try
        {
            return await RunAsync(arguments, stop.Token);
        }
        catch (ArgumentException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 2;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static async Task<int> RunAsync(string[] arguments, CancellationToken stop)
    {
        switch (arguments)
        {
            case ["load", .. var rest]:
                return await LoadCommand.RunAsync(LoadOptions.Parse(rest), Console.Out, TimeProvider.System, stop);
            case ["demo", var url, var key]:
                await DemoFleet.RunAsync(new DemoOptions { BaseUrl = new Uri(url), ApiKey = key, Say = Console.WriteLine }, stop);
                return 0;
            case ["story", var name, .. var rest]:
                var server = LoadOptions.Parse(rest);
                return await StoryCommand.RunAsync(name, server.Url, server.ApiKey, server.MqttPort, Console.Out, TimeProvider.System);
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }
}
