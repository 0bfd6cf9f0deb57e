using System.Diagnostics;
using AntiLoss.Grains.Storage;
using AntiLoss.Silo.Storage;
using AntiLoss.Silo.Storage.Sqlite;

namespace AntiLoss.Tests.Storage;

/// <summary>What can happen to one file: nothing unknown is acknowledged, the cause is named, and it goes on by itself.</summary>
public sealed class SqliteFaultTests : IDisposable
{
    private readonly string _folder = SqliteUnderTest.NewFolder();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Database => DataFolder.DatabaseIn(_folder);

    public void Dispose() => SqliteUnderTest.Delete(_folder);

    [Fact]
    public async Task A_file_that_is_opened_again_has_everything()
    {
        await using (var storage = SqliteUnderTest.Open(_folder))
            await AppendAsync(await storage.Log.TakeOverAsync(0, Token), 1, 20);

        await using var again = SqliteUnderTest.Open(_folder);
        Assert.Equal(20, await CountAsync(again));
    }

    [Fact]
    public async Task Its_files_are_for_the_servers_user_only()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var storage = SqliteUnderTest.Open(_folder);
        await AppendAsync(await storage.Log.TakeOverAsync(0, Token), 1, 1);

        foreach (var file in (string[])[Database, Database + "-wal", Database + "-shm"])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_copy_taken_at_any_moment_has_every_block_that_was_acknowledged_before_it()
    {
        var copy = SqliteUnderTest.NewFolder();
        try
        {
            long acknowledged;
            await using (var storage = SqliteUnderTest.Open(_folder))
            {
                var log = await storage.Log.TakeOverAsync(0, Token);
                using var held = storage.HoldBefore((int)WriteStep.Commit);
                var append = log.AppendAsync(new LogBlock(1, 1, 1, 1, new byte[500]), Token);
                await held!.Reached.WaitAsync(TimeSpan.FromSeconds(10), Token);
                Assert.False(append.IsCompleted);
                held.Dispose();
                await append;
                await AppendAsync(log, 2, 30);
                acknowledged = 30;
                using var middle = storage.HoldBefore((int)WriteStep.Commit);
                var unfinished = log.AppendAsync(new LogBlock(1, 31, 31, 1, new byte[500]), Token);
                await middle!.Reached.WaitAsync(TimeSpan.FromSeconds(10), Token);
                File.Copy(Database, DataFolder.DatabaseIn(copy));
                File.Copy(Database + "-wal", DataFolder.DatabaseIn(copy) + "-wal");
                middle.Dispose();
                await unfinished;
            }
            await using var killed = SqliteUnderTest.Open(copy);
            Assert.Equal(acknowledged, await CountAsync(killed));
        }
        finally
        {
            SqliteUnderTest.Delete(copy);
        }
    }

    [Fact]
    public async Task A_damaged_file_is_refused_and_left_as_it_is()
    {
        await MakeAsync(blocks: 200);
        await OverwriteAsync(4096 * 3, 4096 * 4);

        await AssertRefusedUntouchedAsync("is damaged");
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_as_it_is()
    {
        await File.WriteAllTextAsync(Database, "not a database, but longer than a hundred bytes " + new string('.', 200), Token);

        await AssertRefusedUntouchedAsync("is damaged, or no database at all");
    }

    [Fact]
    public async Task A_newer_file_is_refused_and_left_as_it_is()
    {
        await MakeAsync(blocks: 1);
        using (var session = SqliteSession.OpenToWrite(Database, TimeSpan.Zero))
            session.RunOnce($"PRAGMA user_version = {SqliteSchema.Version + 1}");

        await AssertRefusedUntouchedAsync("was written by a newer AntiLoss");
    }

    [Fact]
    public void An_older_file_is_carried_forward_step_by_step()
    {
        using (var old = new SqliteFile(Database, long.MaxValue).OpenFirst())
            old.RunOnce("INSERT INTO manifest (name, value) VALUES ('kept', 'yes')");

        using var young = new SqliteFile(Database, long.MaxValue) { Steps = [.. SqliteSchema.Steps, "CREATE TABLE more (a INTEGER) STRICT"] }.OpenFirst();

        Assert.Equal(SqliteSchema.Version + 1, young.Number("PRAGMA user_version"));
        Assert.Equal(["yes"], young.Texts("SELECT value FROM manifest WHERE name = 'kept'"));
        Assert.Equal(0, young.Number("SELECT count(*) FROM more"));
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_is_refused_with_a_sentence()
    {
        await using var first = SqliteUnderTest.Open(_folder);

        var refused = Assert.Throws<StorageRefusedException>(() => SqliteUnderTest.Open(_folder));

        Assert.Contains("is in use by another AntiLoss process", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_set_otherwise_is_refused()
    {
        await MakeAsync(blocks: 1);

        Assert.Contains("set AntiLoss__Shards to 16", Assert.Throws<StorageRefusedException>(() => SqliteUnderTest.Open(_folder, shards: 8)).Message, StringComparison.Ordinal);
        Assert.Contains("belongs to the installation 'antiloss'", Assert.Throws<StorageRefusedException>(() => SqliteUnderTest.Open(_folder, serviceId: "other")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_acknowledges_nothing_and_goes_on_when_there_is_room()
    {
        await using var storage = SqliteUnderTest.Open(_folder);
        var log = await storage.Log.TakeOverAsync(0, Token);
        await AppendAsync(log, 1, 3);
        // SQLite's own limit on pages gives the error that a disk without room gives, for this connection.
        await storage.Storage.Writer.WriteAsync(1, session => session.Number($"PRAGMA max_page_count = {session.Number("PRAGMA page_count")}"));

        var refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => log.AppendAsync(new LogBlock(1, 4, 4, 1, new byte[100_000]), Token));

        Assert.Contains("is full", refused.Message, StringComparison.Ordinal);
        Assert.Contains("is full", storage.Health.Trouble, StringComparison.Ordinal);
        Assert.Equal(3, await CountAsync(storage));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => log.AppendAsync(new LogBlock(1, 5, 5, 1, new byte[10]), Token));
        await AppendAsync(await storage.Log.TakeOverAsync(0, Token), 1, 1);
        Assert.Null(storage.Health.Trouble);
    }

    [Fact]
    public async Task A_file_that_another_program_holds_acknowledges_nothing_and_goes_on_when_it_lets_go()
    {
        await using var storage = SqliteUnderTest.Open(_folder);
        var log = await storage.Log.TakeOverAsync(0, Token);
        using (var other = SqliteSession.OpenToWrite(Database, TimeSpan.Zero))
        {
            other.Run("BEGIN EXCLUSIVE");
            var refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => AppendAsync(log, 1, 1));
            Assert.Contains("Another program holds", refused.Message, StringComparison.Ordinal);
            other.Run("ROLLBACK");
        }

        await AppendAsync(await storage.Log.TakeOverAsync(0, Token), 1, 1);
        Assert.Equal(1, await CountAsync(storage));
    }

    [Fact]
    public async Task A_file_that_was_moved_away_acknowledges_nothing_and_goes_on_when_it_is_put_back()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let an open file be moved.");
        await using var storage = SqliteUnderTest.Open(_folder);
        var log = await storage.Log.TakeOverAsync(0, Token);
        await AppendAsync(log, 1, 3);
        File.Move(Database, Database + ".away");

        var moved = await Assert.ThrowsAsync<StorageUnavailableException>(() => AppendAsync(log, 4, 4));
        var gone = await Assert.ThrowsAsync<StorageUnavailableException>(() => AppendAsync(log, 5, 5));
        var stillGone = await Assert.ThrowsAsync<StorageUnavailableException>(() => storage.Log.TakeOverAsync(0, Token).AsTask());

        Assert.Contains("deleted, moved or replaced", moved.Message, StringComparison.Ordinal);
        Assert.Contains("is gone: put it back", stillGone.Message, StringComparison.Ordinal);
        Assert.NotNull(gone);
        Assert.False(File.Exists(Database));
        File.Move(Database + ".away", Database);
        await Eventually(async () => await AppendAsync(await storage.Log.TakeOverAsync(0, Token), 1, 1));
        Assert.InRange(await CountAsync(storage), 4, 5);
    }

    [Fact]
    public async Task A_read_only_file_acknowledges_nothing_and_goes_on_when_it_is_writable()
    {
        await using var storage = SqliteUnderTest.Open(_folder);
        var log = await storage.Log.TakeOverAsync(0, Token);
        Assert.SkipUnless(Immutable(true), "chattr +i is not to be had here.");
        try
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(() => AppendAsync(log, 1, 1));
            Assert.NotNull(storage.Health.Trouble);
        }
        finally
        {
            Immutable(false);
        }
        await Eventually(async () => await AppendAsync(await storage.Log.TakeOverAsync(0, Token), 1, 1));
        Assert.Equal(1, await CountAsync(storage));
    }

    private bool Immutable(bool immutable)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            using var process = Process.Start(new ProcessStartInfo("chattr", [immutable ? "+i" : "-i", Database, Database + "-wal"]) { RedirectStandardError = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task Eventually(Func<Task> act)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await act();
                return;
            }
            catch (StorageUnavailableException) when (Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(10))
            {
                await Task.Yield();
            }
        }
    }

    private async Task MakeAsync(int blocks)
    {
        await using var storage = SqliteUnderTest.Open(_folder);
        await AppendAsync(await storage.Log.TakeOverAsync(0, Token), 1, blocks);
    }

    private async Task OverwriteAsync(int from, int until)
    {
        await using var file = new FileStream(Database, FileMode.Open);
        file.Position = from;
        await file.WriteAsync(Enumerable.Repeat((byte)0x5A, until - from).ToArray(), Token);
    }

    private async Task AssertRefusedUntouchedAsync(string sentence)
    {
        var before = await File.ReadAllBytesAsync(Database, Token);
        Assert.Contains(sentence, Assert.Throws<StorageRefusedException>(() => SqliteUnderTest.Open(_folder)).Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Database, Token));
    }

    private static Task AppendAsync(IShardLog log, int from, int until) => Task.WhenAll(
        Enumerable.Range(from, until - from + 1).Select(number => log.AppendAsync(new LogBlock(log.Epoch, number, number, 1, new byte[500]), Token)));

    private static async Task<long> CountAsync(SqliteUnderTest storage)
    {
        var count = 0L;
        await foreach (var block in (await storage.Log.TakeOverAsync(0, Token)).ReadAsync(default, Token))
            count += block.EntryCount;
        return count;
    }
}
