using System.Security.Cryptography;
using System.Text;
using AntiLoss.Domain.Identity;
using AntiLoss.Silo.Storage;

namespace AntiLoss.Silo.Keys;

/// <summary>The file that holds the passphrase of a data folder's master keys.</summary>
internal static class PassphraseFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The path that is set, or the default one of a data folder: named by a hash of its path, so that two never share.</summary>
    public static string PathFor(KeyOptions options, string dataFolder)
    {
        if (!string.IsNullOrWhiteSpace(options.PassphraseFile))
            return Path.GetFullPath(options.PassphraseFile);
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(dataFolder))))[..16];
        var configuration = Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(configuration.Length > 0 ? configuration : Path.GetTempPath(), "antiloss", $"{name}.passphrase");
    }

    /// <summary>The passphrase in the file.</summary>
    /// <exception cref="StorageRefusedException">There is no such file, or its first line is empty.</exception>
    public static string Read(string path)
    {
        if (!File.Exists(path))
            throw new StorageRefusedException($"The master keys are sealed, and their passphrase file {path} is missing. Put it back, or name another one in AntiLoss__Keys__PassphraseFile.");
        var passphrase = File.ReadLines(path).FirstOrDefault()?.Trim();
        return string.IsNullOrEmpty(passphrase)
            ? throw new StorageRefusedException($"The first line of the passphrase file {path} is empty.")
            : passphrase;
    }

    /// <summary>The passphrase in the file, which is made, readable by its owner only, if there is none.</summary>
    public static string ReadOrMake(string path)
    {
        if (File.Exists(path))
            return Read(path);
        var folder = Path.GetDirectoryName(path)!;
        var passphrase = Base32.Encode(RandomNumberGenerator.GetBytes(32));
        var creation = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
            creation.UnixCreateMode = OwnerOnly;
        }
        using var file = new FileStream(path, creation);
        file.Write(Encoding.UTF8.GetBytes(passphrase + "\n"));
        file.Flush(flushToDisk: true);
        return passphrase;
    }
}
