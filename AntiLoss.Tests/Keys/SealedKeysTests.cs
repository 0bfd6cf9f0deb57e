using AntiLoss.Domain.Identity;
using AntiLoss.Silo.Keys;
using AntiLoss.Silo.Storage;

namespace AntiLoss.Tests.Keys;

public sealed class SealedKeysTests : IDisposable
{
    private static readonly DeviceKey Phone = new(new OrganizationNumber(3), new DeviceId(5, 7));

    private readonly string _folder = Directory.CreateTempSubdirectory("antiloss-keys-").FullName;
    private readonly KeyOptions _options;

    public SealedKeysTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "data"));
        _options = new KeyOptions { PassphraseFile = Path.Combine(_folder, "elsewhere", "passphrase") };
    }

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public void Keys_made_at_the_first_start_are_the_same_at_the_next()
    {
        var credential = Credential.For(SealedKeys.Open(Data, _options), Phone, 1).ToText(SealedKeys.Open(Data, _options));

        Assert.True(Credential.TryVerify(SealedKeys.Open(Data, _options), Phone.Device, credential, out var read));
        Assert.Equal(Phone, read.Device);
    }

    [Fact]
    public void A_credential_outlives_the_rotation_of_the_key_that_made_it()
    {
        var before = SealedKeys.Open(Data, _options);
        var credential = Credential.For(before, Phone, 1).ToText(before);

        Assert.Equal(2, SealedKeys.Rotate(Data, _options));

        var after = SealedKeys.Open(Data, _options);
        Assert.Equal(2, after.Current);
        Assert.True(Credential.TryVerify(after, Phone.Device, credential, out _));
        Assert.NotEqual(credential, Credential.For(after, Phone, 1).ToText(after));
    }

    [Fact]
    public void Without_its_passphrase_or_with_another_nothing_opens_and_nothing_is_changed()
    {
        SealedKeys.Open(Data, _options);
        var sealedBytes = File.ReadAllBytes(Path.Combine(Data, SealedKeys.FileName));
        File.WriteAllText(_options.PassphraseFile!, "another\n");
        Assert.Contains("do not open", Assert.Throws<StorageRefusedException>(() => SealedKeys.Open(Data, _options)).Message, StringComparison.Ordinal);

        File.Delete(_options.PassphraseFile!);
        Assert.Contains("is missing", Assert.Throws<StorageRefusedException>(() => SealedKeys.Open(Data, _options)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_options.PassphraseFile));
        Assert.Equal(sealedBytes, File.ReadAllBytes(Path.Combine(Data, SealedKeys.FileName)));
    }

    [Fact]
    public void The_passphrase_is_readable_by_its_owner_only_and_is_not_in_the_data_folder()
    {
        SealedKeys.Open(Data, _options);

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_options.PassphraseFile!));
        var passphrase = File.ReadAllText(_options.PassphraseFile!).Trim();
        Assert.DoesNotContain(Directory.EnumerateFiles(Data), file => File.ReadAllText(file).Contains(passphrase, StringComparison.Ordinal));
    }

    [Fact]
    public void A_forged_credential_never_verifies()
    {
        var keys = SealedKeys.Open(Data, _options);
        var good = Credential.For(keys, Phone, 1).ToText(keys);
        for (var at = 0; at < good.Length; at++)
        {
            var forged = good.ToCharArray();
            forged[at] = forged[at] == '7' ? '8' : '7';
            Assert.False(Credential.TryVerify(keys, Phone.Device, forged, out _), $"character {at}");
        }
        Assert.False(Credential.TryVerify(keys, new DeviceId(5, 8), good, out _));
        Assert.True(Credential.TryVerify(keys, Phone.Device, good.ToLowerInvariant(), out _));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
