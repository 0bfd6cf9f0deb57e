using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Tests.Storage;

/// <summary>What every record store keeps, whatever it is made of.</summary>
public abstract class RecordStoreContract
{
    private static readonly OrganizationNumber Mine = new(7);
    private static readonly OrganizationNumber Theirs = new(8);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract ValueTask<IStorageUnderTest> OpenAsync();

    [Fact]
    public async Task A_record_is_inserted_once_and_the_first_one_stays()
    {
        await using var storage = await OpenAsync();

        Assert.True(await InsertAsync(storage, Mine, "letter", "a", "first"));
        Assert.False(await InsertAsync(storage, Mine, "letter", "a", "second"));
        Assert.True(await InsertAsync(storage, Mine, "letter", "b", ""));

        Assert.Equal("b , a first", await ReadAsync(storage, Mine));
    }

    [Fact]
    public async Task Of_many_that_insert_one_id_at_once_one_does()
    {
        await using var storage = await OpenAsync();

        var inserted = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => InsertAsync(storage, Mine, "letter", "a", $"{i}")));

        Assert.Equal($"a {Array.IndexOf(inserted, true)}", await ReadAsync(storage, Mine));
        Assert.Single(inserted, true);
    }

    [Fact]
    public async Task Records_are_read_from_the_newest_in_pages_by_organization_and_kind()
    {
        await using var storage = await OpenAsync();
        foreach (var id in (string[])["01", "03", "02", "04"])
            await InsertAsync(storage, Mine, "letter", id, "mine");
        await InsertAsync(storage, Theirs, "letter", "05", "theirs");
        await InsertAsync(storage, Mine, "letters", "06", "another kind");

        Assert.Equal("04 mine, 03 mine", await ReadAsync(storage, Mine, limit: 2));
        Assert.Equal("02 mine, 01 mine", await ReadAsync(storage, Mine, before: "03", limit: 2));
        Assert.Equal("", await ReadAsync(storage, Mine, before: "01"));
    }

    [Fact]
    public async Task What_is_replaced_takes_the_place_of_its_id_and_what_is_deleted_with_it_is_gone()
    {
        await using var storage = await OpenAsync();
        foreach (var id in (string[])["01", "02", "03"])
            await InsertAsync(storage, Mine, "letter", id, "first");
        await InsertAsync(storage, Theirs, "letter", "02", "theirs");

        await storage.Records.ReplaceAsync(Mine, "letter", [new("02", "second"u8.ToArray()), new("04", "new"u8.ToArray())], ["01", "09"], Token);
        await storage.Records.ReplaceAsync(Mine, "letter", [], [], Token);

        Assert.Equal("04 new, 03 first, 02 second", await ReadAsync(storage, Mine));
        Assert.Equal("02 theirs", await ReadAsync(storage, Theirs));
    }

    [Fact]
    public async Task Deleting_takes_older_ids_of_that_organization_and_kind()
    {
        await using var storage = await OpenAsync();
        foreach (var id in (string[])["01", "02", "03"])
        {
            await InsertAsync(storage, Mine, "letter", id, "mine");
            await InsertAsync(storage, Theirs, "letter", id, "theirs");
            await InsertAsync(storage, Mine, "letters", id, "another kind");
        }

        Assert.Equal(2, await storage.Records.DeleteBeforeAsync(Mine, "letter", "03", Token));
        Assert.Equal(0, await storage.Records.DeleteBeforeAsync(Mine, "letter", "03", Token));

        Assert.Equal("03 mine", await ReadAsync(storage, Mine));
        Assert.Equal("03 theirs, 02 theirs, 01 theirs", await ReadAsync(storage, Theirs));
        Assert.Equal(3, (await storage.Records.ReadAsync(Mine, "letters", null, 10, Token)).Length);
    }

    [Fact]
    public async Task Of_records_that_go_together_all_are_inserted_or_none()
    {
        await using var storage = await OpenAsync();
        await InsertAsync(storage, Mine, "letter", "02", "first");

        Assert.False(await storage.Records.InsertAllAsync([New("letter", "01"), New("letter", "02")], Token));
        Assert.Equal("02 first", await ReadAsync(storage, Mine));

        Assert.True(await storage.Records.InsertAllAsync([New("letter", "01"), New("letters", "02")], Token));
        Assert.Equal("02 first, 01 new", await ReadAsync(storage, Mine));
    }

    [Fact]
    public async Task Records_are_found_by_id_read_forward_and_deleted_by_id()
    {
        await using var storage = await OpenAsync();
        foreach (var id in (string[])["01", "03", "02"])
            await InsertAsync(storage, Mine, "letter", id, "mine");
        await InsertAsync(storage, Theirs, "letter", "04", "theirs");
        await InsertAsync(storage, Mine, "letters", "05", "another kind");

        Assert.Equal(["02", "03"], (await storage.Records.ReadForwardAsync(Mine, "letter", "02", 10, Token)).Select(record => record.Id));
        Assert.Equal(["01"], (await storage.Records.ReadForwardAsync(Mine, "letter", "", 1, Token)).Select(record => record.Id));
        Assert.Equal(["03"], (await storage.Records.FindAsync(Mine, "letter", ["03", "04", "05"], Token)).Select(record => record.Id));

        await storage.Records.ReplaceAsync(Mine, "letter", [], ["02", "04"], Token);
        Assert.Equal("03 mine, 01 mine", await ReadAsync(storage, Mine));
        Assert.Equal("04 theirs", await ReadAsync(storage, Theirs));
    }

    private static NewRecord New(string kind, string id) => new(new RecordKey(Mine, kind, id), "new"u8.ToArray());

    private static async Task<bool> InsertAsync(IStorageUnderTest storage, OrganizationNumber organization, string kind, string id, string text) =>
        await storage.Records.InsertAsync(new RecordKey(organization, kind, id), System.Text.Encoding.UTF8.GetBytes(text), Token);

    private static async Task<string> ReadAsync(IStorageUnderTest storage, OrganizationNumber organization, string? before = null, int limit = 10) =>
        string.Join(", ", (await storage.Records.ReadAsync(organization, "letter", before, limit, Token))
            .Select(record => $"{record.Id} {System.Text.Encoding.UTF8.GetString(record.Body.Span)}"));
}
