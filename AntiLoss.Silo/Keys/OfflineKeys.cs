using AntiLoss.Domain.Identity;
using AntiLoss.Silo.Storage;
using AntiLoss.Silo.Storage.Sqlite;

namespace AntiLoss.Silo.Keys;

/// <summary>The sealed master keys of a data folder that no server uses.</summary>
public static class OfflineKeys
{
    /// <summary>Adds a master key for the credentials of phones that are enrolled from now on; those of older keys stay good.</summary>
    /// <returns>The new key's number.</returns>
    /// <exception cref="StorageRefusedException">A server holds the folder, or the keys cannot be opened or written.</exception>
    public static byte Rotate(StorageOptions storage, KeyOptions options, TimeProvider time)
    {
        DataFolder.RequireDatabase(storage.Folder);
        using var held = DataFolder.Hold(storage.Folder);
        return KeyRing.Open(held.Keys, options).Rotate(time).Numbers.Max();
    }

    /// <summary>The opened keys, whether or not a server runs on the folder.</summary>
    /// <exception cref="StorageRefusedException">They cannot be opened.</exception>
    public static MasterKeys Open(StorageOptions storage, KeyOptions options) => KeyRing.Open(DataFolder.KeysIn(Path.GetFullPath(storage.Folder)), options).Unseal();

    /// <summary>Why the folder's keys cannot be opened here, in one sentence; null if they can.</summary>
    public static string? TroubleIn(StorageOptions storage, KeyOptions options)
    {
        try
        {
            _ = KeyRing.Open(DataFolder.KeysIn(Path.GetFullPath(storage.Folder)), options);
            return null;
        }
        catch (StorageRefusedException refused)
        {
            return refused.Message;
        }
    }
}
