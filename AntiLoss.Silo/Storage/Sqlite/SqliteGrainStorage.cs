using System.Globalization;
using AntiLoss.Grains.Storage;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>
/// Grain state as rows: the ETag is the row's version. A cleared state keeps its row without bytes, so that its version
/// never comes back and a writer of before the clearing can't win.
/// </summary>
internal sealed class SqliteGrainStorage(SqliteStorage storage, IGrainStorageSerializer serializer, IActivatorProvider activators) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var grain = grainId.ToString();
        var row = storage.Readers.Read(session => Read(session, grain, stateName));
        grainState.RecordExists = row.Bytes is not null;
        grainState.ETag = row.Version == 0 ? null : ETag(row.Version);
        grainState.State = row.Bytes is null ? activators.GetActivator<T>().Create() : serializer.Deserialize<T>(new BinaryData(row.Bytes));
        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var bytes = serializer.Serialize(grainState.State).ToMemory();
        grainState.ETag = await ReplaceAsync(stateName, grainId, grainState.ETag, bytes);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is not null)
            grainState.ETag = await ReplaceAsync(stateName, grainId, grainState.ETag, bytes: null);
        grainState.RecordExists = false;
        grainState.State = activators.GetActivator<T>().Create();
    }

    private async Task<string> ReplaceAsync(string state, GrainId grainId, string? etag, ReadOnlyMemory<byte>? bytes)
    {
        var grain = grainId.ToString();
        var version = etag is null ? 0 : long.Parse(etag, CultureInfo.InvariantCulture);
        var size = (bytes?.Length ?? 0) + grain.Length + 64;
        var next = await storage.Writer.WriteAsync(size, session => Replace(session, grain, state, version, bytes), isOneStatement: true);
        return next != 0
            ? ETag(next)
            : throw new InconsistentStateException($"State '{state}' of {grain} was written by another activation.", storedEtag: null, currentEtag: etag);
    }

    private static (long Version, byte[]? Bytes) Read(SqliteSession session, string grain, string state)
    {
        using var select = session.Use("SELECT version, bytes FROM grain_state WHERE grain = ?1 AND state = ?2");
        return select.Bind(1, grain).Bind(2, state).Step()
            ? (select.Int64(0), select.IsNull(1) ? null : select.Bytes(1))
            : (0, null);
    }

    /// <summary>The new version; 0 if the row has another one than <paramref name="version"/>.</summary>
    private static long Replace(SqliteSession session, string grain, string state, long version, ReadOnlyMemory<byte>? bytes)
    {
        using var write = session.Use(version == 0
            ? "INSERT INTO grain_state (grain, state, version, bytes) VALUES (?1, ?2, ?3 + 1, ?4) ON CONFLICT DO NOTHING"
            : "UPDATE grain_state SET version = version + 1, bytes = ?4 WHERE grain = ?1 AND state = ?2 AND version = ?3");
        write.Bind(1, grain).Bind(2, state).Bind(3, version);
        if (bytes is { } value)
            write.Bind(4, value.Span);
        return write.Run() == 0 ? 0 : version + 1;
    }

    private static string ETag(long version) => version.ToString(CultureInfo.InvariantCulture);
}
