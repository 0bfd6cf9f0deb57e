using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Tracks;
using AntiLoss.Grains.Devices;
using AntiLoss.Grains.Storage;
using AntiLoss.Tests.Shards;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Devices;

/// <summary>The nightly join, through a phone's grain: history is the same before, after, and whenever it breaks off.</summary>
public sealed class DayJoinTests
{
    private readonly MemoryStorage _storage = new();
    private readonly MemoryGrainStorage _states = new();
    private readonly DateTimeOffset _tomorrow = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(1).AddHours(3), TimeSpan.Zero);

    [Fact]
    public async Task A_finished_day_becomes_one_chunk_that_names_it_and_late_fixes_join_it()
    {
        await using var cluster = await ShardCluster.StartAsync(_storage, _states);
        var device = await cluster.EnrolAsync();
        await ReportAsync(cluster, device, 0, 200);
        var before = await HistoryAsync(cluster, device);

        await JoinAsync(cluster, device, TimeProvider.System.GetUtcNow());
        Assert.DoesNotContain(await NumbersAsync(device), number => number < 0);
        for (var times = 0; times < 2; times++)
        {
            await JoinAsync(cluster, device, _tomorrow);
            Assert.True(Assert.Single(await NumbersAsync(device)) < 0);
            Assert.Equal(before, await HistoryAsync(cluster, device));
        }

        var joined = await NumbersAsync(device);
        await ReportAsync(cluster, device, 150, 300);
        await JoinAsync(cluster, device, _tomorrow);
        Assert.Equal(joined, await NumbersAsync(device));
        Assert.Equal(300, (await HistoryAsync(cluster, device)).Length);
        Assert.Equal(before, (await HistoryAsync(cluster, device))[..200]);
    }

    [Fact]
    public async Task A_join_that_breaks_off_loses_nothing_and_is_done_the_next_time()
    {
        DeviceKey device;
        await using (var first = await ShardCluster.StartAsync(_storage, _states))
        {
            device = await first.EnrolAsync();
            await ReportAsync(first, device, 0, 100);
            _storage.IsFull = true;
            await Assert.ThrowsAsync<StorageUnavailableException>(() => JoinAsync(first, device, _tomorrow));
            Assert.Equal(100, (await HistoryAsync(first, device)).Length);
            _storage.IsFull = false;
        }

        await using var second = await ShardCluster.StartAsync(_storage, _states);
        Assert.Equal(100, (await HistoryAsync(second, device)).Length);
        await JoinAsync(second, device, _tomorrow);
        Assert.True(Assert.Single(await NumbersAsync(device)) < 0);
        await ReportAsync(second, device, 100, 110);
        Assert.Equal(110, (await HistoryAsync(second, device)).Length);
    }

    [Fact]
    public async Task What_was_joined_survives_a_phone_that_must_start_again_from_the_log()
    {
        DeviceKey device;
        await using (var first = await ShardCluster.StartAsync(_storage, _states))
        {
            device = await first.EnrolAsync();
            await ReportAsync(first, device, 0, 100);
            await JoinAsync(first, device, _tomorrow);
            await ReportAsync(first, device, 100, 160);
        }

        await using var second = await ShardCluster.StartAsync(_storage, _states);
        Assert.Equal(160, (await HistoryAsync(second, device)).Length);
        await JoinAsync(second, device, _tomorrow);
        Assert.Equal(160, (await HistoryAsync(second, device)).Length);
    }

    private static async Task ReportAsync(ShardCluster cluster, DeviceKey device, int first, int end)
    {
        foreach (var part in Enumerable.Range(first, end - first).Chunk(50))
            await cluster.ReportAsync(device, [.. part.Select(i => ShardCluster.FixAt(i, 52 + (i / 1e4)))]);
    }

    private static Task JoinAsync(ShardCluster cluster, DeviceKey device, DateTimeOffset now) =>
        cluster.Grains.GetGrain<IDeviceGrain>(device.ToString()).JoinAsync(now).AsTask();

    /// <summary>What a reader sees.</summary>
    private static async Task<TrackFix[]> HistoryAsync(ShardCluster cluster, DeviceKey device) =>
        [.. TrackMerge.InTimeOrder(await cluster.HistoryAsync(device))];

    private async Task<long[]> NumbersAsync(DeviceKey device) =>
        [.. (await _storage.ReadAsync(device, DateTimeOffset.MinValue, DateTimeOffset.MaxValue)).Select(chunk => chunk.Number)];
}
