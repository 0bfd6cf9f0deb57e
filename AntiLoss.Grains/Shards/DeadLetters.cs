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

    private const int MaxBytesKept = 64 * 1024;

    /// <summary>Sets aside what a phone sent and no decoder could read. Durable when it completes.</summary>
    public async ValueTask SetAsideAsync(PhoneRequest request, PrivacySetting privacy)
    {
        foreach (var unread in request.Unread)
        {
            var keep = PrivacyFilter.MayKeepUnread(privacy) && unread.Bytes.Length <= MaxBytesKept;
            await InsertAsync(request.Device, NewId(), unread.Protocol, unread.Reason, unread.Bytes, keep);
        }
    }

    /// <summary>Sets aside an entry that its phone could not take; its id is the entry's place, so that a replay sets it aside once.</summary>
    public async ValueTask SetAsideAsync(LogEntry entry, string reason)
    {
        var id = DeviceId.New(DateTimeOffset.FromUnixTimeMilliseconds(entry.ReceivedAtMs), PlaceOf(entry)).ToString();
        await InsertAsync(entry.Device, id, "log-entry", reason, entry.Record, keepBytes: true);
    }

    /// <summary>An organization's dead letters, newest first.</summary>
    public async ValueTask<ImmutableArray<DeadLetter>> ReadAsync(OrganizationNumber organization, string? before, int limit, CancellationToken cancellationToken = default)
    {
        var stored = await records.ReadAsync(organization, Kind, before, limit, cancellationToken);
        return [.. stored.Select(record => DeadLetterJson.Read(record.Body.Span))];
    }

    private async ValueTask InsertAsync(DeviceKey device, string id, string protocol, string reason, ReadOnlyMemory<byte> bytes, bool keepBytes)
    {
        var letter = new DeadLetter
        {
            Id = id,
            Device = device.Device.ToString(),
            ReceivedAt = time.GetUtcNow(),
            Protocol = protocol,
            Reason = reason,
            Length = bytes.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes.Span)),
            Bytes = keepBytes ? Convert.ToBase64String(bytes.Span) : null,
        };
        await records.InsertAsync(new RecordKey(device.Organization, Kind, id), DeadLetterJson.Write(letter));
    }

    private string NewId() => DeviceId.New(time.GetUtcNow(), RandomNumberGenerator.GetBytes(10)).ToString();

    private static byte[] PlaceOf(LogEntry entry)
    {
        var seed = System.Text.Encoding.UTF8.GetBytes($"{entry.Device} {entry.Position}");
        return SHA256.HashData(seed)[..10];
    }
}
