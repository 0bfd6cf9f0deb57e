using System.Security.Cryptography;
using System.Text;
using AntiLoss.Domain.Identity;
using AntiLoss.Silo.Storage;

namespace AntiLoss.Silo.Keys;

/// <summary>The passphrase of the sealed keys, and where it was read.</summary>
internal sealed class Passphrase
{
    private const int LeastLength = 16;
    private const int RandomBytes = 25;

    private readonly string _text;

    private Passphrase(PassphraseName name, string text) => (Name, _text) = (name, text);

    public PassphraseName Name { get; }

    /// <summary>
    /// The passphrase for keys that are about to be made: read, or made where it is not there.
    /// </summary>
    /// <exception cref="StorageRefusedException">It cannot be read or made, or would lie in the data folder.</exception>
    public static Passphrase ForNewKeys(KeyOptions options, string dataFolder)
    {
        var id = options.PassphraseFile is null ? Base32.Encode(RandomNumberGenerator.GetBytes(10)) : "";
        var file = Path.GetFullPath(options.PassphraseFile ?? DefaultFile(id));
        if (IsWithin(file, dataFolder))
            throw new StorageRefusedException($"The passphrase {file} may not lie in the data folder, where a copy of the data would have it too: set AntiLoss__Keys__PassphraseFile to a file elsewhere.");
        if (!File.Exists(file))
            Make(file);
        return Read(new PassphraseName(id, file));
    }

    /// <summary>The passphrase of keys that are there.</summary>
    /// <exception cref="StorageRefusedException">It is missing or cannot be read.</exception>
    public static Passphrase ForKeys(KeyOptions options, PassphraseName name, string keyFile)
    {
        var file = options.PassphraseFile ?? (name.Id.Length > 0 && !File.Exists(name.File) ? DefaultFile(name.Id) : name.File);
        return File.Exists(file)
            ? Read(name with { File = Path.GetFullPath(file) })
            : throw new StorageRefusedException($"The passphrase of {keyFile} is missing: it was in {name.File}. Put that file back, or set AntiLoss__Keys__PassphraseFile to a copy of it.");
    }

    /// <summary>
    /// The 256-bit key that seals. PBKDF2 with SHA-256 and 600,000 rounds, from the framework itself: the passphrase that
    /// we make has 200 random bits, so that no derivation is the weak place, and one of the operator's own is slow
    /// enough to guess; Argon2id would add a native library for that second case alone.
    /// </summary>
    public byte[] SealingKey(byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(_text), salt, iterations, HashAlgorithmName.SHA256, 32);

    private static string DefaultFile(string id)
    {
        var folder = Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return folder.Length > 0
            ? Path.Combine(folder, "antiloss", $"{id}.passphrase")
            : throw new StorageRefusedException("The server's user has no home folder to keep the passphrase of the master keys in: set AntiLoss__Keys__PassphraseFile to a file outside the data folder.");
    }

    private static void Make(string file)
    {
        try
        {
            PrivateFile.MakeFolder(Path.GetDirectoryName(file)!);
            PrivateFile.Write(file, Encoding.ASCII.GetBytes(Base32.Encode(RandomNumberGenerator.GetBytes(RandomBytes)) + "\n"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageRefusedException($"The passphrase of the master keys cannot be written to {file}: {error.Message} Set AntiLoss__Keys__PassphraseFile to a file that the server's user can read.", error);
        }
    }

    private static Passphrase Read(PassphraseName name)
    {
        try
        {
            var text = File.ReadLines(name.File).FirstOrDefault("").Trim();
            return text.Length >= LeastLength
                ? new Passphrase(name, text)
                : throw new StorageRefusedException($"The first line of {name.File} is no passphrase: it needs at least {LeastLength} characters.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageRefusedException($"The passphrase {name.File} cannot be read: {error.Message}", error);
        }
    }

    private static bool IsWithin(string file, string folder) =>
        file.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
