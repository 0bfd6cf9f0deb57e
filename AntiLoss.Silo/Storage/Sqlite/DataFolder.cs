namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>
/// The data folder, held by this process alone. The lock is a file beside the database, not a lock on it: programs that
/// look at the database do not hold the server up, and a second server is refused before it touches anything.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    public const string DatabaseName = "antiloss.db";
    public const string KeysName = "keys.json";
    private const string LockName = "antiloss.lock";

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream heldLock) => (Path, _lock) = (path, heldLock);

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>The database.</summary>
    public string Database => DatabaseIn(Path);

    /// <summary>The sealed master keys.</summary>
    public string Keys => KeysIn(Path);

    public static string DatabaseIn(string folder) => System.IO.Path.Combine(folder, DatabaseName);

    public static string KeysIn(string folder) => System.IO.Path.Combine(folder, KeysName);

    /// <summary>Makes the folder if it is not there, and holds it until disposed.</summary>
    /// <exception cref="StorageRefusedException">Another process holds it, or it cannot be written.</exception>
    public static DataFolder Hold(string folder)
    {
        var path = System.IO.Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageRefusedException($"The data folder {path} cannot be made: {error.Message}", error);
        }
        return new DataFolder(path, TakeLock(path));
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream TakeLock(string path)
    {
        var name = System.IO.Path.Combine(path, LockName);
        try
        {
            return new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StorageRefusedException($"The data folder {path} is read-only for the server's user: make it writable.", error);
        }
        catch (IOException error) when (IsHeld(name))
        {
            throw new StorageRefusedException($"The data folder {path} is in use by another AntiLoss process: stop that one first, or set AntiLoss__Storage__Folder to another folder.", error);
        }
        catch (IOException error)
        {
            throw new StorageRefusedException($"The data folder {path} cannot be written: {error.Message}", error);
        }
    }

    private static bool IsHeld(string name)
    {
        if (!File.Exists(name))
            return false;
        try
        {
            using var probe = new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
