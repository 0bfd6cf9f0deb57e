using System.Buffers.Binary;
using AntiLoss.Domain.Devices;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Tests.Storage;

/// <summary>What every report log keeps, whatever it is made of.</summary>
public abstract class ReportLogContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract ValueTask<IStorageUnderTest> OpenAsync();

    [Fact]
    public async Task An_empty_log_has_no_block_and_no_snapshot_and_its_first_epoch_is_1()
    {
        await using var storage = await OpenAsync();

        var log = await storage.Log.TakeOverAsync(3, Token);

        Assert.Equal(1, log.Epoch);
        Assert.Empty(await BlocksOf(log));
        Assert.Null(await log.ReadSnapshotAsync(Token));
    }

    [Fact]
    public async Task What_was_appended_is_read_in_order_with_every_byte()
    {
        await using var storage = await OpenAsync();
        var log = await storage.Log.TakeOverAsync(3, Token);
        var blocks = Blocks(log.Epoch, 50);

        await Task.WhenAll(blocks.Select(block => log.AppendAsync(block, Token)));

        AssertSame(blocks, await BlocksOf(log));
    }

    [Fact]
    public async Task Reading_starts_with_the_block_that_holds_the_next_entry()
    {
        await using var storage = await OpenAsync();
        var first = await storage.Log.TakeOverAsync(3, Token);
        foreach (var block in Blocks(first.Epoch, 4, entries: 10))
            await first.AppendAsync(block, Token);
        var second = await storage.Log.TakeOverAsync(3, Token);
        foreach (var block in Blocks(second.Epoch, 2, entries: 10))
            await second.AppendAsync(block, Token);

        Assert.Equal([2, 3, 4, 1, 2], (await BlocksOf(second, new(1, 10))).Select(block => block.Number));
        Assert.Equal([2, 3, 4, 1, 2], (await BlocksOf(second, new(1, 19))).Select(block => block.Number));
        Assert.Equal([3, 4, 1, 2], (await BlocksOf(second, new(1, 20))).Select(block => block.Number));
        Assert.Equal([1, 2], (await BlocksOf(second, new(1, 40))).Select(block => block.Number));
        Assert.Equal([1, 2], (await BlocksOf(second, new(1, 4_000))).Select(block => block.Number));
        Assert.Equal([2], (await BlocksOf(second, new(2, 15))).Select(block => block.Number));
        Assert.Empty(await BlocksOf(second, new(2, 20)));
    }

    [Fact]
    public async Task A_log_longer_than_a_page_is_read_whole()
    {
        await using var storage = await OpenAsync();
        var log = await storage.Log.TakeOverAsync(0, Token);
        var blocks = Blocks(log.Epoch, 120, bytes: 20_000);
        await Task.WhenAll(blocks.Select(block => log.AppendAsync(block, Token)));

        AssertSame(blocks, await BlocksOf(log));
    }

    [Fact]
    public async Task Shards_do_not_see_each_other()
    {
        await using var storage = await OpenAsync();
        var one = await storage.Log.TakeOverAsync(1, Token);
        var two = await storage.Log.TakeOverAsync(2, Token);
        await one.AppendAsync(Blocks(one.Epoch, 1)[0], Token);

        Assert.Single(await BlocksOf(one));
        Assert.Empty(await BlocksOf(two));
    }

    [Fact]
    public async Task A_later_writer_raises_the_epoch_and_the_earlier_one_writes_nothing_more()
    {
        await using var storage = await OpenAsync();
        var first = await storage.Log.TakeOverAsync(3, Token);
        var blocks = Blocks(first.Epoch, 3);
        await first.AppendAsync(blocks[0], Token);

        var second = await storage.Log.TakeOverAsync(3, Token);

        Assert.Equal(first.Epoch + 1, second.Epoch);
        await Assert.ThrowsAsync<LogFencedException>(() => first.AppendAsync(blocks[1], Token));
        await Assert.ThrowsAsync<LogFencedException>(() => first.AppendAsync(blocks[2], Token));
        await Assert.ThrowsAsync<LogFencedException>(() => first.TrimAsync(blocks[0].Last, Token));
        await Assert.ThrowsAsync<LogFencedException>(() => first.WriteSnapshotAsync(blocks[0].Last, [new byte[] { 1 }], Token));
        AssertSame([blocks[0]], await BlocksOf(second));
        Assert.Null(await second.ReadSnapshotAsync(Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_writer_held_before_any_step_loses_no_acknowledged_block_to_the_next(int step)
    {
        await using var storage = await OpenAsync();
        var first = await storage.Log.TakeOverAsync(3, Token);
        var blocks = Blocks(first.Epoch, 3);
        await first.AppendAsync(blocks[0], Token);

        using var held = storage.HoldBefore(step);
        Assert.SkipWhen(held is null, "A write of this storage has no such step.");
        var append = first.AppendAsync(blocks[1], Token);
        await held.Reached.WaitAsync(TimeSpan.FromSeconds(5), Token);
        var late = first.AppendAsync(blocks[2], Token);
        var takeOver = storage.Log.TakeOverAsync(3, Token).AsTask();
        held.Dispose();

        var second = await takeOver;
        var seen = (await BlocksOf(second)).Select(block => block.Number).ToArray();
        var acknowledged = new[] { (1, Task.CompletedTask), (2, append), (3, late) };
        foreach (var (number, task) in acknowledged)
        {
            try
            {
                await task;
                Assert.Contains(number, seen);
            }
            catch (LogFencedException)
            {
                Assert.DoesNotContain(number, seen);
            }
        }
    }

    [Fact]
    public async Task However_often_writers_take_over_from_each_other_each_reads_all_that_was_acknowledged()
    {
        await using var storage = await OpenAsync();
        var acknowledged = new List<(int Epoch, long Number)>();
        var writers = new List<Task>();
        for (var i = 0; i < 20; i++)
        {
            var log = await storage.Log.TakeOverAsync(5, Token);
            (int, long)[] before;
            lock (acknowledged)
                before = [.. acknowledged];
            Assert.Subset((await BlocksOf(log)).Select(block => (block.Epoch, block.Number)).ToHashSet(), before.ToHashSet());
            writers.Add(AppendUntilFenced(log));
        }
        var last = await storage.Log.TakeOverAsync(5, Token);
        await Task.WhenAll(writers);

        var all = (await BlocksOf(last)).Select(block => (block.Epoch, block.Number)).ToArray();
        Assert.Equal(all.Distinct().Order(), all);
        Assert.Equal(acknowledged.Order(), all);

        async Task AppendUntilFenced(IShardLog log)
        {
            await Task.Yield();
            try
            {
                foreach (var block in Blocks(log.Epoch, 100_000, bytes: 8))
                {
                    await log.AppendAsync(block, Token);
                    lock (acknowledged)
                        acknowledged.Add((block.Epoch, block.Number));
                }
            }
            catch (LogFencedException)
            {
            }
        }
    }

    [Fact]
    public async Task A_block_that_does_not_follow_the_last_fails_with_all_after_it_until_the_log_is_taken_over()
    {
        await using var storage = await OpenAsync();
        var log = await storage.Log.TakeOverAsync(3, Token);
        var blocks = Blocks(log.Epoch, 4);

        var first = log.AppendAsync(blocks[0], Token);
        var gap = log.AppendAsync(blocks[2], Token);
        var next = log.AppendAsync(blocks[1], Token);

        await first;
        await Assert.ThrowsAsync<InvalidOperationException>(() => gap);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => next);
        var again = await storage.Log.TakeOverAsync(3, Token);
        AssertSame([blocks[0]], await BlocksOf(again));
        await again.AppendAsync(Blocks(again.Epoch, 1)[0], Token);
    }

    [Fact]
    public async Task A_snapshot_replaces_the_one_before_it_whole()
    {
        await using var storage = await OpenAsync();
        var log = await storage.Log.TakeOverAsync(3, Token);
        await log.WriteSnapshotAsync(new(1, 5), [new byte[] { 1 }, new byte[300_000], new byte[] { 3 }], Token);

        await log.WriteSnapshotAsync(new(1, 9), [new byte[] { 7, 8 }], Token);

        var snapshot = await log.ReadSnapshotAsync(Token);
        Assert.Equal(new LogPosition(1, 9), snapshot!.Through);
        Assert.Equal([7, 8], Assert.Single(snapshot.Pieces).ToArray());
    }

    [Fact]
    public async Task A_snapshot_of_no_rows_is_a_snapshot()
    {
        await using var storage = await OpenAsync();
        var log = await storage.Log.TakeOverAsync(3, Token);
        await log.WriteSnapshotAsync(new(1, 5), [new byte[] { 1 }], Token);

        await log.WriteSnapshotAsync(new(1, 9), [], Token);

        var snapshot = await log.ReadSnapshotAsync(Token);
        Assert.Equal(new LogPosition(1, 9), snapshot!.Through);
        Assert.Empty(snapshot.Pieces);
    }

    [Fact]
    public async Task Snapshots_outlive_their_writer_and_the_next_one_replaces_them()
    {
        await using var storage = await OpenAsync();
        var first = await storage.Log.TakeOverAsync(3, Token);
        await first.WriteSnapshotAsync(new(1, 5), [new byte[] { 1 }, new byte[] { 2 }], Token);

        var second = await storage.Log.TakeOverAsync(3, Token);
        Assert.Equal(2, (await second.ReadSnapshotAsync(Token))!.Pieces.Count);
        await second.WriteSnapshotAsync(new(2, 1), [new byte[] { 9 }], Token);

        Assert.Equal([9], Assert.Single((await second.ReadSnapshotAsync(Token))!.Pieces).ToArray());
    }

    [Fact]
    public async Task Trimming_forgets_whole_blocks_and_may_be_repeated()
    {
        await using var storage = await OpenAsync();
        var log = await storage.Log.TakeOverAsync(3, Token);
        foreach (var block in Blocks(log.Epoch, 5, entries: 10))
            await log.AppendAsync(block, Token);

        await log.TrimAsync(new(1, 29), Token);
        await log.TrimAsync(new(1, 29), Token);

        Assert.Equal([3, 4, 5], (await BlocksOf(log)).Select(block => block.Number));
        await log.TrimAsync(new(1, 30), Token);
        Assert.Equal([4, 5], (await BlocksOf(log)).Select(block => block.Number));
    }

    [Fact]
    public async Task Trimming_more_than_one_piece_leaves_what_is_not_covered()
    {
        await using var storage = await OpenAsync();
        var first = await storage.Log.TakeOverAsync(3, Token);
        await Task.WhenAll(Blocks(first.Epoch, 100, bytes: 10_000).Select(block => first.AppendAsync(block, Token)));
        var second = await storage.Log.TakeOverAsync(3, Token);
        await Task.WhenAll(Blocks(second.Epoch, 3).Select(block => second.AppendAsync(block, Token)));

        await second.TrimAsync(new(2, 1), Token);

        Assert.Equal([2, 3], (await BlocksOf(second)).Select(block => block.Number));
    }

    protected static List<LogBlock> Blocks(int epoch, int count, int entries = 1, int bytes = 200) =>
    [
        .. Enumerable.Range(1, count).Select(number =>
        {
            var content = new byte[bytes];
            new Random(number).NextBytes(content);
            BinaryPrimitives.WriteInt32LittleEndian(content, number);
            return new LogBlock(epoch, number, (number - 1L) * entries + 1, entries, content);
        }),
    ];

    protected static async Task<List<LogBlock>> BlocksOf(IShardLog log, LogPosition after = default)
    {
        var blocks = new List<LogBlock>();
        await foreach (var block in log.ReadAsync(after, Token))
            blocks.Add(block);
        return blocks;
    }

    protected static void AssertSame(IReadOnlyList<LogBlock> expected, IReadOnlyList<LogBlock> actual)
    {
        Assert.Equal(expected.Select(block => block with { Bytes = default }), actual.Select(block => block with { Bytes = default }));
        Assert.All(expected.Zip(actual), pair => Assert.True(pair.First.Bytes.Span.SequenceEqual(pair.Second.Bytes.Span)));
    }
}
