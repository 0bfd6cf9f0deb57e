using System.Text.Json;
using System.Text.Json.Serialization;

namespace AntiLoss.Silo.Storage;

/// <summary>What a backup is of, written last: a folder without it is no whole backup.</summary>
/// <param name="Schema">Version of the database's tables.</param>
/// <param name="PassphraseFile">Where the passphrase of the sealed keys was; it is not in the backup.</param>
/// <param name="DatabaseSha256">Digest of the database, in hexadecimal.</param>
/// <param name="KeysSha256">Digest of the sealed keys, in hexadecimal.</param>
public sealed record BackupManifest(
    DateTimeOffset MadeAt, int Schema, string ServiceId, int Shards, string PassphraseFile, string DatabaseSha256, string KeysSha256)
{
    internal const string FileName = "backup.json";

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, BackupJson.Default.BackupManifest);

    internal static BackupManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), BackupJson.Default.BackupManifest) ?? throw new JsonException("It is null.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new StorageRefusedException($"{folder} holds no whole backup: {error.Message}", error);
        }
    }
}

[JsonSerializable(typeof(BackupManifest))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class BackupJson : JsonSerializerContext;
