using System.Diagnostics;
using System.Globalization;
using AntiLoss.Grains.Storage;
using Orleans.Runtime;

namespace AntiLoss.Tests.Storage;

/// <summary>Figures for <c>docs/performance.md</c>; run with <c>-explicit only -class AntiLoss.Tests.Storage.SqliteSpeed -showLiveOutput</c>.</summary>
public sealed class SqliteSpeed(ITestOutputHelper output)
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    [Theory(Explicit = true)]
    [InlineData(200, 16)]
    [InlineData(4096, 16)]
    [InlineData(200, 1)]
    public async Task Appends(int bytes, int shards)
    {
        await using var storage = SqliteUnderTest.OpenNew();
        var logs = await Task.WhenAll(Enumerable.Range(0, shards).Select(shard => storage.Log.TakeOverAsync(shard).AsTask()));
        var block = new byte[bytes];
        await MeasureAsync($"appends of {bytes} bytes at {shards} at once", shards, async (log, number) =>
            await logs[log].AppendAsync(new LogBlock(logs[log].Epoch, number, number, 1, block)));
    }

    [Theory(Explicit = true)]
    [InlineData(100)]
    [InlineData(1000)]
    public async Task StateSaves(int grains)
    {
        await using var storage = SqliteUnderTest.OpenNew();
        var states = Enumerable.Range(0, grains).Select(_ => new GrainState<StoredThing>(new StoredThing { Name = new string('x', 220) })).ToArray();
        await MeasureAsync($"state saves at {grains} at once", grains, (grain, _) =>
            storage.States.WriteStateAsync("device", GrainId.Create("device", $"7|{grain:D26}"), states[grain]));
    }

    private async Task MeasureAsync(string what, int atOnce, Func<int, long, Task> act)
    {
        var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var since = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, atOnce).Select(i => Task.Run(async () =>
        {
            var taken = new List<double>();
            for (var number = 1L; Stopwatch.GetElapsedTime(since) < Duration; number++)
            {
                var start = Stopwatch.GetTimestamp();
                await act(i, number);
                taken.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            return taken;
        })));
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        process.Refresh();
        var all = times.SelectMany(taken => taken).Order().ToArray();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: {all.Length / seconds:N0}/s, p50 {all[all.Length / 2]:F2} ms, p99 {all[all.Length * 99 / 100]:F2} ms, {(process.TotalProcessorTime - cpu).TotalSeconds / seconds:P0} of a core"));
    }
}
