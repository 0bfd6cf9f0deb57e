using SQLitePCL;
using static SQLitePCL.raw;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>
/// A prepared statement in use: bind from 1 on, step, read columns from 0 on. Disposing it puts it back into its
/// session, ready for the next use; the session closes it.
/// </summary>
internal sealed class SqliteStatement(SqliteSession session, sqlite3_stmt statement) : IDisposable
{
    public SqliteStatement Bind(int index, long value)
    {
        session.Check(sqlite3_bind_int64(statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, string value)
    {
        session.Check(sqlite3_bind_text(statement, index, value));
        return this;
    }

    /// <summary>Binds bytes; none are an empty blob, not NULL.</summary>
    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        session.Check(value.IsEmpty ? sqlite3_bind_zeroblob(statement, index, 0) : sqlite3_bind_blob(statement, index, value));
        return this;
    }

    /// <summary>Moves to the next row; false after the last.</summary>
    public bool Step()
    {
        var code = sqlite3_step(statement);
        if (code == SQLITE_ROW)
            return true;
        if (code != SQLITE_DONE)
            throw session.Failure(code);
        return false;
    }

    /// <summary>Runs a statement that answers no rows; answers how many it changed.</summary>
    public int Run()
    {
        while (Step())
        {
        }
        return session.Changes;
    }

    public bool IsNull(int column) => sqlite3_column_type(statement, column) == SQLITE_NULL;

    public long Int64(int column) => sqlite3_column_int64(statement, column);

    public int Int32(int column) => sqlite3_column_int(statement, column);

    public string Text(int column) => sqlite3_column_text(statement, column).utf8_to_string();

    /// <summary>A copy of the column's bytes.</summary>
    public byte[] Bytes(int column) => sqlite3_column_blob(statement, column).ToArray();

    /// <summary>Back into its session. What a failed step said was thrown by the step; resetting says it again, and is not asked.</summary>
    public void Dispose()
    {
        _ = sqlite3_reset(statement);
        _ = sqlite3_clear_bindings(statement);
    }

    internal void Close() => statement.Dispose();
}
