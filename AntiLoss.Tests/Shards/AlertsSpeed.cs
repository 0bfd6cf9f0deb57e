using System.Diagnostics;
using System.Globalization;
using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Alerts;
using AntiLoss.Grains.Shards;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Shards;

/// <summary>Figures for <c>docs/performance.md</c>; run with <c>-explicit only -class AntiLoss.Tests.Shards.AlertsSpeed -showLiveOutput</c>.</summary>
public sealed class AlertsSpeed(ITestOutputHelper output)
{
    private const int PerDelivery = 500;
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Theory(Explicit = true)]
    [InlineData(5_000)]
    [InlineData(20_000)]
    [InlineData(100_000)]
    public async Task Turns(int alerts)
    {
        await using var cluster = await ShardCluster.StartAsync(new MemoryStorage(), new MemoryGrainStorage());
        var grain = cluster.Grains.GetGrain<IAlertsGrain>(ShardCluster.Acme.Value);
        var filled = Stopwatch.GetTimestamp();
        foreach (var part in Enumerable.Range(0, alerts).Chunk(PerDelivery))
            await grain.TakeAsync([.. part.Select(Raised)]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{alerts} open: filled in {Stopwatch.GetElapsedTime(filled).TotalSeconds:F1} s"));
        await MeasureAsync("one is raised", i => grain.TakeAsync([Raised(alerts + i)]).AsTask());
        await MeasureAsync("one is acknowledged", async i => Assert.NotNull(await grain.AcknowledgeAsync(DerivedId.From(Now, Raised(i).Id), "olga")));
        await MeasureAsync("400 are listed", async _ => await grain.ListAsync(null, 400, onlyOpen: true));
    }

    private async Task MeasureAsync(string what, Func<int, Task> act)
    {
        var times = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await act(i);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what}: median {times.Order().ElementAt(10):F1} ms"));
    }

    private static Told Raised(int number) => new(
        new DeviceKey(ShardCluster.Acme, new DeviceId(1, (ulong)number + 1)), new AlertRaised("1", "AgentTampered", Severity.Critical, Now, Now), new TellerContext($"Phone {number}", 1, 0));
}
