using System.Reflection;
using AntiLoss.Benchmarks;
using BenchmarkDotNet.Attributes;

namespace AntiLoss.Tests.Benchmarks;

/// <summary>Allocations are the same on every machine, so they may fail a build; times may not.</summary>
public sealed class AllocationLimitTests(ITestOutputHelper output)
{
    [Fact]
    public void No_hot_path_allocates_more_than_its_recorded_limit()
    {
        var paths = new HotPaths();
        var measured = typeof(HotPaths).GetMethods()
            .Where(method => method.GetCustomAttribute<BenchmarkAttribute>() is not null)
            .ToDictionary(method => method.Name, method => AllocatedBy(paths, method));
        foreach (var (name, bytes) in measured)
            output.WriteLine($"{name}: {bytes} bytes");
        Assert.Equal(Limits.AllocatedBytes.Keys.Order(), measured.Keys.Order());
        Assert.All(measured, path => Assert.True(
            path.Value <= Limits.AllocatedBytes[path.Key],
            $"{path.Key} allocates {path.Value} bytes; AntiLoss.Benchmarks/limits.json allows {Limits.AllocatedBytes[path.Key]}."));
    }

    /// <summary>Bytes a call, the box of a returned value included, once everything is warm.</summary>
    private static long AllocatedBy(HotPaths paths, MethodInfo method)
    {
        const int Calls = 100;
        for (var i = 0; i < Calls; i++)
            method.Invoke(paths, null);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i++)
            method.Invoke(paths, null);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
    }
}
