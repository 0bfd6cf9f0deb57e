using System.Diagnostics;

namespace AntiLoss.LoadTest.Load;

/// <summary>How many cores this process and another one kept busy since the meter was made.</summary>
internal sealed class CpuMeter
{
    private readonly Process? _server;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly TimeSpan _own;
    private readonly TimeSpan? _theirs;

    public CpuMeter(Process? server, TimeProvider time)
    {
        _server = server;
        _time = time;
        _startedAt = time.GetTimestamp();
        _own = Environment.CpuUsage.TotalTime;
        _theirs = Of(server);
    }

    /// <summary>The mean number of busy cores: of this process, and of the server's if it is known.</summary>
    public (double Own, double? Server) Read()
    {
        var passed = _time.GetElapsedTime(_startedAt);
        return (
            Math.Round((Environment.CpuUsage.TotalTime - _own) / passed, 2),
            Of(_server) - _theirs is { } spent ? Math.Round(spent / passed, 2) : null);
    }

    private static TimeSpan? Of(Process? process)
    {
        process?.Refresh();
        return process?.TotalProcessorTime;
    }
}
