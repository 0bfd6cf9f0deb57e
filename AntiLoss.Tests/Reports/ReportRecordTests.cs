using System.Buffers;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;
using CsCheck;

namespace AntiLoss.Tests.Reports;

public sealed class ReportRecordTests
{
    private static readonly Gen<DateTimeOffset> AnyTime =
        Gen.Long[-62_135_596_800_000, 253_402_300_799_999].Select(DateTimeOffset.FromUnixTimeMilliseconds);

    private static readonly Gen<Report> AnyReport = Gen.Select(
        Gen.Select(Gen.Enum<ReportKind>(), AnyTime.Nullable(), AnyTime.Nullable(), Gen.Select(Gen.Int, Gen.Int, (a, b) => new GeoPoint(a, b)).Nullable()),
        Gen.Select(Gen.Double[-1, 1e8].Nullable(), Gen.Double[-1, 1e6].Nullable(), Gen.Double[-10, 400].Nullable(), Gen.Double[-2e5, 2e6].Nullable()),
        Gen.Select(Gen.Double[-5, 120].Nullable(), Gen.Bool.Nullable(), Gen.Enum<Bearer>(), Gen.Char, Gen.Bool),
        Gen.Select(Gen.String.Null(), Gen.String.Null(), Gen.String.Null()),
        (what, how, phone, texts) => new Report
        {
            Kind = what.Item1, FixedAt = what.Item2, SentAt = what.Item3, Place = what.Item4,
            AccuracyMetres = how.Item1, SpeedMetresPerSecond = how.Item2, CourseDegrees = how.Item3, AltitudeMetres = how.Item4,
            BatteryPercent = phone.Item1, Charging = phone.Item2, Bearer = phone.Item3, Trigger = phone.Item4, Mock = phone.Item5,
            MessageId = texts.Item1, EventName = texts.Item2, EventDetail = texts.Item3,
        });

    [Fact]
    public void What_was_written_once_reads_and_writes_the_same_from_then_on() =>
        AnyReport.Sample(report =>
        {
            var record = Written(report);
            Assert.Equal(record, Written(ReportRecord.Read(record)));
        }, iter: 20_000);

    [Fact]
    public void A_position_with_every_field_takes_at_most_64_bytes()
    {
        var report = new Report
        {
            Kind = ReportKind.Position, FixedAt = new(2026, 3, 1, 8, 0, 0, 123, TimeSpan.Zero), SentAt = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero),
            Place = GeoPoint.From(-89.999999, -179.999999), AccuracyMetres = 14_700, SpeedMetresPerSecond = 300.1, CourseDegrees = 359,
            AltitudeMetres = 8_848, BatteryPercent = 100, Charging = true, Bearer = Bearer.Esim, Trigger = 'u', Mock = true, MessageId = "0571e18d",
        };
        Assert.InRange(Written(report).Length, 1, 64);
    }

    [Fact]
    public void Damaged_records_are_refused_and_never_crash() =>
        Gen.Select(AnyReport, Gen.Int[0, 10_000], Gen.Byte).Sample((report, at, value) =>
        {
            var record = Written(report);
            record[at % record.Length] = value;
            try
            {
                ReportRecord.Read(record.AsSpan(0, Math.Max(1, record.Length - at % 3)));
            }
            catch (FormatException)
            {
                // The only way to refuse.
            }
        }, iter: 20_000);

    [Fact]
    public void A_block_gives_back_its_entries_and_notices_any_flipped_bit() =>
        Gen.Select(AnyReport.Array[1, 20], Gen.Int[0, 1_000_000]).Sample((reports, pick) =>
        {
            var device = new DeviceKey(new OrganizationNumber(3), new DeviceId(1, 2));
            var writer = new LogBlockWriter(2, 9, 41, 1_700_000_000_123);
            foreach (var report in reports)
                writer.Add(device, new LogPosition(1, 7), 5, report);
            var (block, entries) = writer.Finish();

            var read = LogBlockReader.Entries(block);
            Assert.Equal(entries.Select(Text), read.Select(Text));
            Assert.Equal(new LogPosition(2, 41 + reports.Length - 1), block.Last);

            var flipped = block.Bytes.ToArray();
            flipped[pick % flipped.Length] ^= (byte)(1 << pick % 8);
            Assert.Throws<FormatException>(() => LogBlockReader.Entries(block with { Bytes = flipped }));
        }, iter: 1_000);

    private static string Text(LogEntry entry) =>
        $"{entry.Device} {entry.Position} {entry.Previous} {entry.ReceivedAtMs} {entry.PolicyVersion} {entry.Kind} {Convert.ToHexString(entry.Record.Span)}";

    private static byte[] Written(Report report)
    {
        var record = new ArrayBufferWriter<byte>();
        ReportRecord.Write(report, record);
        return record.WrittenSpan.ToArray();
    }
}
