using System.Buffers.Binary;
using System.IO.Hashing;
using AntiLoss.Domain.Binary;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Shards;

/// <summary>Reads what <see cref="LogBlockWriter"/> wrote.</summary>
internal static class LogBlockReader
{
    /// <summary>The block's entries, whose records are slices of its bytes.</summary>
    /// <exception cref="FormatException">The block is damaged, or of a format that this version does not know.</exception>
    public static LogEntry[] Entries(LogBlock block)
    {
        var bytes = block.Bytes;
        var span = bytes.Span;
        if (span.Length < LogBlockWriter.HeadLength + LogBlockWriter.TailLength)
            throw new FormatException($"Block {block.Epoch}/{block.Number} ends early.");
        if (span[0] != LogBlockWriter.Format)
            throw new FormatException($"Block {block.Epoch}/{block.Number} has format {span[0]}, which is not known.");
        if (Crc32.HashToUInt32(span[..^LogBlockWriter.TailLength]) != BinaryPrimitives.ReadUInt32LittleEndian(span[^LogBlockWriter.TailLength..]))
            throw new FormatException($"Block {block.Epoch}/{block.Number} is damaged.");

        var receivedAtMs = BinaryPrimitives.ReadInt64LittleEndian(span[1..]);
        var epoch = BinaryPrimitives.ReadInt32LittleEndian(span[9..]);
        var firstEntry = BinaryPrimitives.ReadInt64LittleEndian(span[21..]);
        var entries = new LogEntry[BinaryPrimitives.ReadInt32LittleEndian(span[29..])];
        var at = LogBlockWriter.HeadLength;
        for (var i = 0; i < entries.Length; i++)
        {
            var reader = new RecordReader(span[at..^LogBlockWriter.TailLength]);
            var device = DeviceKey.FromBytes(reader.Bytes(DeviceKey.ByteLength));
            var policyVersion = (int)reader.Unsigned();
            var previous = new LogPosition((int)reader.Unsigned(), (long)reader.Unsigned());
            var kind = (EntryKind)reader.Byte();
            var length = (int)reader.Unsigned();
            entries[i] = new LogEntry(device, new LogPosition(epoch, firstEntry + i), previous, receivedAtMs, policyVersion, kind,
                bytes.Slice(at + reader.Position, length));
            at += reader.Position + length;
        }
        return entries;
    }

    /// <summary>When the shard received a block, Unix milliseconds.</summary>
    public static long ReceivedAtMs(LogBlock block) => BinaryPrimitives.ReadInt64LittleEndian(block.Bytes.Span[1..]);
}
