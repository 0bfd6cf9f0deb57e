using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;
using AntiLoss.Silo.Storage;
using AntiLoss.Silo.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace AntiLoss.Tests.Storage;

/// <summary>Backups of a running and of a stopped server, and their restore.</summary>
public sealed class DataBackupTests : IDisposable
{
    private readonly string _folder = SqliteUnderTest.NewFolder();
    private readonly string _backup = SqliteUnderTest.NewFolder();
    private readonly string _restored = SqliteUnderTest.NewFolder();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private StorageOptions Original => new() { Folder = _folder };

    private StorageOptions Restored => new() { Folder = _restored };

    public void Dispose()
    {
        SqliteUnderTest.Delete(_folder);
        SqliteUnderTest.Delete(_backup);
        SqliteUnderTest.Delete(_restored);
    }

    [Fact]
    public async Task A_backup_made_while_writing_holds_a_run_of_blocks_from_the_first_on()
    {
        await using (var storage = SqliteUnderTest.Open(_folder))
        {
            _ = storage.Services.GetRequiredService<MasterKeys>();
            var log = await storage.Log.TakeOverAsync(0, Token);
            var acknowledged = 0L;
            using var stop = new CancellationTokenSource();
            var writing = Task.Run(async () =>
            {
                for (var number = 1L; !stop.IsCancellationRequested; number++)
                {
                    await log.AppendAsync(new LogBlock(log.Epoch, number, number, 1, new byte[1000]), Token);
                    Volatile.Write(ref acknowledged, number);
                }
            }, Token);
            while (Volatile.Read(ref acknowledged) < 50)
                await Task.Yield();
            var before = Volatile.Read(ref acknowledged);
            await Task.Run(() => DataBackup.Create(Original, _backup, TimeProvider.System), Token);
            await stop.CancelAsync();
            await writing;

            Assert.True(before >= 50);
        }
        var manifest = Restore().Manifest;

        Assert.Equal(SqliteUnderTest.PassphraseOf(_folder), manifest.PassphraseFile);
        await using var restored = SqliteUnderTest.Open(_restored, passphraseFile: manifest.PassphraseFile);
        _ = restored.Services.GetRequiredService<MasterKeys>();
        var numbers = new List<long>();
        await foreach (var block in (await restored.Log.TakeOverAsync(0, Token)).ReadAsync(default, Token))
            numbers.Add(block.Number);
        Assert.True(numbers.Count >= 50);
        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => (long)number), numbers);
    }

    [Fact]
    public async Task A_credential_holds_after_a_restore()
    {
        var device = new DeviceKey(new OrganizationNumber(7), new DeviceId(1, 2));
        string text;
        await using (var storage = SqliteUnderTest.Open(_folder))
        {
            var keys = storage.Services.GetRequiredService<MasterKeys>();
            text = Credential.For(keys, device, 1).ToText(keys);
        }
        DataBackup.Create(Original, _backup, TimeProvider.System);
        var manifest = Restore().Manifest;

        await using var restored = SqliteUnderTest.Open(_restored, passphraseFile: manifest.PassphraseFile);
        Assert.True(Credential.TryVerify(restored.Services.GetRequiredService<MasterKeys>(), device.Device, text, out _));
    }

    [Fact]
    public async Task A_backup_of_a_killed_servers_data_has_what_its_write_ahead_log_has()
    {
        var killed = SqliteUnderTest.NewFolder();
        try
        {
            await using (var storage = SqliteUnderTest.Open(_folder))
            {
                _ = storage.Services.GetRequiredService<MasterKeys>();
                await (await storage.Log.TakeOverAsync(0, Token)).AppendAsync(new LogBlock(1, 1, 1, 1, new byte[1000]), Token);
                foreach (var name in (string[])[DataFolder.DatabaseName, DataFolder.DatabaseName + "-wal", DataFolder.KeysName])
                    File.Copy(Path.Combine(_folder, name), Path.Combine(killed, name));
            }
            DataBackup.Create(new StorageOptions { Folder = killed }, _backup, TimeProvider.System);
            _ = Restore();

            await using var restored = SqliteUnderTest.Open(_restored, passphraseFile: SqliteUnderTest.PassphraseOf(_folder));
            Assert.Equal(1, await (await restored.Log.TakeOverAsync(0, Token)).ReadAsync(default, Token).CountAsync(Token));
        }
        finally
        {
            Directory.Delete(killed, recursive: true);
        }
    }

    [Fact]
    public async Task A_backup_is_not_made_over_anything_nor_of_nothing()
    {
        await MakeBackupAsync();

        Assert.Contains("is not empty", Refusal(() => DataBackup.Create(Original, _backup, TimeProvider.System)), StringComparison.Ordinal);
        Assert.Equal(3, Directory.GetFiles(_backup).Length);
        var nowhere = Path.Combine(_restored, "mistyped");
        Assert.Contains("There is no database in", Refusal(() => DataBackup.Create(new StorageOptions { Folder = nowhere }, _backup, TimeProvider.System)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(nowhere));
    }

    [Fact]
    public async Task Damaged_data_makes_no_backup()
    {
        await MakeBackupAsync();
        await DamageAsync(DataFolder.DatabaseIn(_folder));
        var target = Path.Combine(_restored, "backup");

        Assert.Contains("damaged", Refusal(() => DataBackup.Create(Original, target, TimeProvider.System)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(target));
    }

    [Fact]
    public async Task A_restore_over_data_is_refused_and_with_leave_moves_it_aside()
    {
        await MakeBackupAsync();
        await using (var storage = SqliteUnderTest.Open(_folder))
        {
            var refused = Refusal(() => DataBackup.Restore(_backup, Original, replace: true, TimeProvider.System));
            Assert.Contains("in use by another AntiLoss process", refused, StringComparison.Ordinal);
        }
        Directory.CreateDirectory(Path.Combine(_folder, "basemaps"));
        var before = await File.ReadAllBytesAsync(DataFolder.DatabaseIn(_folder), Token);

        Assert.Contains("is there already", Refusal(() => DataBackup.Restore(_backup, Original, replace: false, TimeProvider.System)), StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(DataFolder.DatabaseIn(_folder), Token));
        var aside = DataBackup.Restore(_backup, Original, replace: true, TimeProvider.System).Aside;

        Assert.Equal(before, await File.ReadAllBytesAsync(DataFolder.DatabaseIn(aside!), Token));
        Assert.Equal(
            await File.ReadAllBytesAsync(DataFolder.DatabaseIn(_backup), Token), await File.ReadAllBytesAsync(DataFolder.DatabaseIn(_folder), Token));
        Assert.True(Directory.Exists(Path.Combine(_folder, "basemaps")));
    }

    [Fact]
    public async Task A_backup_that_is_damaged_newer_or_not_whole_is_refused_and_the_data_stays()
    {
        await MakeBackupAsync();
        var manifest = Path.Combine(_backup, "backup.json");
        var text = await File.ReadAllTextAsync(manifest, Token);
        var before = Directory.GetFileSystemEntries(_folder).Order().ToList();

        await File.WriteAllTextAsync(manifest, text.Replace("\"schema\": 1", "\"schema\": 1000", StringComparison.Ordinal), Token);
        Assert.Contains("was made by a newer AntiLoss", Refusal(Replace), StringComparison.Ordinal);
        await File.WriteAllTextAsync(manifest, text, Token);
        await DamageAsync(DataFolder.DatabaseIn(_backup));
        Assert.Contains("is not what was backed up", Refusal(Replace), StringComparison.Ordinal);
        File.Delete(manifest);
        Assert.Contains("holds no whole backup", Refusal(Replace), StringComparison.Ordinal);

        Assert.Equal(before, Directory.GetFileSystemEntries(_folder).Order());

        void Replace() => DataBackup.Restore(_backup, Original, replace: true, TimeProvider.System);
    }

    private static string Refusal(Action action) => Assert.Throws<StorageRefusedException>(action).Message;

    private static async Task DamageAsync(string database)
    {
        await using var file = new FileStream(database, FileMode.Open);
        file.Position = 4096;
        await file.WriteAsync(new byte[8192].Select(_ => (byte)0xEE).ToArray(), Token);
    }

    private RestoredBackup Restore() => DataBackup.Restore(_backup, Restored, replace: false, TimeProvider.System);

    private async Task MakeBackupAsync()
    {
        await using (var storage = SqliteUnderTest.Open(_folder))
            _ = storage.Services.GetRequiredService<MasterKeys>();
        DataBackup.Create(Original, _backup, TimeProvider.System);
    }
}
