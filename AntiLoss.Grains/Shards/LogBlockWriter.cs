using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Binary;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Shards;

/// <summary>
/// Encodes entries into one block of the log. Little-endian: format (1 byte), received time (Unix ms, 8), epoch (4),
/// block number (8), first entry's number (8), entry count (4), the entries, CRC-32 of all before it (4). An entry:
/// organization and device (20 bytes), policy version, epoch and number of the phone's entry before (varints), kind
/// (1 byte), length (varint), record.
/// </summary>
internal sealed class LogBlockWriter
{
    public const byte Format = 1;
    public const int HeadLength = 33;
    public const int TailLength = 4;

    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private readonly ArrayBufferWriter<byte> _record = new(256);
    private readonly List<(DeviceKey Device, LogPosition Previous, EntryKind Kind, int PolicyVersion, Range Record)> _entries = [];
    private readonly int _epoch;
    private readonly long _number;
    private readonly long _firstEntry;
    private readonly long _receivedAtMs;

    public LogBlockWriter(int epoch, long number, long firstEntry, long receivedAtMs)
    {
        (_epoch, _number, _firstEntry, _receivedAtMs) = (epoch, number, firstEntry, receivedAtMs);
        _bytes.GetSpan(HeadLength);
        _bytes.Advance(HeadLength);
    }

    public int Count => _entries.Count;

    /// <summary>Bytes so far.</summary>
    public int Length => _bytes.WrittenCount;

    /// <summary>The position that the next entry gets.</summary>
    public LogPosition Next => new(_epoch, _firstEntry + _entries.Count);

    public void Add(DeviceKey device, LogPosition previous, int policyVersion, Report report)
    {
        _record.ResetWrittenCount();
        ReportRecord.Write(report, _record);
        Add(device, previous, policyVersion, EntryKind.Report, _record.WrittenSpan);
    }

    public void Add(DeviceKey device, LogPosition previous, int policyVersion, AgentRequest request, in AgentItem item)
    {
        _record.ResetWrittenCount();
        AgentRecord.Write(request.Enrolment, request.Outbox, item.Sequence, item.HappenedAt, item.Report, item.EventJson.Span, _record);
        Add(device, previous, policyVersion, EntryKind.Agent, _record.WrittenSpan);
    }

    public void Add(DeviceKey device, LogPosition previous, int policyVersion, EntryKind kind, ReadOnlySpan<byte> record)
    {
        var writer = new RecordWriter(_bytes.GetSpan(DeviceKey.ByteLength + 32)[DeviceKey.ByteLength..]);
        device.WriteTo(_bytes.GetSpan(DeviceKey.ByteLength));
        writer.Unsigned((uint)policyVersion);
        writer.Unsigned((uint)previous.Epoch);
        writer.Unsigned((ulong)previous.Number);
        writer.Byte((byte)kind);
        writer.Unsigned((uint)record.Length);
        _bytes.Advance(DeviceKey.ByteLength + writer.Length);
        var start = _bytes.WrittenCount;
        _bytes.Write(record);
        _entries.Add((device, previous, kind, policyVersion, start.._bytes.WrittenCount));
    }

    /// <summary>The finished block and its entries, whose records are slices of its bytes.</summary>
    public (LogBlock Block, LogEntry[] Entries) Finish()
    {
        var bytes = new byte[_bytes.WrittenCount + TailLength];
        _bytes.WrittenSpan.CopyTo(bytes);
        bytes[0] = Format;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), _receivedAtMs);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(9), _epoch);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(13), _number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(21), _firstEntry);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(29), _entries.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(_bytes.WrittenCount), Crc32.HashToUInt32(bytes.AsSpan(0, _bytes.WrittenCount)));
        var entries = new LogEntry[_entries.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            var (device, previous, kind, policyVersion, record) = _entries[i];
            entries[i] = new LogEntry(device, new LogPosition(_epoch, _firstEntry + i), previous, _receivedAtMs, policyVersion, kind,
                bytes.AsMemory(record));
        }
        return (new LogBlock(_epoch, _number, _firstEntry, entries.Length, bytes), entries);
    }
}
