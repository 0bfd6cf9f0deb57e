using System.Buffers;
using System.Text;
using AntiLoss.Domain.Binary;
using AntiLoss.Domain.Geography;

namespace AntiLoss.Domain.Reports;

/// <summary>
/// The canonical record of a report: how it is written into the log, at the history's precision (fix time 1 ms, sent
/// 1 s, 1e-6°, whole metres, 0.1 m/s, whole degrees and percent). At most 64 bytes for a position. What lies outside a
/// field's range is left out, as if the phone had not said it.
/// Layout: format, kind, field mask (varint), then each field that the mask names, in the mask's order: integers as
/// varints, signed ones zig-zag, sent time as seconds after the fix, texts as length and UTF-8.
/// </summary>
public static class ReportRecord
{
    private const byte Format = 1;
    private const int MaxMessageId = 40;
    private const int MaxEventName = 40;
    private const int MaxEventDetail = 2_000;

    [Flags]
    private enum Fields
    {
        FixedAt = 1, SentAt = 2, Place = 4, Accuracy = 8, Speed = 16, Course = 32, Altitude = 64, Battery = 128,
        NotCharging = 256, IsCharging = 512, Bearer = 1024, Trigger = 2048, Mock = 4096, MessageId = 8192,
        EventName = 16384, EventDetail = 32768,
    }

    /// <summary>Writes a report; its fields beyond the record's precision are rounded.</summary>
    public static void Write(Report report, IBufferWriter<byte> output)
    {
        var writer = new RecordWriter(output.GetSpan(96));
        writer.Byte(Format);
        writer.Byte((byte)report.Kind);
        var accuracy = Rounded(report.AccuracyMetres, 0, 10_000_000);
        var speed = Rounded(report.SpeedMetresPerSecond * 10, 0, 1_000_000);
        var course = Rounded(report.CourseDegrees, 0, 360);
        var altitude = Rounded(report.AltitudeMetres, -100_000, 1_000_000);
        var battery = Rounded(report.BatteryPercent, 0, 100);
        var trigger = report.Trigger is > ' ' and <= '~' ? report.Trigger : '\0';
        var fields = FieldsOf(report)
            | If(accuracy is not null, Fields.Accuracy) | If(speed is not null, Fields.Speed)
            | If(course is not null, Fields.Course) | If(altitude is not null, Fields.Altitude)
            | If(battery is not null, Fields.Battery) | If(trigger != '\0', Fields.Trigger);
        writer.Unsigned((ulong)fields);
        if (report.FixedAt is { } fixedAt)
            writer.Signed(fixedAt.ToUnixTimeMilliseconds());
        if (report.SentAt is { } sentAt)
            writer.Signed(sentAt.ToUnixTimeSeconds() - (report.FixedAt?.ToUnixTimeSeconds() ?? 0));
        if (report.Place is { } place)
        {
            writer.Signed(place.LatitudeE6);
            writer.Signed(place.LongitudeE6);
        }
        if (accuracy is { } metres) writer.Unsigned((ulong)metres);
        if (speed is { } decimetres) writer.Unsigned((ulong)decimetres);
        if (course is { } degrees) writer.Unsigned((ulong)(degrees % 360));
        if (altitude is { } height) writer.Signed(height);
        if (battery is { } percent) writer.Byte((byte)percent);
        if (report.Bearer != Bearer.Unknown) writer.Byte((byte)report.Bearer);
        if (trigger != '\0') writer.Byte((byte)trigger);
        output.Advance(writer.Length);
        if (fields.HasFlag(Fields.MessageId)) WriteText(report.MessageId!, MaxMessageId, output);
        if (fields.HasFlag(Fields.EventName)) WriteText(report.EventName!, MaxEventName, output);
        if (fields.HasFlag(Fields.EventDetail)) WriteText(report.EventDetail!, MaxEventDetail, output);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">The bytes are no record of a format that this version knows.</exception>
    public static Report Read(ReadOnlySpan<byte> record)
    {
        var reader = new RecordReader(record);
        if (reader.Byte() is var format && format != Format)
            throw new FormatException($"Record format {format} is not known.");
        var kind = (ReportKind)reader.Byte();
        var fields = (Fields)reader.Unsigned();
        DateTimeOffset? fixedAt = fields.HasFlag(Fields.FixedAt) ? Time(reader.Signed(), TimeSpan.TicksPerMillisecond) : null;
        return new Report
        {
            Kind = kind,
            FixedAt = fixedAt,
            SentAt = fields.HasFlag(Fields.SentAt)
                ? Time(reader.Signed() + (fixedAt?.ToUnixTimeSeconds() ?? 0), TimeSpan.TicksPerSecond) : null,
            Place = fields.HasFlag(Fields.Place) ? new GeoPoint((int)reader.Signed(), (int)reader.Signed()) : null,
            AccuracyMetres = fields.HasFlag(Fields.Accuracy) ? reader.Unsigned() : null,
            SpeedMetresPerSecond = fields.HasFlag(Fields.Speed) ? reader.Unsigned() / 10.0 : null,
            CourseDegrees = fields.HasFlag(Fields.Course) ? reader.Unsigned() : null,
            AltitudeMetres = fields.HasFlag(Fields.Altitude) ? reader.Signed() : null,
            BatteryPercent = fields.HasFlag(Fields.Battery) ? reader.Byte() : null,
            Charging = fields.HasFlag(Fields.IsCharging) ? true : fields.HasFlag(Fields.NotCharging) ? false : null,
            Bearer = fields.HasFlag(Fields.Bearer) ? (Bearer)reader.Byte() : Bearer.Unknown,
            Trigger = fields.HasFlag(Fields.Trigger) ? (char)reader.Byte() : '\0',
            Mock = fields.HasFlag(Fields.Mock),
            MessageId = fields.HasFlag(Fields.MessageId) ? reader.Text() : null,
            EventName = fields.HasFlag(Fields.EventName) ? reader.Text() : null,
            EventDetail = fields.HasFlag(Fields.EventDetail) ? reader.Text() : null,
        };
    }

    private static Fields FieldsOf(Report report) =>
        If(report.FixedAt is not null, Fields.FixedAt) | If(report.SentAt is not null, Fields.SentAt)
        | If(report.Place is not null, Fields.Place) | If(report.Charging == false, Fields.NotCharging)
        | If(report.Charging == true, Fields.IsCharging) | If(report.Bearer != Bearer.Unknown, Fields.Bearer)
        | If(report.Mock, Fields.Mock) | If(report.MessageId is not null, Fields.MessageId)
        | If(report.EventName is not null, Fields.EventName) | If(report.EventDetail is not null, Fields.EventDetail);

    private static Fields If(bool condition, Fields field) => condition ? field : 0;

    private static int? Rounded(double? value, int least, int most) =>
        value is { } number && number >= least && number <= most ? (int)Math.Round(number) : null;

    private static DateTimeOffset Time(long units, long ticksPerUnit)
    {
        var ticks = (Int128)units * ticksPerUnit + DateTimeOffset.UnixEpoch.Ticks;
        return ticks >= 0 && ticks <= DateTimeOffset.MaxValue.Ticks
            ? new DateTimeOffset((long)ticks, TimeSpan.Zero)
            : throw new FormatException("A time of the record is out of range.");
    }

    private static void WriteText(string text, int maxLength, IBufferWriter<byte> output)
    {
        var cut = text.AsSpan(0, Math.Min(text.Length, maxLength));
        var length = Encoding.UTF8.GetByteCount(cut);
        var writer = new RecordWriter(output.GetSpan(length + 3));
        writer.Unsigned((ulong)length);
        writer.Utf8(cut);
        output.Advance(writer.Length);
    }
}
