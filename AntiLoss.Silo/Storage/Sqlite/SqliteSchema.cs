namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>
/// The tables, as steps from one version to the next. A step that was released is never edited: a file of any age is
/// carried forward by the steps that it lacks.
/// </summary>
internal static class SqliteSchema
{
    /// <summary>"ALos": says whose database it is.</summary>
    public const int ApplicationId = 0x414C6F73;

    /// <summary>Step n makes version n + 1 of version n; version 0 is an empty file.</summary>
    public static readonly ImmutableArray<string> Steps = [First];

    /// <summary>The version that this program reads and writes.</summary>
    public static int Version => Steps.Length;

    // Keys begin with the organization where the row belongs to one. A table without a rowid is one tree instead of a
    // tree and an index: half the pages to write for each row.
    private const string First = """
        CREATE TABLE manifest (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) WITHOUT ROWID, STRICT;

        CREATE TABLE log_head (
            shard INTEGER PRIMARY KEY,
            epoch INTEGER NOT NULL,
            snapshot INTEGER NOT NULL DEFAULT 0,
            snapshot_pieces INTEGER NOT NULL DEFAULT 0,
            snapshot_epoch INTEGER NOT NULL DEFAULT 0,
            snapshot_entry INTEGER NOT NULL DEFAULT 0
        ) STRICT;

        CREATE TABLE log_block (
            shard INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            first_entry INTEGER NOT NULL,
            number INTEGER NOT NULL,
            entries INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            PRIMARY KEY (shard, epoch, first_entry)
        ) WITHOUT ROWID, STRICT;

        CREATE TABLE log_snapshot (
            shard INTEGER NOT NULL,
            snapshot INTEGER NOT NULL,
            piece INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            PRIMARY KEY (shard, snapshot, piece)
        ) STRICT;

        CREATE TABLE track_chunk (
            organization INTEGER NOT NULL,
            device BLOB NOT NULL,
            number INTEGER NOT NULL,
            first_fix_ms INTEGER NOT NULL,
            last_fix_ms INTEGER NOT NULL,
            fixes INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            PRIMARY KEY (organization, device, number)
        ) WITHOUT ROWID, STRICT;

        CREATE TABLE record (
            organization INTEGER NOT NULL,
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            bytes BLOB NOT NULL,
            PRIMARY KEY (organization, kind, id)
        ) WITHOUT ROWID, STRICT;

        CREATE TABLE grain_state (
            grain TEXT NOT NULL,
            state TEXT NOT NULL,
            version INTEGER NOT NULL,
            bytes BLOB,
            PRIMARY KEY (grain, state)
        ) WITHOUT ROWID, STRICT;
        """;

    /// <summary>Carries an open file forward to <see cref="Version"/>, in one transaction.</summary>
    public static void Migrate(SqliteSession session, IReadOnlyList<string> steps)
    {
        var version = (int)session.Number("PRAGMA user_version");
        if (version == steps.Count)
            return;
        session.Run("BEGIN IMMEDIATE");
        foreach (var step in steps.Skip(version))
            session.RunOnce(step);
        session.RunOnce($"PRAGMA application_id = {ApplicationId}");
        session.RunOnce($"PRAGMA user_version = {steps.Count}");
        session.Run("COMMIT");
    }
}
