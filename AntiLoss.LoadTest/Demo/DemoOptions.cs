namespace AntiLoss.LoadTest.Demo;

/// <summary>Where the demo's phones report to.</summary>
public sealed class DemoOptions
{
    /// <summary>The server's own address on loopback, e.g. <c>http://127.0.0.1:5080</c>.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>An API key of the demo's organization.</summary>
    public required string ApiKey { get; init; }

    /// <summary>Hours of history that a new demo is given. Default: 20; more cost about 3,000 positions an hour at the first start.</summary>
    public int HistoryHours { get; init; } = 20;

    /// <summary>Whose clock the phones carry.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told once when something worth telling happens; by default nobody is.</summary>
    public Action<string> Say { get; init; } = _ => { };
}
