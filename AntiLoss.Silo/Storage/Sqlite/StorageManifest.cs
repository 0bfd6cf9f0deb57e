using System.Globalization;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>What a data folder was made for. A process that is set otherwise would look for phones in the wrong places.</summary>
/// <param name="ServiceId">Orleans' name of the installation.</param>
/// <param name="Shards">How many shards the phones are spread over.</param>
internal sealed record StorageManifest(string ServiceId, int Shards)
{
    /// <summary>Writes the manifest into a new file, or compares it with the one that is there.</summary>
    /// <exception cref="StorageRefusedException">The file was made for another configuration.</exception>
    public void WriteOrCompare(SqliteSession session, string path)
    {
        session.Run("BEGIN IMMEDIATE");
        RequireSame(session, "service-id", ServiceId, was => $"{path} belongs to the installation '{was}', and this server is set to be '{ServiceId}' (Orleans' ServiceId): set it back, or choose another data folder.");
        RequireSame(session, "shards", Shards.ToString(CultureInfo.InvariantCulture), was => $"{path} is spread over {was} shards, and this server is set to {Shards}: set AntiLoss__Shards to {was}.");
        Write(session, "schema", SqliteSchema.Version.ToString(CultureInfo.InvariantCulture));
        session.Run("COMMIT");
    }

    /// <summary>Numbers of the master keys that credentials of this file may have been made from.</summary>
    public static ImmutableArray<byte> ReadKeys(SqliteSession session) =>
        Read(session, "keys") is { Length: > 0 } text
            ? [.. text.Split(',').Select(number => byte.Parse(number, CultureInfo.InvariantCulture))]
            : [];

    public static void WriteKeys(SqliteSession session, IEnumerable<byte> numbers) =>
        Write(session, "keys", string.Join(',', numbers.Order()));

    public static string? Read(SqliteSession session, string name)
    {
        using var select = session.Use("SELECT value FROM manifest WHERE name = ?1");
        return select.Bind(1, name).Step() ? select.Text(0) : null;
    }

    private static void RequireSame(SqliteSession session, string name, string value, Func<string, string> refusal)
    {
        var was = Read(session, name);
        if (was is null)
            Write(session, name, value);
        else if (was != value)
            throw new StorageRefusedException(refusal(was));
    }

    private static void Write(SqliteSession session, string name, string value)
    {
        using var insert = session.Use("INSERT INTO manifest (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2");
        insert.Bind(1, name).Bind(2, value).Run();
    }
}
