namespace AntiLoss.Tests.Support;

/// <summary>How to start a <see cref="ServerUnderTest"/>.</summary>
public sealed record ServerSettings
{
    /// <summary>More settings, by the names of <c>docs/operations.md</c>: <c>["Limits:Rate"] = "1000"</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Variables of the process that are no settings of ours.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Command-line flags: <c>--demo</c>.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>The host that HTTP listens on.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>A program, with its arguments, that starts the server: one that takes rights away.</summary>
    public IReadOnlyList<string> Launcher { get; init; } = [];

    /// <summary>Whether OsmAnd's own port is switched on.</summary>
    public bool Osmand { get; init; }

    /// <summary>Whether the first organization, its owner and an API key are made at the start.</summary>
    public bool SetUp { get; init; } = true;

    /// <summary>The folder that the data folder lies in; by default one of its own, deleted with the server.</summary>
    public string? Place { get; init; }

    /// <summary>How long the server may take until it is ready.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(90);
}
