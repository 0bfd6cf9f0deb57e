using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;
using AntiLoss.Domain.Tracks;

namespace AntiLoss.Tests.Devices;

/// <summary>A phone's life told entry by entry, in seconds after <see cref="Start"/>.</summary>
internal sealed class PhoneStory
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly List<TrackFix> _closed = [];
    private OpenChunk _chunk = OpenChunk.Empty(1);
    private long _number;

    public DeviceState State { get; private set; } = new();

    public DeviceStep Last { get; private set; }

    /// <summary>Everything in history, in order of arrival.</summary>
    public IReadOnlyList<TrackFix> History => [.. _closed, .. _chunk.Fixes];

    /// <summary>A fix report at a second and place.</summary>
    public static Report At(double second, double latitude, double longitude) => new()
    {
        Kind = ReportKind.Position,
        FixedAt = Start.AddSeconds(second),
        Place = GeoPoint.From(latitude, longitude),
    };

    public PhoneStory Enrol() => Operate(new DeviceEnrolled("Phone", 1, Start.AddDays(-1)), at: 0);

    public PhoneStory Fix(double at, double latitude, double longitude) => Report(At(at, latitude, longitude));

    /// <summary>A fix of 10 m accuracy.</summary>
    public PhoneStory Good(double at, double latitude, double longitude) =>
        Report(At(at, latitude, longitude) with { AccuracyMetres = 10 });

    public PhoneStory Operate(OperationalChange change, double at) => Take(change, at);

    /// <summary>A report, received when it was fixed unless said otherwise.</summary>
    public PhoneStory Report(Report report, double? receivedAt = null) =>
        Take(new Reported(report, HashOf(report)), receivedAt ?? Math.Max(0, (report.FixedAt!.Value - Start).TotalSeconds));

    public static ulong HashOf(Report report)
    {
        var record = new System.Buffers.ArrayBufferWriter<byte>();
        ReportRecord.Write(report, record);
        return System.IO.Hashing.XxHash64.HashToUInt64(record.WrittenSpan);
    }

    private PhoneStory Take(DeviceChange change, double at)
    {
        Last = DeviceMachine.Step(State, _chunk, new DeviceEntry(new LogPosition(1, ++_number), Start.AddSeconds(at), 1, change), DevicePolicy.Default);
        if (Last.Filled is { } filled)
            _closed.AddRange(filled.Fixes);
        (State, _chunk) = (Last.State, Last.Chunk);
        return this;
    }
}
