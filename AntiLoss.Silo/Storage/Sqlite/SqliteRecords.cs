using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>How records are read, by a server and without one.</summary>
internal static class SqliteRecords
{
    /// <summary>The newest first, below an id.</summary>
    public static ImmutableArray<StoredRecord> Read(SqliteSession session, OrganizationNumber organization, string kind, string? before, int limit)
    {
        using var select = session.Use(before is null
            ? "SELECT id, bytes FROM record WHERE organization = ?1 AND kind = ?2 ORDER BY id DESC LIMIT ?3"
            : "SELECT id, bytes FROM record WHERE organization = ?1 AND kind = ?2 AND id < ?4 ORDER BY id DESC LIMIT ?3");
        select.Bind(1, organization.Value).Bind(2, kind).Bind(3, limit);
        if (before is not null)
            select.Bind(4, before);
        return Rows(select);
    }

    /// <summary>The oldest first, from an id on.</summary>
    public static ImmutableArray<StoredRecord> ReadForward(SqliteSession session, OrganizationNumber organization, string kind, string from, int limit)
    {
        using var select = session.Use("SELECT id, bytes FROM record WHERE organization = ?1 AND kind = ?2 AND id >= ?4 ORDER BY id LIMIT ?3");
        return Rows(select.Bind(1, organization.Value).Bind(2, kind).Bind(3, limit).Bind(4, from));
    }

    /// <summary>Those that are there.</summary>
    public static ImmutableArray<StoredRecord> Find(SqliteSession session, OrganizationNumber organization, string kind, ImmutableArray<string> ids)
    {
        var found = ImmutableArray.CreateBuilder<StoredRecord>();
        foreach (var id in ids)
        {
            using var select = session.Use("SELECT id, bytes FROM record WHERE organization = ?1 AND kind = ?2 AND id = ?3");
            found.AddRange(Rows(select.Bind(1, organization.Value).Bind(2, kind).Bind(3, id)));
        }
        return found.ToImmutable();
    }

    private static ImmutableArray<StoredRecord> Rows(SqliteStatement select)
    {
        var records = ImmutableArray.CreateBuilder<StoredRecord>();
        while (select.Step())
            records.Add(new StoredRecord(select.Text(0), select.Bytes(1)));
        return records.ToImmutable();
    }
}
