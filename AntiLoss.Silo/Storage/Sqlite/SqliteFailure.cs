using AntiLoss.Grains.Storage;
using static SQLitePCL.raw;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>SQLite refused a statement: its code, and what it said. Never leaves this folder; callers get <see cref="ToUnavailable"/>.</summary>
internal sealed class SqliteFailure(int code, string message) : Exception(message)
{
    /// <summary>The extended result code.</summary>
    public int Code { get; } = code;

    /// <summary>Whether only the statement failed: a broken constraint, a value too big. All else says something about the file.</summary>
    public bool IsOfTheStatementOnly => (Code & 0xFF) is SQLITE_CONSTRAINT or SQLITE_TOOBIG or SQLITE_MISMATCH or SQLITE_RANGE or SQLITE_ERROR;

    /// <summary>Whether the file's content is not what a database's content is.</summary>
    public bool IsDamage => (Code & 0xFF) is SQLITE_CORRUPT or SQLITE_NOTADB;

    /// <summary>What an operator should know, and whether to try again.</summary>
    public StorageUnavailableException ToUnavailable(string path) => new(Sentence(path), this);

    /// <summary>One sentence that names the file and the cause.</summary>
    public string Sentence(string path) => (Code & 0xFF) switch
    {
        SQLITE_FULL => $"The disk that holds {path} is full: free some space, and the server goes on by itself.",
        SQLITE_BUSY or SQLITE_LOCKED => $"Another program holds {path} locked: close it, and the server goes on by itself.",
        SQLITE_READONLY => $"{path} is read-only: make the file and its folder writable for the server's user, and it goes on by itself.",
        SQLITE_CANTOPEN => $"{path} cannot be opened for writing: check that it is there and that the server's user may write to its folder ({Message}).",
        SQLITE_PERM or SQLITE_AUTH => $"The server's user may not write to {path}.",
        SQLITE_CORRUPT or SQLITE_NOTADB => $"{path} is damaged ({Message}). It was left as it is; restore a backup into an empty data folder.",
        SQLITE_NOMEM => $"There is not enough memory to work with {path}.",
        _ => $"{path} cannot be read or written: {Message} (SQLite code {Code}).",
    };
}
