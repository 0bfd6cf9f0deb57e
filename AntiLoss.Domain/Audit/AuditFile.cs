using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AntiLoss.Domain.Audit;

/// <summary>
/// An exported audit: lines of JSON. The first says what it is, then come the entries in their order, and the last is a
/// checkpoint over all of them. Whoever has the file, and a checkpoint that they kept or were given, needs nothing else
/// to verify it; <c>docs/audit.md</c> says how.
/// </summary>
public static class AuditFile
{
    /// <summary>Media type of the file.</summary>
    public const string ContentType = "application/x-ndjson";

    /// <summary>What the first line says it is.</summary>
    public const string Format = "antiloss-audit-v1";

    // Leaves are JSON in JSON: quotes as \" are half of what they would be otherwise.
    private static readonly AuditFileJson Json = new(new JsonSerializerOptions(AuditFileJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The first line, without its line feed.</summary>
    public static byte[] Head(SignedText checkpoint, AuditCheckpoint over) =>
        JsonSerializer.SerializeToUtf8Bytes(new AuditFileHead(Format, over.Origin, over.Size, checkpoint.PublicKey), Json.AuditFileHead);

    /// <summary>An entry's line.</summary>
    /// <param name="values">Null if they were erased.</param>
    public static byte[] Entry(ReadOnlySpan<byte> leaf, AuditValues? values) =>
        JsonSerializer.SerializeToUtf8Bytes(new AuditFileEntry(Encoding.UTF8.GetString(leaf), values), Json.AuditFileEntry);

    /// <summary>The last line.</summary>
    public static byte[] Tail(SignedText checkpoint) =>
        JsonSerializer.SerializeToUtf8Bytes(new AuditFileTail(checkpoint), Json.AuditFileTail);

    /// <summary>Reads a checkpoint as the API answers it; null for a text that is none.</summary>
    public static SignedText? ReadCheckpoint(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            // The API's answer has it among other members, an export's last line alone.
            var signed = document.RootElement.TryGetProperty("checkpoint", out var inner) ? inner : document.RootElement;
            return signed.Deserialize(AuditJson.Default.SignedText);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Verifies an export, and that it continues a checkpoint that was kept.</summary>
    /// <param name="lines">All lines of the file.</param>
    /// <param name="kept">Null if none was: then the file is compared with its own checkpoint alone.</param>
    public static AuditFileVerdict Verify(IEnumerable<string> lines, SignedText? kept)
    {
        using var reader = lines.GetEnumerator();
        if (!reader.MoveNext() || Read(reader.Current, Json.AuditFileHead) is not { Format: Format } head)
            return AuditFileVerdict.Unreadable("its first line does not say that it is an exported audit");
        var (checkpoints, troubles) = (new List<AuditCheckpoint>(), new List<string>());
        if (kept is not null && Open(kept, "the checkpoint that was given", head, troubles) is { } known)
            checkpoints.Add(known);
        SignedText? last = null;
        var check = new AuditCheck(checkpoints);
        while (reader.MoveNext())
        {
            if (last is not null)
            {
                troubles.Add("there are lines after its checkpoint");
                break;
            }
            if (Read(reader.Current, Json.AuditFileTail) is { Checkpoint: { } tail })
                last = tail;
            else if (Read(reader.Current, Json.AuditFileEntry) is { Leaf: { } leaf, Values: var values })
                check.Take(Encoding.UTF8.GetBytes(leaf), values, mayBeErased: true);
            else
                check.Take(default, values: null, mayBeErased: false);
        }
        var verdict = check.Finish();
        if (head.Size != verdict.Size)
            troubles.Add($"its first line says that it has {head.Size} entries, and it has {verdict.Size}");
        if (last is null)
            troubles.Add("it has no checkpoint at its end: it was cut off");
        else if (Open(last, "its own checkpoint", head, troubles) is { } own && (own.Size != verdict.Size || own.Root != verdict.Root))
            troubles.Add($"its own checkpoint is over {own.Size} entries with another root than that of these {verdict.Size}");
        return new AuditFileVerdict(head.Origin, head.PublicKey, verdict, [.. troubles]);
    }

    private static AuditCheckpoint? Open(SignedText signed, string which, AuditFileHead head, List<string> troubles)
    {
        var checkpoint = AuditCheckpoint.Open(signed);
        if (checkpoint is null)
            troubles.Add($"{which} is not signed by the key that it names");
        else if (signed.PublicKey != head.PublicKey || checkpoint.Origin != head.Origin)
            troubles.Add($"{which} is of another audit, {checkpoint.Origin}");
        else
            return checkpoint;
        return null;
    }

    private static T? Read<T>(string line, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(line, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What verifying a file came to.</summary>
/// <param name="Origin">Whose audit it says it is.</param>
/// <param name="PublicKey">The key that it says signed it, base64 of its SubjectPublicKeyInfo.</param>
/// <param name="Audit">What reading its entries came to.</param>
/// <param name="Troubles">What else is wrong, sentences without their full stops.</param>
public sealed record AuditFileVerdict(string Origin, string PublicKey, AuditVerdict Audit, ImmutableArray<string> Troubles)
{
    public bool IsSound => Audit.IsSound && Troubles.IsEmpty;

    internal static AuditFileVerdict Unreadable(string why) => new("", "", new AuditVerdict(0, MerkleTree.Empty, 0, 0, [], 0, 0), [why]);
}

/// <summary>The first line of an export.</summary>
internal sealed record AuditFileHead(string Format, string Origin, long Size, string PublicKey);

/// <summary>A line of an entry.</summary>
/// <param name="Leaf">The leaf's bytes as text: what is hashed is its UTF-8.</param>
/// <param name="Values">Left out if they were erased.</param>
internal sealed record AuditFileEntry(string? Leaf, AuditValues? Values);

/// <summary>The last line of an export.</summary>
internal sealed record AuditFileTail(SignedText? Checkpoint);

/// <summary>How an export's lines are written.</summary>
[JsonSerializable(typeof(AuditFileHead))]
[JsonSerializable(typeof(AuditFileEntry))]
[JsonSerializable(typeof(AuditFileTail))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
internal sealed partial class AuditFileJson : JsonSerializerContext;
