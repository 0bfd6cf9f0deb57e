using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AntiLoss.Domain.Audit;

/// <summary>
/// One change as the tree has it: everything but what may have to be erased. The values lie beside it; the leaf has
/// digests of them, so that it proves them while they are there and says nothing of them once they are gone. Its bytes
/// are written once and hashed as they are: nobody has to write them again to verify them.
/// </summary>
/// <param name="Number">Place in the tree, from 0.</param>
/// <param name="Id">What makes a repeat the same entry; ids sort by time.</param>
/// <param name="Actor">An account's number, <c>key-</c> and an API key's, <c>phone</c>, <c>policy</c>, <c>clock</c>, …</param>
/// <param name="Action">Kebab-case.</param>
/// <param name="Device">The phone that it is about; null for none.</param>
/// <param name="Person">Number of the person whom its values are about; 0 for nobody.</param>
public sealed record AuditLeaf(
    long Number, string Id, DateTimeOffset At, string Actor, string Action, string? Device, int Person, AuditDigests Digests)
{
    private const int Version = 1;

    // Base64 as it is, instead of its plus signs escaped.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>UTF-8 JSON without spaces, members in the order of <c>docs/audit.md</c>.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream(300);
        using (var json = new Utf8JsonWriter(bytes, Plain))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteNumber("n", Number);
            json.WriteString("id", Id);
            json.WriteString("at", At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("actor", Actor);
            json.WriteString("action", Action);
            if (Device is not null)
                json.WriteString("device", Device);
            if (Person != 0)
                json.WriteNumber("person", Person);
            json.WriteString("before", Digests.Before.ToBase64());
            json.WriteString("after", Digests.After.ToBase64());
            if (Digests.Reason is { } reason)
                json.WriteString("reason", reason.ToBase64());
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    /// <summary>Reads a leaf; null for bytes that are none.</summary>
    public static AuditLeaf? Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var leaf = document.RootElement;
            return leaf.GetProperty("v").GetInt32() == Version
                && TreeHash.FromBase64(leaf.GetProperty("before").GetString()) is { } before
                && TreeHash.FromBase64(leaf.GetProperty("after").GetString()) is { } after
                ? new AuditLeaf(
                    leaf.GetProperty("n").GetInt64(), leaf.GetProperty("id").GetString()!, leaf.GetProperty("at").GetDateTimeOffset(),
                    leaf.GetProperty("actor").GetString()!, leaf.GetProperty("action").GetString()!,
                    leaf.TryGetProperty("device", out var device) ? device.GetString() : null,
                    leaf.TryGetProperty("person", out var person) ? person.GetInt32() : 0,
                    new AuditDigests(before, after, leaf.TryGetProperty("reason", out var reason) ? TreeHash.FromBase64(reason.GetString()) : null))
                : null;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}

/// <summary>What a leaf says of the values beside it.</summary>
/// <param name="Reason">Null if none was given.</param>
public readonly record struct AuditDigests(TreeHash Before, TreeHash After, TreeHash? Reason);

/// <summary>The values of an entry, which lie beside its leaf.</summary>
/// <param name="Salt">18 random bytes: without them a short value could be guessed from its digest.</param>
public sealed record AuditValues(string Before, string After, string? Reason, byte[] Salt)
{
    /// <summary>Bytes of a salt.</summary>
    public const int SaltLength = 18;

    /// <summary>Values with a salt of their own.</summary>
    public static AuditValues New(string before, string after, string? reason) => new(before, after, reason, RandomNumberGenerator.GetBytes(SaltLength));

    /// <summary>Of each value HMAC-SHA256 under the salt, over its name, a line feed and its UTF-8.</summary>
    [JsonIgnore]
    public AuditDigests Digests => new(
        Digest("before", Before), Digest("after", After), Reason is { } reason ? Digest("reason", reason) : null);

    private TreeHash Digest(string name, string value) => TreeHash.From(HMACSHA256.HashData(Salt, Encoding.UTF8.GetBytes($"{name}\n{value}")));
}
