using System.Text;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;
using AntiLoss.Silo.Storage.Sqlite;

namespace AntiLoss.Tests.Storage;

/// <summary>What was deleted is nowhere in the files, whatever SQLite moved about; what was kept is all there.</summary>
public sealed class SqliteErasureTests : IDisposable
{
    private const string Deleted = "DELETED!";
    private const string Kept = "KEPTKEPT";
    private static readonly DeviceKey Device = new(new OrganizationNumber(7), new DeviceId(1, 2));
    private static readonly DateTimeOffset Day = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly string _folder = SqliteUnderTest.NewFolder();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => SqliteUnderTest.Delete(_folder);

    [Fact]
    public async Task What_was_deleted_is_nowhere_in_the_files()
    {
        await using (var storage = SqliteUnderTest.Open(_folder))
        {
            await FillAsync(storage, 0, 3_000);
            await Task.WhenAll(Enumerable.Range(0, 300).Select(i => storage.Records.InsertAsync(
                new RecordKey(Device.Organization, "dead-letter", $"{i:D26}"), Marked(i < 150 ? Deleted : Kept), Token).AsTask()));

            Assert.Equal(1_500, await storage.Tracks.DeleteBeforeAsync(Device.Organization, Day.AddDays(5), Token));
            Assert.Equal(150, await storage.Records.DeleteBeforeAsync(Device.Organization, "dead-letter", $"{150:D26}", Token));
            await storage.Storage.EraseAsync(Token);

            Assert.Equal(0, Occurrences(Deleted));
            Assert.Equal(1_650, Occurrences(Kept));
        }
        Assert.Equal(0, Occurrences(Deleted));
    }

    [Fact]
    public async Task What_is_free_goes_back_to_the_disk_while_others_write()
    {
        await using (var storage = SqliteUnderTest.Open(_folder))
        {
            await Task.WhenAll(Enumerable.Range(0, 400).Select(i => storage.Records.InsertAsync(
                new RecordKey(Device.Organization, "dead-letter", $"{i:D26}"), new byte[60_000], Token).AsTask()));
            await FillAsync(storage, 0, 400);
            await storage.Records.DeleteBeforeAsync(Device.Organization, "dead-letter", $"{400:D26}", Token);
            Assert.InRange(Pages(storage, "freelist_count"), 5_000, 7_000);

            var writing = FillAsync(storage, 400, 800);
            await storage.Storage.GiveBackAsync(Token);
            await writing;

            Assert.InRange(Pages(storage, "freelist_count"), 1, 1_024);
            Assert.InRange(Pages(storage, "page_count"), 1, 1_500);
            Assert.Equal(800, (await AllAsync(storage)).Length);
            Assert.Equal(["ok"], storage.Storage.Readers.Read(session => session.Texts("PRAGMA integrity_check")));
        }
        Assert.InRange(new FileInfo(DataFolder.DatabaseIn(_folder)).Length, 1, 1_500 * 4_096);

        static long Pages(SqliteUnderTest storage, string which) => storage.Storage.Readers.Read(session => session.Number("PRAGMA " + which));
    }

    [Fact]
    public async Task Erasing_disturbs_neither_those_who_write_nor_those_who_read()
    {
        await using var storage = SqliteUnderTest.Open(_folder);
        await FillAsync(storage, 0, 4_000);
        await storage.Tracks.DeleteBeforeAsync(Device.Organization, Day.AddDays(5), Token);

        var writing = FillAsync(storage, 4_000, 8_000);
        var reads = 0;
        for (var erasing = storage.Storage.EraseAsync(Token); !erasing.IsCompleted || !writing.IsCompleted; reads++)
            Assert.True((await AllAsync(storage)).Length >= 2_000);
        await writing;
        await storage.Tracks.DeleteBeforeAsync(Device.Organization, Day.AddDays(5), Token);
        await storage.Storage.EraseAsync(Token);

        Assert.True(reads > 0);
        var kept = await AllAsync(storage);
        Assert.Equal(Enumerable.Range(0, 8_000).Where(i => i % 10 >= 5).Select(i => (long)i), kept.Select(chunk => chunk.Number).Order());
        Assert.All(kept, chunk => Assert.Equal(Marked(Kept), chunk.Bytes.ToArray()));
        Assert.Equal(0, Occurrences(Deleted));
        Assert.Equal(["ok"], storage.Storage.Readers.Read(session => session.Texts("PRAGMA integrity_check")));
    }

    [Fact]
    public async Task A_reader_that_stays_is_waited_for()
    {
        await using var storage = SqliteUnderTest.Open(_folder);
        await FillAsync(storage, 0, 100);
        await storage.Tracks.DeleteBeforeAsync(Device.Organization, Day.AddDays(5), Token);

        using var reader = SqliteSession.OpenToRead(storage.Database, TimeSpan.FromSeconds(1));
        reader.Run("BEGIN");
        Assert.Equal(50, reader.Number("SELECT count(*) FROM track_chunk"));
        await FillAsync(storage, 100, 110);
        var erasing = storage.Storage.EraseAsync(Token);
        await FillAsync(storage, 110, 120);
        Assert.False(erasing.IsCompleted);
        reader.Run("COMMIT");
        await erasing;
    }

    private static Task FillAsync(SqliteUnderTest storage, int from, int to) => Task.WhenAll(Enumerable.Range(from, to - from).Select(i =>
        storage.Tracks.WriteAsync(
            Device with { Device = new DeviceId((ulong)(i % 37), 1) },
            new StoredChunk(i, Day.AddDays(i % 10), Day.AddDays(i % 10).AddHours(1), 1, Marked(i % 10 < 5 ? Deleted : Kept)),
            Token)));

    private static async Task<StoredChunk[]> AllAsync(SqliteUnderTest storage)
    {
        var chunks = new List<StoredChunk>();
        for (var device = 0UL; device < 37; device++)
            chunks.AddRange(await storage.Tracks.ReadAsync(Device with { Device = new DeviceId(device, 1) }, Day, Day.AddDays(10), Token));
        return [.. chunks];
    }

    private static byte[] Marked(string mark)
    {
        var bytes = new byte[400];
        Encoding.ASCII.GetBytes(mark, bytes.AsSpan(100));
        return bytes;
    }

    private int Occurrences(string mark) => DataFiles.Occurrences(_folder, Encoding.ASCII.GetBytes(mark));
}
