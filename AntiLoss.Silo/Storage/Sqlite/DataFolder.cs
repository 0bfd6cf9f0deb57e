using AntiLoss.Silo.Keys;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>
/// The data folder, held by this process alone. The lock is a file beside the database, not a lock on it: programs that
/// look at the database do not hold the server up, and a second server is refused before it touches anything.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    public const string DatabaseName = "antiloss.db";
    public const string KeysName = "keys.json";
    private const string SessionKeysName = "session-keys";
    private const string LockName = "antiloss.lock";

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream heldLock) => (Path, _lock) = (path, heldLock);

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>The database.</summary>
    public string Database => DatabaseIn(Path);

    /// <summary>The sealed master keys.</summary>
    public string Keys => KeysIn(Path);

    /// <summary>
    /// What belongs to the database and its keys; the keys first, without which no server starts on the rest. City maps
    /// do not belong to it.
    /// </summary>
    public IReadOnlyList<string> Contents =>
    [
        .. ((string[])[KeysName, SessionKeysName, DatabaseName + "-wal", DatabaseName + "-shm", DatabaseName])
            .Select(name => System.IO.Path.Combine(Path, name)).Where(System.IO.Path.Exists),
    ];

    public static string DatabaseIn(string folder) => System.IO.Path.Combine(folder, DatabaseName);

    public static string KeysIn(string folder) => System.IO.Path.Combine(folder, KeysName);

    /// <summary>Makes the folder if it is not there, for the server's user alone, and holds it until disposed.</summary>
    /// <exception cref="StorageRefusedException">Another process holds it, or it cannot be written.</exception>
    public static DataFolder Hold(string folder) => TryHold(folder, out var path)
        ?? throw new StorageRefusedException($"The data folder {path} is in use by another AntiLoss process: stop that one first, or set AntiLoss__Storage__Folder to another folder.");

    /// <summary>Holds the folder unless another process does; then null.</summary>
    /// <exception cref="StorageRefusedException">It cannot be written.</exception>
    public static DataFolder? HoldIfFree(string folder) => TryHold(folder, out _);

    /// <summary>Refuses a folder without a database: a mistyped name must not make a new folder.</summary>
    /// <exception cref="StorageRefusedException">There is none.</exception>
    public static void RequireDatabase(string folder)
    {
        if (!File.Exists(DatabaseIn(folder)))
            throw new StorageRefusedException($"There is no database in {System.IO.Path.GetFullPath(folder)}: set AntiLoss__Storage__Folder to the data folder.");
    }

    public void Dispose() => _lock.Dispose();

    private static DataFolder? TryHold(string folder, out string path)
    {
        path = System.IO.Path.GetFullPath(folder);
        try
        {
            PrivateFile.MakeFolder(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageRefusedException($"The data folder {path} cannot be made: {error.Message}", error);
        }
        var name = System.IO.Path.Combine(path, LockName);
        try
        {
            return new DataFolder(path, new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StorageRefusedException($"The data folder {path} is read-only for the server's user: make it writable.", error);
        }
        catch (IOException) when (IsHeld(name))
        {
            return null;
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
