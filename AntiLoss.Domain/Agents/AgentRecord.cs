using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using AntiLoss.Domain.Binary;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Domain.Agents;

/// <summary>
/// How an agent's item is written into the log: format, enrolment, outbox (8 bytes, little-endian), sequence, the
/// phone's time (Unix ms plus 1; 0 for none), what follows (0 nothing, 1 a report's record, 2 an event's JSON), and that.
/// </summary>
public static class AgentRecord
{
    private const byte Format = 1;
    private const int MaxHead = 40;

    private enum Body : byte
    {
        Gap = 0,
        Report = 1,
        Event = 2,
    }

    /// <summary>Writes an item; it is an event if <paramref name="eventJson"/> is not empty, which goes in as the phone sent it.</summary>
    public static void Write(
        int enrolment, ulong outbox, long sequence, DateTimeOffset? happenedAt, Report? report, ReadOnlySpan<byte> eventJson, IBufferWriter<byte> output)
    {
        var writer = new RecordWriter(output.GetSpan(MaxHead));
        writer.Byte(Format);
        writer.Unsigned((uint)enrolment);
        output.Advance(writer.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(8), outbox);
        output.Advance(8);
        writer = new RecordWriter(output.GetSpan(MaxHead));
        writer.Unsigned((ulong)sequence);
        writer.Unsigned(happenedAt is { } at ? (ulong)at.ToUnixTimeMilliseconds() + 1 : 0);
        writer.Byte((byte)(report is not null ? Body.Report : eventJson.IsEmpty ? Body.Gap : Body.Event));
        output.Advance(writer.Length);
        if (report is not null)
            ReportRecord.Write(report, output);
        else
            output.Write(eventJson);
    }

    /// <exception cref="FormatException">The bytes are no record of a format that this version knows.</exception>
    public static AgentReported Read(ReadOnlySpan<byte> record)
    {
        var reader = new RecordReader(record);
        if (reader.Byte() is var format && format != Format)
            throw new FormatException($"Agent record format {format} is not known.");
        var enrolment = (int)reader.Unsigned();
        var outbox = BinaryPrimitives.ReadUInt64LittleEndian(reader.Bytes(8));
        var sequence = (long)reader.Unsigned();
        var at = (long)reader.Unsigned();
        var body = (Body)reader.Byte();
        return new AgentReported(enrolment, outbox, sequence)
        {
            HappenedAt = at == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(at - 1),
            Report = body == Body.Report ? ReportRecord.Read(reader.Rest) : null,
            Event = body == Body.Event ? AgentEventJson.Read(reader.Rest) : null,
        };
    }
}

/// <summary>An agent's event as the protocol has it: camelCase, enumerations by name, nothing for null; its name may stand anywhere, as fields of JSON may.</summary>
[JsonSerializable(typeof(AgentEvent))]
[JsonSerializable(typeof(JsonElement))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true,
    AllowOutOfOrderMetadataProperties = true)]
public sealed partial class AgentEventJson : JsonSerializerContext
{
    public static byte[] Write(AgentEvent said) => JsonSerializer.SerializeToUtf8Bytes(said, Default.AgentEvent);

    /// <exception cref="FormatException">No event of the protocol, or one whose fields are not as they must be.</exception>
    public static AgentEvent Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Default.AgentEvent) ?? throw new FormatException("The event is null.");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new FormatException(exception.Message, exception);
        }
    }
}
