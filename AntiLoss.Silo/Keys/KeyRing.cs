using System.Security.Cryptography;
using System.Text;
using AntiLoss.Domain.Identity;
using AntiLoss.Silo.Storage;

namespace AntiLoss.Silo.Keys;

/// <summary>
/// The opened master keys of a data folder. A rotation adds a key for new credentials and keeps the old ones: people
/// typed what was made from them into phones.
/// </summary>
internal sealed class KeyRing
{
    private const int Iterations = 600_000;

    private readonly string _path;
    private readonly SealedKeyFile _file;
    private readonly byte[] _sealingKey;

    private KeyRing(string path, SealedKeyFile file, byte[] sealingKey) => (_path, _file, _sealingKey) = (path, file, sealingKey);

    /// <summary>Where the passphrase was read.</summary>
    public PassphraseName Passphrase => _file.Passphrase;

    public IEnumerable<byte> Numbers => _file.Keys.Select(key => key.Number);

    /// <summary>Makes the first key, and seals it.</summary>
    public static KeyRing Create(string path, KeyOptions options, TimeProvider time)
    {
        var passphrase = Keys.Passphrase.ForNewKeys(options, Path.GetDirectoryName(path)!);
        var file = new SealedKeyFile
        {
            Format = SealedKeyFile.CurrentFormat,
            Passphrase = passphrase.Name,
            Salt = RandomNumberGenerator.GetBytes(16),
            Iterations = Iterations,
            Current = 0,
            Keys = [],
        };
        return new KeyRing(path, file, passphrase.SealingKey(file.Salt, file.Iterations)).Rotate(time);
    }

    /// <summary>Opens the keys that are there.</summary>
    /// <exception cref="StorageRefusedException">The passphrase is missing or wrong, or the file is damaged.</exception>
    public static KeyRing Open(string path, KeyOptions options)
    {
        var file = SealedKeyFile.Read(path);
        var passphrase = Keys.Passphrase.ForKeys(options, file.Passphrase, path);
        var ring = new KeyRing(path, file, passphrase.SealingKey(file.Salt, file.Iterations));
        try
        {
            _ = ring.Unseal();
            return ring;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new StorageRefusedException($"The passphrase in {passphrase.Name.File} does not open {path}: it was sealed under the one that was then in {file.Passphrase.File}. Set AntiLoss__Keys__PassphraseFile to that one.", error);
        }
    }

    /// <summary>The keys, for credentials.</summary>
    public MasterKeys Unseal() => new(_file.Keys.Select(key => KeyValuePair.Create(key.Number, Unseal(key))), _file.Current);

    /// <summary>Adds a key for new credentials, keeps the others, and writes the file.</summary>
    public KeyRing Rotate(TimeProvider time)
    {
        if (_file.Keys.Length >= byte.MaxValue)
            throw new InvalidOperationException($"There is room for {byte.MaxValue} master keys.");
        var number = (byte)(_file.Keys.Select(key => (int)key.Number).DefaultIfEmpty(0).Max() + 1);
        var key = new SealedKey(number, time.GetUtcNow(), Seal(number, RandomNumberGenerator.GetBytes(MasterKeys.KeyLength)));
        var file = _file with { Current = number, Keys = _file.Keys.Add(key) };
        try
        {
            file.Write(_path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageRefusedException($"{_path} cannot be written: {error.Message}", error);
        }
        return new KeyRing(_path, file, _sealingKey);
    }

    private byte[] Seal(byte number, byte[] key) => SealedBytes.Seal(_sealingKey, key, Binding(number));

    private byte[] Unseal(SealedKey sealedKey) => SealedBytes.Open(_sealingKey, sealedKey.Sealed.AsSpan(), Binding(sealedKey.Number)) is { Length: MasterKeys.KeyLength } key
        ? key
        : throw new CryptographicException("A sealed key has another length.");

    private static byte[] Binding(byte number) => [.. Encoding.ASCII.GetBytes("antiloss/master-key/"), number];
}
