using System.IO.MemoryMappedFiles;
using Microsoft.Extensions.DependencyInjection;

namespace AntiLoss.Tests.Support;

/// <summary>
/// A wall clock that stands where a test puts it, in the test and in the server that it starts; timers run as ever. So a
/// track is received when it was received, and a year passes at once.
/// </summary>
internal sealed class SteeredClock : TimeProvider, IDisposable
{
    /// <summary>Names the clock's file to the server process.</summary>
    public const string Variable = "ANTILOSS_TEST_CLOCK";

    private readonly string _path;
    private readonly bool _ownsFile;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly DateTimeOffset _start;

    private SteeredClock(string path, bool ownsFile)
    {
        (_path, _ownsFile) = (path, ownsFile);
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, sizeof(long));
        _view = _file.CreateViewAccessor();
        _start = GetUtcNow();
    }

    /// <summary>What a server needs in its environment to go by this clock.</summary>
    public ImmutableDictionary<string, string> Environment => ImmutableDictionary<string, string>.Empty
        .Add("DOTNET_STARTUP_HOOKS", typeof(SteeredClock).Assembly.Location)
        .Add(Variable, _path);

    public static SteeredClock At(DateTimeOffset now)
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, new byte[sizeof(long)]);
        var clock = new SteeredClock(path, ownsFile: true);
        clock.Set(now);
        return clock;
    }

    /// <summary>In the server process: makes this its clock.</summary>
    public static void Plant(string path)
    {
        var clock = new SteeredClock(path, ownsFile: false);
        HostServices.Change(services => services.AddSingleton<TimeProvider>(clock));
    }

    public void Set(DateTimeOffset now) => _view.Write(0, now.ToUnixTimeMilliseconds());

    /// <summary>Goes on by itself, and as far as the wall clock is moved: what a server does after a minute it does then.</summary>
    public override long GetTimestamp() =>
        base.GetTimestamp() + (long)((GetUtcNow() - _start).TotalSeconds * TimestampFrequency);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(_view.ReadInt64(0));

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
        if (_ownsFile)
            File.Delete(_path);
    }
}
