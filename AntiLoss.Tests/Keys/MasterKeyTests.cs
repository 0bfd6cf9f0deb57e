using AntiLoss.Domain.Identity;
using AntiLoss.Silo.Keys;
using AntiLoss.Silo.Storage;
using AntiLoss.Silo.Storage.Sqlite;
using AntiLoss.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AntiLoss.Tests.Keys;

/// <summary>The sealed master keys beside the database, and the passphrase that is not.</summary>
public sealed class MasterKeyTests : IDisposable
{
    private static readonly DeviceKey Device = new(new OrganizationNumber(7), DeviceId.FromBytes(new byte[16]));
    private readonly string _folder = SqliteUnderTest.NewFolder();

    private string KeyFile => DataFolder.KeysIn(_folder);

    private string PassphraseFile => SqliteUnderTest.PassphraseOf(_folder);

    public void Dispose() => SqliteUnderTest.Delete(_folder);

    [Fact]
    public async Task A_credential_outlives_a_restart()
    {
        var text = await CredentialAsync();

        Assert.True(await HoldsAsync(text));
    }

    [Fact]
    public async Task The_passphrase_is_outside_the_data_folder_and_for_the_servers_user_only()
    {
        _ = await CredentialAsync();

        var passphrase = (await File.ReadAllTextAsync(PassphraseFile, TestContext.Current.CancellationToken)).Trim();
        Assert.Equal(40, passphrase.Length);
        foreach (var file in Directory.GetFiles(_folder))
            Assert.DoesNotContain(passphrase, await File.ReadAllTextAsync(file, System.Text.Encoding.Latin1, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PassphraseFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
    }

    [Fact]
    public async Task A_wrong_passphrase_is_refused_with_a_sentence_that_names_both_files()
    {
        _ = await CredentialAsync();
        await File.WriteAllTextAsync(PassphraseFile, "another passphrase of some length\n", TestContext.Current.CancellationToken);

        var refused = Refusal();

        Assert.Contains($"The passphrase in {PassphraseFile} does not open {KeyFile}", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_passphrase_is_refused_and_never_made_anew()
    {
        _ = await CredentialAsync();
        File.Delete(PassphraseFile);

        var refused = Refusal();

        Assert.Contains("is missing", refused, StringComparison.Ordinal);
        Assert.False(File.Exists(PassphraseFile));
    }

    [Fact]
    public async Task Missing_keys_are_never_made_anew()
    {
        _ = await CredentialAsync();
        File.Delete(KeyFile);

        Assert.Contains("are missing", Refusal(), StringComparison.Ordinal);
        Assert.False(File.Exists(KeyFile));
    }

    [Fact]
    public async Task A_changed_byte_in_the_keys_is_found()
    {
        _ = await CredentialAsync();
        var text = await File.ReadAllTextAsync(KeyFile, TestContext.Current.CancellationToken);
        var at = text.IndexOf("\"sealed\": \"", StringComparison.Ordinal) + 20;
        await File.WriteAllTextAsync(KeyFile, text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..], TestContext.Current.CancellationToken);

        Assert.Contains("does not open", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_file_that_is_no_key_file_is_refused_and_left_as_it_is()
    {
        _ = await CredentialAsync();
        await File.WriteAllTextAsync(KeyFile, "{", TestContext.Current.CancellationToken);

        Assert.Contains("is damaged", Refusal(), StringComparison.Ordinal);
        Assert.Equal("{", await File.ReadAllTextAsync(KeyFile, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_passphrase_in_the_data_folder_is_refused() =>
        Assert.Contains("may not lie in the data folder", Refusal(Path.Combine(_folder, "passphrase")), StringComparison.Ordinal);

    [Fact]
    public async Task A_rotation_keeps_what_the_old_key_made()
    {
        var old = await CredentialAsync();

        KeyRing.Open(KeyFile, new KeyOptions()).Rotate(TimeProvider.System);

        var young = await CredentialAsync();
        Assert.NotEqual(old, young);
        Assert.True(await HoldsAsync(old));
        Assert.True(await HoldsAsync(young));
    }

    [Fact]
    public async Task A_key_file_of_before_a_rotation_is_refused_once_its_new_key_was_used()
    {
        _ = await CredentialAsync();
        var before = await File.ReadAllBytesAsync(KeyFile, TestContext.Current.CancellationToken);
        KeyRing.Open(KeyFile, new KeyOptions()).Rotate(TimeProvider.System);
        _ = await CredentialAsync();

        await File.WriteAllBytesAsync(KeyFile, before, TestContext.Current.CancellationToken);

        Assert.Contains("lacks master key 2", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void By_default_every_data_folder_has_a_passphrase_of_its_own()
    {
        var one = KeyRing.Create(KeyFile, new KeyOptions(), TimeProvider.System);
        var other = SqliteUnderTest.NewFolder();
        try
        {
            var two = KeyRing.Create(DataFolder.KeysIn(other), new KeyOptions(), TimeProvider.System);
            Assert.NotEqual(one.Passphrase.File, two.Passphrase.File);
            Assert.NotEmpty(KeyRing.Open(KeyFile, new KeyOptions()).Numbers);
            File.Delete(two.Passphrase.File);
        }
        finally
        {
            File.Delete(one.Passphrase.File);
            Directory.Delete(other, recursive: true);
        }
    }

    [Fact]
    public async Task A_forged_credential_never_holds()
    {
        await using var storage = SqliteUnderTest.Open(_folder);
        var keys = storage.Services.GetRequiredService<MasterKeys>();
        var good = Credential.For(keys, Device, 1).ToText(keys);
        for (var at = 0; at < good.Length; at++)
        {
            var forged = good.ToCharArray();
            forged[at] = forged[at] == '7' ? '8' : '7';
            Assert.False(Credential.TryVerify(keys, Device.Device, forged, out _), $"character {at}");
        }
        Assert.False(Credential.TryVerify(keys, new DeviceId(5, 8), good, out _));
        Assert.True(Credential.TryVerify(keys, Device.Device, good.ToLowerInvariant(), out _));
    }

    private async Task<string> CredentialAsync()
    {
        await using var storage = SqliteUnderTest.Open(_folder);
        var keys = storage.Services.GetRequiredService<MasterKeys>();
        return Credential.For(keys, Device, 1).ToText(keys);
    }

    private async Task<bool> HoldsAsync(string text)
    {
        await using var storage = SqliteUnderTest.Open(_folder);
        return Credential.TryVerify(storage.Services.GetRequiredService<MasterKeys>(), Device.Device, text, out _);
    }

    private string Refusal(string? passphraseFile = null) => Assert.Throws<StorageRefusedException>(() =>
    {
        using var storage = new Closing(SqliteUnderTest.Open(_folder, passphraseFile: passphraseFile));
        _ = storage.Storage.Services.GetRequiredService<MasterKeys>();
    }).Message;

    private readonly record struct Closing(SqliteUnderTest Storage) : IDisposable
    {
        public void Dispose() => Storage.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
