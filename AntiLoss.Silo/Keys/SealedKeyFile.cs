using System.Text.Json;
using System.Text.Json.Serialization;
using AntiLoss.Silo.Storage;

namespace AntiLoss.Silo.Keys;

/// <summary>The sealed master keys as they lie beside the database, in <c>keys.json</c>.</summary>
internal sealed record SealedKeyFile
{
    public const int CurrentFormat = 1;

    public required int Format { get; init; }

    /// <summary>Which passphrase opens them.</summary>
    public required PassphraseName Passphrase { get; init; }

    /// <summary>Salt of the key derivation.</summary>
    public required byte[] Salt { get; init; }

    /// <summary>Rounds of the key derivation, PBKDF2 with SHA-256.</summary>
    public required int Iterations { get; init; }

    /// <summary>Number of the key for new credentials.</summary>
    public required byte Current { get; init; }

    public required ImmutableArray<SealedKey> Keys { get; init; }

    /// <exception cref="StorageRefusedException">It is no key file, or one of a newer program.</exception>
    public static SealedKeyFile Read(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(path), SealedKeyJson.Default.SealedKeyFile)
                ?? throw new JsonException("It is null.");
            return file.Format == CurrentFormat
                ? file
                : throw new StorageRefusedException($"{path} was written by a newer AntiLoss (format {file.Format}). It was left as it is; run the newer version.");
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw new StorageRefusedException($"{path} is damaged ({error.Message}). It was left as it is; put it back from a backup.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageRefusedException($"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Replaces the file whole: it is the old one or the new one, never a part.</summary>
    public void Write(string path)
    {
        var partial = path + ".partial";
        File.Delete(partial);
        PrivateFile.Write(partial, JsonSerializer.SerializeToUtf8Bytes(this, SealedKeyJson.Default.SealedKeyFile));
        File.Move(partial, path, overwrite: true);
        PrivateFile.Flush(path);
    }
}

/// <summary>How an operator finds a passphrase again. Neither is a secret.</summary>
/// <param name="Id">A random name that was made with the passphrase file; empty for a passphrase of the operator's own.</param>
/// <param name="File">Where it was read when the keys were sealed.</param>
internal sealed record PassphraseName(string Id, string File);

/// <summary>One master key, sealed.</summary>
/// <param name="Sealed">Nonce (12 bytes), tag (16), key (32) under AES-256-GCM, bound to the number.</param>
internal sealed record SealedKey(byte Number, DateTimeOffset MadeAt, byte[] Sealed);

[JsonSerializable(typeof(SealedKeyFile))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class SealedKeyJson : JsonSerializerContext;
