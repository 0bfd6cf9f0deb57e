using Orleans.Runtime;
using Orleans.Storage;

namespace AntiLoss.Tests.Storage;

/// <summary>What every grain storage keeps, whatever it is made of.</summary>
public abstract class GrainStateContract
{
    private static readonly GrainId Grain = GrainId.Create("device", "7|01J00000000000000000000001");

    protected abstract ValueTask<IStorageUnderTest> OpenAsync();

    [Fact]
    public async Task A_state_that_was_never_written_does_not_exist()
    {
        await using var storage = await OpenAsync();

        var read = await ReadAsync(storage);

        Assert.False(read.RecordExists);
        Assert.Null(read.ETag);
        Assert.NotNull(read.State);
    }

    [Fact]
    public async Task What_was_written_is_read_again()
    {
        await using var storage = await OpenAsync();
        var written = new GrainState<StoredThing>(new StoredThing { Name = "驾驶员", Numbers = [1, 2, 3] });

        await storage.States.WriteStateAsync("thing", Grain, written);

        var read = await ReadAsync(storage);
        Assert.True(read.RecordExists);
        Assert.Equal(written.ETag, read.ETag);
        Assert.Equal("驾驶员", read.State!.Name);
        Assert.Equal([1, 2, 3], read.State!.Numbers);
    }

    [Fact]
    public async Task A_writer_with_an_old_etag_is_refused_and_changes_nothing()
    {
        await using var storage = await OpenAsync();
        var mine = await ReadAsync(storage);
        var theirs = await ReadAsync(storage);
        theirs.State = new StoredThing { Name = "theirs" };
        await storage.States.WriteStateAsync("thing", Grain, theirs);

        mine.State = new StoredThing { Name = "mine" };
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.States.WriteStateAsync("thing", Grain, mine));

        Assert.Equal("theirs", (await ReadAsync(storage)).State!.Name);
        await storage.States.WriteStateAsync("thing", Grain, theirs);
        var stale = await ReadAsync(storage);
        await storage.States.WriteStateAsync("thing", Grain, theirs);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.States.WriteStateAsync("thing", Grain, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.States.ClearStateAsync("thing", Grain, stale));
    }

    [Fact]
    public async Task A_writer_of_before_a_clearing_never_wins()
    {
        await using var storage = await OpenAsync();
        var early = new GrainState<StoredThing>(new StoredThing { Name = "early" });
        await storage.States.WriteStateAsync("thing", Grain, early);
        var clearing = await ReadAsync(storage);

        await storage.States.ClearStateAsync("thing", Grain, clearing);
        Assert.False(clearing.RecordExists);
        Assert.False((await ReadAsync(storage)).RecordExists);
        clearing.State = new StoredThing { Name = "new" };
        await storage.States.WriteStateAsync("thing", Grain, clearing);

        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.States.WriteStateAsync("thing", Grain, early));
        Assert.Equal("new", (await ReadAsync(storage)).State!.Name);
    }

    [Fact]
    public async Task One_refused_write_does_not_hurt_those_that_share_its_transaction()
    {
        await using var storage = await OpenAsync();
        await storage.States.WriteStateAsync("thing", Grain, new GrainState<StoredThing>(new StoredThing { Name = "first" }));

        var writes = Enumerable.Range(0, 200).Select(i => storage.States.WriteStateAsync(
            "thing",
            i % 2 == 0 ? Grain : GrainId.Create("device", $"7|{i}"),
            new GrainState<StoredThing>(new StoredThing { Name = $"{i}" }))).ToArray();
        await Task.WhenAny(Task.WhenAll(writes));

        Assert.All(writes.Where((_, i) => i % 2 == 0), write => Assert.IsType<InconsistentStateException>(write.Exception!.InnerException));
        Assert.All(writes.Where((_, i) => i % 2 == 1), write => Assert.True(write.IsCompletedSuccessfully));
        Assert.Equal("first", (await ReadAsync(storage)).State!.Name);
    }

    private static async Task<GrainState<StoredThing>> ReadAsync(IStorageUnderTest storage)
    {
        var state = new GrainState<StoredThing>();
        await storage.States.ReadStateAsync("thing", Grain, state);
        return state;
    }
}

/// <summary>A state like those of our grains.</summary>
[GenerateSerializer, Immutable, Alias("stored-thing")]
public sealed record StoredThing
{
    [Id(0)] public string Name { get; init; } = "";
    [Id(1)] public ImmutableArray<int> Numbers { get; init; } = [];
}
