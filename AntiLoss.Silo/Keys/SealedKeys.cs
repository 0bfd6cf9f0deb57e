using System.Security.Cryptography;
using System.Text.Json;
using AntiLoss.Domain.Identity;
using AntiLoss.Silo.Storage;

namespace AntiLoss.Silo.Keys;

/// <summary>
/// The master keys at rest, <c>keys.json</c> beside the database: each sealed by AES-256-GCM under a key that
/// PBKDF2-HMAC-SHA256 (600,000 rounds, OWASP's figure) makes of a passphrase which lies elsewhere. Old keys stay: people
/// have typed credentials made from them into phones.
/// </summary>
public static class SealedKeys
{
    /// <summary>Name of the file in the data folder.</summary>
    public const string FileName = "keys.json";

    private const int Rounds = 600_000;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>Opens a data folder's master keys, and makes the first one where there is none.</summary>
    /// <exception cref="StorageRefusedException">The passphrase is missing or wrong, or the file is damaged.</exception>
    public static MasterKeys Open(string dataFolder, KeyOptions options)
    {
        var path = Path.Combine(dataFolder, FileName);
        var passphrasePath = PassphraseFile.PathFor(options, dataFolder);
        if (File.Exists(path))
            return Unseal(Read(path), PassphraseFile.Read(passphrasePath), path, passphrasePath);
        var keys = new Dictionary<byte, byte[]> { [1] = RandomNumberGenerator.GetBytes(MasterKeys.KeyLength) };
        Write(path, Seal(keys, current: 1, PassphraseFile.ReadOrMake(passphrasePath)));
        return new MasterKeys(keys, current: 1);
    }

    /// <summary>Adds a master key that new credentials are made under. The old ones stay. The server reads it at its next start.</summary>
    /// <returns>The new key's number.</returns>
    public static byte Rotate(string dataFolder, KeyOptions options)
    {
        var path = Path.Combine(dataFolder, FileName);
        var passphrasePath = PassphraseFile.PathFor(options, dataFolder);
        var passphrase = PassphraseFile.Read(passphrasePath);
        var keys = UnsealAll(Read(path), passphrase, path, passphrasePath);
        var next = checked((byte)(keys.Keys.Max() + 1));
        keys[next] = RandomNumberGenerator.GetBytes(MasterKeys.KeyLength);
        Write(path, Seal(keys, next, passphrase));
        return next;
    }

    private static MasterKeys Unseal(KeyFile file, string passphrase, string path, string passphrasePath) =>
        new(UnsealAll(file, passphrase, path, passphrasePath), file.Current);

    private static Dictionary<byte, byte[]> UnsealAll(KeyFile file, string passphrase, string path, string passphrasePath)
    {
        using var cipher = new AesGcm(KeyOf(passphrase, file.Salt), TagLength);
        try
        {
            return file.Keys.ToDictionary(pair => pair.Key, pair =>
            {
                var key = new byte[MasterKeys.KeyLength];
                var box = pair.Value.AsSpan();
                cipher.Decrypt(box[..NonceLength], box[NonceLength..^TagLength], box[^TagLength..], key, [pair.Key]);
                return key;
            });
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new StorageRefusedException($"The master keys in {path} do not open with the passphrase in {passphrasePath}: it is another one, or the file is damaged.", exception);
        }
    }

    private static KeyFile Seal(Dictionary<byte, byte[]> keys, byte current, string passphrase)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        using var cipher = new AesGcm(KeyOf(passphrase, salt), TagLength);
        return new KeyFile(1, salt, current, keys.ToDictionary(pair => pair.Key, pair =>
        {
            var box = new byte[NonceLength + MasterKeys.KeyLength + TagLength];
            RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
            cipher.Encrypt(box.AsSpan(0, NonceLength), pair.Value, box.AsSpan(NonceLength, MasterKeys.KeyLength), box.AsSpan(^TagLength..), [pair.Key]);
            return box;
        }));
    }

    private static byte[] KeyOf(string passphrase, byte[] salt) =>
        Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, Rounds, HashAlgorithmName.SHA256, 32);

    private static KeyFile Read(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize<KeyFile>(File.ReadAllBytes(path));
            return file is { Format: 1, Salt: not null, Keys.Count: > 0 } && file.Keys.ContainsKey(file.Current)
                ? file
                : throw new StorageRefusedException($"The master keys in {path} have a format that this version does not know.");
        }
        catch (JsonException exception)
        {
            throw new StorageRefusedException($"The master keys in {path} are damaged.", exception);
        }
    }

    // Written beside and moved into place: a crash leaves the old file or the new one, never half of one.
    private static void Write(string path, KeyFile file)
    {
        var draft = path + ".new";
        using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write))
        {
            stream.Write(JsonSerializer.SerializeToUtf8Bytes(file));
            stream.Flush(flushToDisk: true);
        }
        File.Move(draft, path, overwrite: true);
    }

    private sealed record KeyFile(int Format, byte[] Salt, byte Current, Dictionary<byte, byte[]> Keys);
}
