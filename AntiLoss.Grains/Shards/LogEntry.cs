using System.Buffers;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;
using System.IO.Hashing;

namespace AntiLoss.Grains.Shards;

/// <summary>What the record of a log entry is. Stored: numbers are never reused.</summary>
public enum EntryKind : byte
{
    /// <summary>A <see cref="ReportRecord"/>.</summary>
    Report = 1,

    /// <summary>The JSON of an <see cref="OperationalChange"/>.</summary>
    Operation = 2,

    /// <summary>An <see cref="AgentRecord"/>.</summary>
    Agent = 3,
}

/// <summary>One entry of a shard's log, on its way to its phone.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Previous">Where the same phone's entry before it stands; the default if it is the first.</param>
/// <param name="ReceivedAtMs">When the shard received it, Unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("log-entry")]
public readonly record struct LogEntry(
    [property: Id(0)] DeviceKey Device,
    [property: Id(1)] LogPosition Position,
    [property: Id(2)] LogPosition Previous,
    [property: Id(3)] long ReceivedAtMs,
    [property: Id(4)] int PolicyVersion,
    [property: Id(5)] EntryKind Kind,
    [property: Id(6)] ReadOnlyMemory<byte> Record)
{
    /// <summary>The entry as the phone's state machine takes it.</summary>
    /// <exception cref="FormatException">The record cannot be read.</exception>
    public DeviceEntry ToDeviceEntry() => new(
        Position,
        DateTimeOffset.FromUnixTimeMilliseconds(ReceivedAtMs),
        PolicyVersion,
        Kind switch
        {
            EntryKind.Report => ReportRecord.Read(Record.Span) is var report
                ? new Reported(report, report.IsFix ? 0 : XxHash64.HashToUInt64(Record.Span)) : null!,
            EntryKind.Operation => DeviceChangeJson.Read(Record.Span),
            EntryKind.Agent => AgentRecord.Read(Record.Span),
            _ => throw new FormatException($"Entry kind {(byte)Kind} is not known."),
        });
}
