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
            await storage.Services.GetRequiredService<DataBackup>().CreateAsync(_backup, Token);
            await stop.CancelAsync();
            await writing;

            Assert.True(before >= 50);
        }
        var manifest = await DataBackup.RestoreAsync(_backup, Restored, Token);

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
        await DataBackup.CreateOfflineAsync(new StorageOptions { Folder = _folder }, _backup, TimeProvider.System, Token);
        var manifest = await DataBackup.RestoreAsync(_backup, Restored, Token);

        await using var restored = SqliteUnderTest.Open(_restored, passphraseFile: manifest.PassphraseFile);
        Assert.True(Credential.TryVerify(restored.Services.GetRequiredService<MasterKeys>(), device.Device, text, out _));
    }

    [Fact]
    public async Task An_offline_backup_is_refused_while_a_server_holds_the_folder()
    {
        await using var storage = SqliteUnderTest.Open(_folder);

        var refused = await Assert.ThrowsAsync<StorageRefusedException>(() =>
            DataBackup.CreateOfflineAsync(new StorageOptions { Folder = _folder }, _backup, TimeProvider.System, Token));

        Assert.Contains("is in use by another AntiLoss process", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_a_backup_nor_a_restore_writes_over_anything()
    {
        await MakeBackupAsync();
        await File.WriteAllTextAsync(Path.Combine(_restored, "mine"), "mine", Token);

        var again = await Assert.ThrowsAsync<StorageRefusedException>(() =>
            DataBackup.CreateOfflineAsync(new StorageOptions { Folder = _folder }, _backup, TimeProvider.System, Token));
        var over = await Assert.ThrowsAsync<StorageRefusedException>(() => DataBackup.RestoreAsync(_backup, Restored, Token));

        Assert.Contains("is not empty", again.Message, StringComparison.Ordinal);
        Assert.Contains("is not empty", over.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(_restored));
    }

    [Fact]
    public async Task A_backup_that_is_not_whole_is_refused()
    {
        await MakeBackupAsync();
        await using (var database = new FileStream(DataFolder.DatabaseIn(_backup), FileMode.Open))
        {
            database.Position = 5000;
            database.WriteByte(0xEE);
        }

        var refused = await Assert.ThrowsAsync<StorageRefusedException>(() => DataBackup.RestoreAsync(_backup, Restored, Token));

        Assert.Contains("is not what was backed up", refused.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(_backup, "backup.json"));
        SqliteUnderTest.Delete(_restored);
        var without = await Assert.ThrowsAsync<StorageRefusedException>(() => DataBackup.RestoreAsync(_backup, Restored, Token));
        Assert.Contains("holds no whole backup", without.Message, StringComparison.Ordinal);
        Directory.CreateDirectory(_restored);
    }

    private async Task MakeBackupAsync()
    {
        await using (var storage = SqliteUnderTest.Open(_folder))
            _ = storage.Services.GetRequiredService<MasterKeys>();
        await DataBackup.CreateOfflineAsync(new StorageOptions { Folder = _folder }, _backup, TimeProvider.System, Token);
    }
}
