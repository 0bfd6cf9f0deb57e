using System.Security.Cryptography;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Privacy;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Shards;

/// <summary>Sets messages aside, and reads them for their operator.</summary>
public sealed class DeadLetters(IRecordStore records, TimeProvider time)
{
    /// <summary>Kind of their records.</summary>
    public const string Kind = "dead-letter";

    /// <summary>Kind of the records that hold, under their letter's id, the bytes of messages too long to be read in a list.</summary>
    public const string BytesKind = "dead-letter-bytes";

    /// <summary>The most bytes of a message that a list has of it.</summary>
    public const int BytesInList = 4_096;

    /// <summary>Sets aside what a phone sent and no decoder could read. Durable when it completes.</summary>
    public async ValueTask SetAsideAsync(PhoneRequest request, PrivacySetting privacy)
    {
        foreach (var unread in request.Unread)
        {
            await InsertAsync(request.Device, NewId(), unread.Protocol, unread.Reason, unread.Bytes, unread.Length, PrivacyFilter.MayKeepUnread(privacy));
        }
    }

    /// <summary>Sets aside an entry that its phone could not take; its id is the entry's place, so that a replay sets it aside once.</summary>
    public async ValueTask SetAsideAsync(LogEntry entry, string reason)
    {
        var id = DeviceId.New(DateTimeOffset.FromUnixTimeMilliseconds(entry.ReceivedAtMs), PlaceOf(entry)).ToString();
        await InsertAsync(entry.Device, id, "log-entry", reason, entry.Record, entry.Record.Length, keepBytes: true);
    }

    /// <summary>An organization's dead letters, newest first.</summary>
    public async ValueTask<ImmutableArray<DeadLetter>> ReadAsync(OrganizationNumber organization, string? before, int limit, CancellationToken cancellationToken = default)
    {
        var stored = await records.ReadAsync(organization, Kind, before, limit, cancellationToken);
        return [.. stored.Select(record => DeadLetterJson.Read(record.Body.Span))];
    }

    /// <summary>All kept bytes of one dead letter; null if there is none of that id, or privacy forbade keeping them.</summary>
    public async ValueTask<byte[]?> ReadBytesAsync(OrganizationNumber organization, string id, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(organization, BytesKind, id, cancellationToken) is { } whole)
            return whole.Body.ToArray();
        return await FindAsync(organization, Kind, id, cancellationToken) is { } letter && DeadLetterJson.Read(letter.Body.Span).Bytes is { } bytes
            ? Convert.FromBase64String(bytes) : null;
    }

    private async ValueTask<StoredRecord?> FindAsync(OrganizationNumber organization, string kind, string id, CancellationToken cancellationToken)
    {
        // The greatest id below the least that is greater.
        var found = await records.ReadAsync(organization, kind, id + "!", 1, cancellationToken);
        return found is [var record] && record.Id == id ? record : null;
    }

    private async ValueTask InsertAsync(
        DeviceKey device, string id, string protocol, string reason, ReadOnlyMemory<byte> bytes, long length, bool keepBytes)
    {
        var letter = new DeadLetter
        {
            Id = id,
            Device = device.Device.ToString(),
            ReceivedAt = time.GetUtcNow(),
            Protocol = protocol,
            Reason = reason,
            Length = length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes.Span)),
            Bytes = keepBytes ? Convert.ToBase64String(bytes.Span[..Math.Min(bytes.Length, BytesInList)]) : null,
            Kept = keepBytes ? bytes.Length : 0,
        };
        // Its bytes first: a letter never promises what is not there.
        if (letter.Kept > BytesInList)
            await records.InsertAsync(new RecordKey(device.Organization, BytesKind, id), bytes);
        await records.InsertAsync(new RecordKey(device.Organization, Kind, id), DeadLetterJson.Write(letter));
    }

    private string NewId() => DeviceId.New(time.GetUtcNow(), RandomNumberGenerator.GetBytes(10)).ToString();

    private static byte[] PlaceOf(LogEntry entry)
    {
        var seed = System.Text.Encoding.UTF8.GetBytes($"{entry.Device} {entry.Position}");
        return SHA256.HashData(seed)[..10];
    }
}
