namespace AntiLoss.Web.Hosting;

/// <summary>What was asked on the command line: settings, flags among them.</summary>
internal sealed record CommandLine(IReadOnlyList<string> Settings)
{
    public const string Usage = """
        AntiLoss.Web [--urls <addresses>] [--lan] [--demo] [--AntiLoss:<Setting>=<value> …]
            Runs the server: console, API and ingest at http://localhost:5080, MQTT at port 1883.
            --lan    listens on all addresses, so that a phone on the same network reaches it
            --demo   adds an organization of 200 simulated phones
        Every setting is in docs/operations.md; as a variable it is AntiLoss__<Section>__<Name>.
        """;

    private static readonly Dictionary<string, string> _flags = new(StringComparer.Ordinal)
    {
        ["--lan"] = "--AntiLoss:Lan=true",
        ["--demo"] = "--AntiLoss:Demo=true",
    };

    /// <summary>Reads the arguments; null if they ask for something that is not there.</summary>
    public static CommandLine? Parse(IReadOnlyList<string> arguments)
    {
        // A flag has no value: configuration's own reader would take the next argument for one.
        var settings = arguments.Select(argument => _flags.GetValueOrDefault(argument, argument)).ToList();
        return settings.Contains("--help") || settings is [not ['-', ..], ..] ? null : new CommandLine(settings);
    }

    /// <summary>
    /// The program's own folder is the root of its content, wherever it is started from: a published server finds its
    /// page there. Data folders are relative to where it is started.
    /// </summary>
    public WebApplicationOptions ToOptions() => new()
    {
        Args = [.. Settings],
        ContentRootPath = AppContext.BaseDirectory,
        ApplicationName = typeof(CommandLine).Assembly.GetName().Name,
    };
}
