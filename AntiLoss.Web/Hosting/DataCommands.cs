using AntiLoss.Silo.Keys;
using AntiLoss.Silo.Storage;
using AntiLoss.Web.Accounts;

namespace AntiLoss.Web.Hosting;

/// <summary>What the program does with a data folder besides running on it; it tells in sentences what it did.</summary>
internal static class DataCommands
{
    public static void Run(ServerCommand command, IConfiguration configuration)
    {
        var storage = configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        var keys = configuration.GetSection(KeyOptions.Section).Get<KeyOptions>() ?? new KeyOptions();
        foreach (var line in command.Verb switch
        {
            Verb.Backup => Backup(command.Object, storage),
            Verb.Restore => Restore(command, storage, keys),
            Verb.PasswordLink => LinkTo(command.Object, storage, configuration),
            _ => RotateKeys(storage, keys),
        })
            Console.WriteLine(line);
    }

    private static IEnumerable<string> Backup(string folder, StorageOptions storage)
    {
        var manifest = DataBackup.Create(storage, folder, TimeProvider.System);
        yield return $"The backup of {manifest.MadeAt:u} is in {Path.GetFullPath(folder)}.";
        yield return $"Its keys need the passphrase in {manifest.PassphraseFile}, which is not in it: keep a copy of that file in another place.";
    }

    private static IEnumerable<string> Restore(ServerCommand command, StorageOptions storage, KeyOptions keys)
    {
        var restored = DataBackup.Restore(command.Object, storage, command.Replace, TimeProvider.System);
        yield return $"The backup of {restored.Manifest.MadeAt:u} is in the data folder {Path.GetFullPath(storage.Folder)}.";
        if (restored.Aside is { } aside)
            yield return $"What was there before is in {aside}: delete it when nobody needs it any more.";
        yield return OfflineKeys.TroubleIn(storage, keys) is { } trouble
            ? $"Before the server starts: {trouble}"
            : "Its passphrase is here and opens its keys: the server can start.";
    }

    private static IEnumerable<string> RotateKeys(StorageOptions storage, KeyOptions keys)
    {
        var number = OfflineKeys.Rotate(storage, keys, TimeProvider.System);
        yield return $"Master key {number} makes the credentials of phones that are enrolled or rotated from now on; all others stay good.";
        yield return "Make a backup: once the server has started, older copies of keys.json are refused.";
    }

    private static IEnumerable<string> LinkTo(string email, StorageOptions storage, IConfiguration configuration)
    {
        if (!Directory.Exists(storage.Folder))
            throw new StorageRefusedException($"There is no data folder {Path.GetFullPath(storage.Folder)}: set AntiLoss__Storage__Folder.");
        var path = new PasswordLink(storage.Folder, TimeProvider.System).Make(email);
        yield return $"Once, and within an hour, this sets a new password for {email}: {PublicUrl.From(configuration).Of(path)}";
    }
}
