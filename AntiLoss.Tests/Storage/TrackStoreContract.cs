using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Tests.Storage;

/// <summary>What every track store keeps, whatever it is made of.</summary>
public abstract class TrackStoreContract
{
    private static readonly DeviceKey Device = new(new OrganizationNumber(7), new DeviceId(1, 2));
    private static readonly DateTimeOffset Day = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract ValueTask<IStorageUnderTest> OpenAsync();

    [Fact]
    public async Task A_chunk_written_again_replaces_itself()
    {
        await using var storage = await OpenAsync();
        await storage.Tracks.WriteAsync(Device, Chunk(1, 0, 1, "first"), Token);
        await storage.Tracks.WriteAsync(Device, Chunk(1, 0, 2, "second"), Token);

        Assert.Equal("1 second", Told(await AllAsync(storage)));
        var read = await storage.Tracks.ReadAsync(Device, 1, Token);
        Assert.Equal((Day, Day.AddHours(2), 3), (read!.FirstFixAt, read.LastFixAt, read.Count));
        Assert.Null(await storage.Tracks.ReadAsync(Device, 2, Token));
    }

    [Fact]
    public async Task Chunks_are_read_by_what_they_overlap_in_order_of_number_and_each_phone_alone()
    {
        await using var storage = await OpenAsync();
        var others = new[] { Device with { Device = new DeviceId(1, 3) }, Device with { Organization = new OrganizationNumber(8) } };
        foreach (var other in others)
            await storage.Tracks.WriteAsync(other, Chunk(1, 0, 100, "other"), Token);
        foreach (var number in (long[])[3, -5, 1, 2])
            await storage.Tracks.WriteAsync(Device, Chunk(number, number * 10, (number * 10) + 5, "mine"), Token);

        Assert.Equal("-5 mine, 1 mine, 2 mine, 3 mine", Told(await AllAsync(storage)));
        Assert.Equal("2 mine", Told(await storage.Tracks.ReadAsync(Device, Day.AddHours(16), Day.AddHours(29), Token)));
        Assert.Equal("1 mine, 2 mine", Told(await storage.Tracks.ReadAsync(Device, Day.AddHours(15), Day.AddHours(20), Token)));
    }

    [Fact]
    public async Task What_was_never_joined_is_read_from_the_lowest_number_on()
    {
        await using var storage = await OpenAsync();
        foreach (var number in (long[])[-5, 0, 3, 1, 4, 2])
            await storage.Tracks.WriteAsync(Device, Chunk(number, 0, 1, "mine"), Token);

        Assert.Equal("0 mine, 1 mine, 2 mine, 3 mine", Told(await storage.Tracks.ReadUnjoinedAsync(Device, 4, 10, Token)));
        Assert.Equal("0 mine, 1 mine", Told(await storage.Tracks.ReadUnjoinedAsync(Device, 4, 2, Token)));
    }

    [Fact]
    public async Task Joining_replaces_chunks_and_may_be_repeated()
    {
        await using var storage = await OpenAsync();
        foreach (var number in (long[])[1, 2, 3])
            await storage.Tracks.WriteAsync(Device, Chunk(number, 0, 1, "mine"), Token);

        for (var times = 0; times < 2; times++)
        {
            await storage.Tracks.JoinAsync(Device, [1, 2], [Chunk(-9, 0, 1, "joined")], Token);
            Assert.Equal("-9 joined, 3 mine", Told(await AllAsync(storage)));
        }
        await storage.Tracks.JoinAsync(Device, [3], [Chunk(-9, 0, 1, "joined again")], Token);
        Assert.Equal("-9 joined again", Told(await AllAsync(storage)));
    }

    [Fact]
    public async Task No_reader_sees_a_join_half_done()
    {
        await using var storage = await OpenAsync();
        await storage.Tracks.WriteAsync(Device, Chunk(0, 0, 1, "0"), Token);
        var joining = Task.Run(
            async () =>
            {
                for (var number = 1; number <= 200; number++)
                    await storage.Tracks.JoinAsync(Device, [number - 1], [Chunk(number, 0, 1, $"{number}")], Token);
            },
            Token);

        var reads = 0;
        for (; !joining.IsCompleted; reads++)
            Assert.Single(await AllAsync(storage));
        await joining;
        Assert.True(reads > 0);
        Assert.Equal("200 200", Told(await AllAsync(storage)));
    }

    [Fact]
    public async Task Deleting_takes_chunks_that_are_wholly_older_of_that_organization()
    {
        await using var storage = await OpenAsync();
        var other = Device with { Organization = new OrganizationNumber(8) };
        await storage.Tracks.WriteAsync(other, Chunk(1, 0, 1, "other"), Token);
        await storage.Tracks.WriteAsync(Device, Chunk(-9, 0, 9, "old"), Token);
        await storage.Tracks.WriteAsync(Device, Chunk(1, 0, 10, "on the line"), Token);
        await storage.Tracks.WriteAsync(Device, Chunk(2, 5, 15, "half"), Token);

        Assert.Equal(1, await storage.Tracks.DeleteBeforeAsync(Device.Organization, Day.AddHours(10), Token));
        Assert.Equal(0, await storage.Tracks.DeleteBeforeAsync(Device.Organization, Day.AddHours(10), Token));

        Assert.Equal("1 on the line, 2 half", Told(await AllAsync(storage)));
        Assert.NotNull(await storage.Tracks.ReadAsync(other, 1, Token));
    }

    private static StoredChunk Chunk(long number, double firstHour, double lastHour, string text) =>
        new(number, Day.AddHours(firstHour), Day.AddHours(lastHour), 3, System.Text.Encoding.UTF8.GetBytes(text));

    private static async Task<ImmutableArray<StoredChunk>> AllAsync(IStorageUnderTest storage) =>
        await storage.Tracks.ReadAsync(Device, Day.AddYears(-1), Day.AddYears(1), Token);

    private static string Told(ImmutableArray<StoredChunk> chunks) =>
        string.Join(", ", chunks.Select(chunk => $"{chunk.Number} {System.Text.Encoding.UTF8.GetString(chunk.Bytes.Span)}"));
}
