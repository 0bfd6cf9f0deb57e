using System.Runtime.Loader;
using AntiLoss.Tests.Crash;
using AntiLoss.Tests.Support;

/// <summary>
/// What .NET calls in a server process that a test starts with <c>DOTNET_STARTUP_HOOKS</c> naming this assembly: it
/// gives the server a test's clock, or plants the bug that the crash test must catch. The product has no switch for either.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        // Orleans looks through every loaded assembly, so that what this one refers to must be found too.
        var folder = Path.GetDirectoryName(typeof(StartupHook).Assembly.Location)!;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Combine(folder, name.Name + ".dll") is var path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        if (Environment.GetEnvironmentVariable(SteeredClock.Variable) is { } clock)
            SteeredClock.Plant(clock);
        else
            AckBeforeCommit.Plant();
    }
}
