using System.Buffers.Binary;
using System.Globalization;
using AntiLoss.Domain.Audit;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Audit;

/// <summary>
/// How an organization's audit lies in the record store. Everything but the people's keys is inserted once and never
/// changed or deleted.
/// </summary>
internal static class AuditRecords
{
    /// <summary>Entries by number: <see cref="AuditRecord"/>.</summary>
    public const string Leaf = "audit-leaf";

    /// <summary>Numbers and hashes of leaves by the entries' ids: what is there already is not entered again.</summary>
    public const string Id = "audit-id";

    /// <summary>Nothing, by phone and number: the entries of one phone.</summary>
    public const string Device = "audit-device";

    /// <summary>Full tiles by level and index.</summary>
    public const string Tile = "audit-tile";

    /// <summary>Signed checkpoints by size.</summary>
    public const string Checkpoint = "audit-checkpoint";

    /// <summary>People's keys, sealed, by the person's number; deleted with the person.</summary>
    public const string PersonKey = "person-key";

    /// <summary>Nothing, by the number of a person who was erased: no key is made again.</summary>
    public const string PersonErased = "person-erased";

    /// <summary>Entries of before there was a tree, by id.</summary>
    public const string Former = "audit";

    /// <summary>Above every id.</summary>
    public const string End = "~";

    private const int IdLength = 8 + TreeHash.Length;

    public static string NumberId(long number) => number.ToString("D12", CultureInfo.InvariantCulture);

    public static long NumberOf(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    public static string TileId(int level, long index) => string.Create(CultureInfo.InvariantCulture, $"{level}-{index:D12}");

    public static string DeviceId(string device, long number) => $"{device}-{NumberId(number)}";

    /// <summary>The id above every one of a phone's.</summary>
    public static string DeviceEnd(string device) => $"{device}{End}";

    public static long NumberOfDevice(string device, string id) =>
        id.StartsWith(device + "-", StringComparison.Ordinal) ? NumberOf(id[(device.Length + 1)..]) : -1;

    public static byte[] IdBody(long number, TreeHash hash)
    {
        var body = new byte[IdLength];
        BinaryPrimitives.WriteInt64BigEndian(body, number);
        hash.WriteTo(body.AsSpan(8));
        return body;
    }

    /// <summary>Number and leaf's hash of an entry; null for a body that is damaged.</summary>
    public static (long Number, TreeHash Hash)? ReadId(ReadOnlySpan<byte> body) =>
        body.Length == IdLength ? (BinaryPrimitives.ReadInt64BigEndian(body), TreeHash.From(body[8..])) : null;

    public static NewRecord New(OrganizationNumber organization, string kind, string id, ReadOnlyMemory<byte> body = default) =>
        new(new RecordKey(organization, kind, id), body);
}
