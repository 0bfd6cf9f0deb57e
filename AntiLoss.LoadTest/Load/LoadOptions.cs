using System.Globalization;
using System.Net;

namespace AntiLoss.LoadTest.Load;

/// <summary>What <c>load</c> was asked for on the command line.</summary>
public sealed record LoadOptions
{
    private const int MostPhones = 1_000_000;
    private const int MostConnections = 4_096;
    private const int MostSeconds = 3_600;
    private const int MostReports = 200_000_000;

    /// <summary>Where the server listens; on this machine only.</summary>
    public required Uri Url { get; init; }

    /// <summary>An API key of the organization that the phones are enrolled in.</summary>
    public required string ApiKey { get; init; }

    /// <summary>Phones that are enrolled and take turns. Default 1,000.</summary>
    public int Phones { get; init; } = 1_000;

    /// <summary>Reports due in a second. Default 1,000.</summary>
    public int Rate { get; init; } = 1_000;

    /// <summary>Kept connections. Default 256.</summary>
    public int Connections { get; init; } = 256;

    /// <summary>Seconds that are timed. Default 30.</summary>
    public int Seconds { get; init; } = 30;

    /// <summary>Seconds before them that are audited and not timed. Default 5.</summary>
    public int WarmUp { get; init; } = 5;

    /// <summary>Reports in a request. Default 1.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Browsers that watch the whole organization meanwhile. Default 0.</summary>
    public int Viewers { get; init; }

    /// <summary>Whether everything acknowledged is read back afterwards.</summary>
    public bool Audit { get; init; }

    /// <summary>The server's process, to tell its CPU time and memory; 0 for unknown.</summary>
    public int ServerPid { get; init; }

    /// <summary>Port on which agents speak MQTT, for the phones of a story; 0: they speak HTTP.</summary>
    public int MqttPort { get; init; }

    /// <summary>A file for the result as JSON; null for none.</summary>
    public string? Json { get; init; }

    public LoadSchedule Schedule => new(
        Rate / (double)Batch, TimeSpan.FromSeconds(WarmUp + Seconds), TimeSpan.FromSeconds(WarmUp), TimeSpan.FromSeconds(30), Connections);

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="ArgumentException">One is unknown, missing or out of bounds; the message says which.</exception>
    public static LoadOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new LoadOptions { Url = new Uri("http://127.0.0.1:5080"), ApiKey = "" };
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--audit")
            {
                options = options with { Audit = true };
                continue;
            }
            if (i + 1 == arguments.Count)
                throw new ArgumentException($"{arguments[i]} needs a value.");
            options = options.With(arguments[i], arguments[++i]);
        }
        return options.Checked();
    }

    private LoadOptions With(string name, string value) => name switch
    {
        "--url" => this with { Url = new Uri(value) },
        "--api-key" => this with { ApiKey = value },
        "--json" => this with { Json = value },
        "--phones" => this with { Phones = Number(name, value, 1, MostPhones) },
        "--rate" => this with { Rate = Number(name, value, 1, 1_000_000) },
        "--connections" => this with { Connections = Number(name, value, 1, MostConnections) },
        "--seconds" => this with { Seconds = Number(name, value, 1, MostSeconds) },
        "--warm-up" => this with { WarmUp = Number(name, value, 0, MostSeconds) },
        "--batch" => this with { Batch = Number(name, value, 1, 1_000) },
        "--viewers" => this with { Viewers = Number(name, value, 0, 1_000) },
        "--mqtt-port" => this with { MqttPort = Number(name, value, 1, ushort.MaxValue) },
        "--server-pid" => this with { ServerPid = Number(name, value, 1, int.MaxValue) },
        _ => throw new ArgumentException($"Unknown option {name}."),
    };

    private static int Number(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new ArgumentException($"{name} is '{value}'; it is a number from {least} to {most}.");

    private LoadOptions Checked()
    {
        // A tool that sends 15,000 requests a second is a weapon when it is pointed elsewhere.
        if (Url.Scheme != "http" || !IPAddress.TryParse(Url.Host.Trim('[', ']'), out var address) || !IPAddress.IsLoopback(address))
            throw new ArgumentException($"--url is {Url}; only http on an address of this machine is loaded, such as http://127.0.0.1:5080.");
        if (ApiKey.Length == 0)
            throw new ArgumentException("--api-key is missing.");
        if ((long)Rate * (WarmUp + Seconds) > MostReports)
            throw new ArgumentException($"That is over {MostReports} reports in one run.");
        return this;
    }
}
