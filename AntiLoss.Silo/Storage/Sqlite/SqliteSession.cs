using System.Runtime.InteropServices;
using SQLitePCL;
using static SQLitePCL.raw;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>
/// One open connection to a data file, and the statements prepared on it. Used by one thread at a time. It speaks to
/// SQLite directly: a log block is two statements, and an ADO.NET command costs more than SQLite's own work for it.
/// </summary>
internal sealed class SqliteSession : IDisposable
{
    private const int NoCheckpointOnClose = 1006;
    private const int HasMoved = 20;

    private readonly sqlite3 _handle;
    private readonly TimeSpan _patience;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private PageGaps? _gaps;

    static SqliteSession() => Batteries_V2.Init();

    private SqliteSession(sqlite3 handle, TimeSpan patience) => (_handle, _patience) = (handle, patience);

    /// <summary>Opens a file that is there.</summary>
    public static SqliteSession OpenToWrite(string path, TimeSpan patience) => Open(path, SQLITE_OPEN_READWRITE, patience);

    /// <summary>Opens a file that is there, for reading only.</summary>
    public static SqliteSession OpenToRead(string path, TimeSpan patience) => Open(path, SQLITE_OPEN_READONLY, patience);

    /// <summary>Rows changed by the last statement that changes rows.</summary>
    public int Changes => sqlite3_changes(_handle);

    /// <summary>Whether a transaction is open. SQLite ends one by itself after some errors.</summary>
    public bool IsInTransaction => sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Whether it was opened for writing but can only read.</summary>
    public bool IsReadOnly => sqlite3_db_readonly(_handle, "main") == 1;

    /// <summary>
    /// Whether the file at the path is no longer the one that is open: it was deleted, moved or replaced. What is
    /// written then goes into a file that nobody will find again.
    /// </summary>
    public bool FileHasMoved =>
        FileControl(_handle.DangerousGetHandle(), "main", HasMoved, out var moved) == SQLITE_OK && moved != 0;

    /// <summary>The statement, prepared on its first use.</summary>
    public SqliteStatement Use(string sql)
    {
        if (_statements.TryGetValue(sql, out var known))
            return known;
        Check(sqlite3_prepare_v2(_handle, sql, out var prepared));
        var statement = new SqliteStatement(this, prepared);
        _statements.Add(sql, statement);
        return statement;
    }

    /// <summary>Runs a statement without parameters; answers how many rows it changed.</summary>
    public int Run(string sql)
    {
        using var statement = Use(sql);
        return statement.Run();
    }

    /// <summary>Runs statements that will not be needed again.</summary>
    public void RunOnce(string sql) => Check(sqlite3_exec(_handle, sql));

    /// <summary>The first column of the first row; 0 if there is none.</summary>
    public long Number(string sql)
    {
        using var statement = Use(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    /// <summary>The first column of every row.</summary>
    public IReadOnlyList<string> Texts(string sql)
    {
        using var statement = Use(sql);
        var texts = new List<string>();
        while (statement.Step())
            texts.Add(statement.Text(0));
        return texts;
    }

    /// <summary>Closing leaves the write-ahead log as it is, so that a file that is refused stays untouched.</summary>
    public void LeaveUntouched(bool untouched) =>
        Check(sqlite3_db_config(_handle, NoCheckpointOnClose, untouched ? 1 : 0, out _));

    /// <summary>
    /// Empties the write-ahead log, then erases what was deleted from one part of the file. Only on the one connection
    /// that writes, and in no transaction.
    /// </summary>
    public Erased Erase(string path, int part)
    {
        if (!TryEmptyWriteAheadLog())
            return Erased.Nothing;
        RunOnce("PRAGMA shrink_memory");
        _gaps ??= new PageGaps(path);
        return _gaps.Erase(part) ? Erased.Part : Erased.LastPart;
    }

    public void Check(int code)
    {
        if (code != SQLITE_OK)
            throw Failure(code);
    }

    public SqliteFailure Failure(int code)
    {
        var extended = sqlite3_extended_errcode(_handle);
        return new SqliteFailure((extended & 0xFF) == (code & 0xFF) ? extended : code, sqlite3_errmsg(_handle).utf8_to_string());
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Close();
        _statements.Clear();
        _handle.Dispose();
        _gaps?.Dispose();
    }

    /// <summary>False if somebody reads what is in the log, so that only a part was carried into the file. Other writes wait meanwhile, so it has little patience.</summary>
    private bool TryEmptyWriteAheadLog()
    {
        _ = sqlite3_busy_timeout(_handle, 20);
        var code = sqlite3_wal_checkpoint_v2(_handle, "main", SQLITE_CHECKPOINT_TRUNCATE, out _, out _);
        _ = sqlite3_busy_timeout(_handle, (int)_patience.TotalMilliseconds);
        if ((code & 0xFF) == SQLITE_BUSY)
            return false;
        Check(code);
        return true;
    }

    private static SqliteSession Open(string path, int flags, TimeSpan patience)
    {
        var code = sqlite3_open_v2(path, out var handle, flags | SQLITE_OPEN_NOMUTEX, null!);
        if (code != SQLITE_OK)
        {
            var message = handle is { IsInvalid: false } ? sqlite3_errmsg(handle).utf8_to_string() : sqlite3_errstr(code).utf8_to_string();
            handle?.Dispose();
            throw new SqliteFailure(code, message);
        }
        _ = sqlite3_extended_result_codes(handle, 1);
        _ = sqlite3_busy_timeout(handle, (int)patience.TotalMilliseconds);
        return new SqliteSession(handle, patience);
    }

    // Not in SQLitePCL.raw, and the one way to learn that an open file lost its name.
    [DllImport("e_sqlite3", EntryPoint = "sqlite3_file_control", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern int FileControl(IntPtr database, string name, int operation, out int answer);
}

/// <summary>How far an erasure came.</summary>
internal enum Erased
{
    /// <summary>Readers were in the way.</summary>
    Nothing,
    Part,
    LastPart,
}
