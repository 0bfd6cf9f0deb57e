using System.Runtime.Loader;
using AntiLoss.Tests.Crash;
using AntiLoss.Tests.Support;

/// <summary>
/// What .NET calls in a server process that a test starts with <c>DOTNET_STARTUP_HOOKS</c> naming this assembly: it
/// gives the server a test's clock, measures its heap, or plants the bug that the crash test must catch. The product has no
/// switch for any of it.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        // Orleans looks through every loaded assembly, so that what this one refers to must be found too.
        var folder = Path.GetDirectoryName(typeof(StartupHook).Assembly.Location)!;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Combine(folder, name.Name + ".dll") is var path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        var (clock, heap) = (Environment.GetEnvironmentVariable(SteeredClock.Variable), Environment.GetEnvironmentVariable(HeapReport.Variable));
        if (clock is not null)
            SteeredClock.Plant(clock);
        if (heap is not null)
            HeapReport.Plant(heap);
        if (clock is null && heap is null)
            AckBeforeCommit.Plant();
    }
}
