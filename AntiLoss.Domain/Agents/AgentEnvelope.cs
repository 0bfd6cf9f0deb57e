using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Domain.Agents;

/// <summary>One item of an envelope: a report, an event, or neither: everything up to it is lost and will not come.</summary>
/// <param name="HappenedAt">By the phone's clock; null if it gave none.</param>
public readonly record struct EnvelopeItem(long Sequence, DateTimeOffset? HappenedAt, Report? Report, AgentEvent? Event);

/// <summary>
/// What a phone signs: who it is, and consecutive items of its outbox. Read in two steps, so that nothing of an
/// envelope but its head is looked at before the signature has held.
/// </summary>
public sealed class AgentEnvelope
{
    public const int MaxItems = 256;
    private const int Version = 1;
    private readonly JsonElement _items;

    private AgentEnvelope(DeviceKey device, int enrolment, ulong outbox, long first, JsonElement items)
    {
        (Device, Enrolment, Outbox, First, _items) = (device, enrolment, outbox, first, items);
    }

    /// <summary>Whose it says it is: believed once that phone's key has signed it.</summary>
    public DeviceKey Device { get; }

    public int Enrolment { get; }

    /// <summary>The random id that the phone made with its outbox.</summary>
    public ulong Outbox { get; }

    /// <summary>The first item's number, from 1 on; the others follow by one.</summary>
    public long First { get; }

    /// <exception cref="AgentFormatException">The head is not as it must be.</exception>
    public static AgentEnvelope ReadHead(ReadOnlyMemory<byte> envelope)
    {
        var fields = new AgentFields(AgentFields.Parse(envelope, "message"));
        _ = fields.RequiredInteger("v", Version, Version);
        var device = fields.Device();
        var outbox = fields.RequiredText("outbox", 16);
        if (outbox.Length != 16 || !ulong.TryParse(outbox, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id))
            throw fields.Wrong("outbox", "expected 16 hexadecimal digits");
        var items = fields.Required("items");
        if (items.ValueKind != JsonValueKind.Array || items.GetArrayLength() > MaxItems)
            throw fields.Wrong("items", $"expected a list of at most {MaxItems}");
        return new AgentEnvelope(
            device,
            (int)fields.RequiredInteger("enrolment", 1, int.MaxValue),
            id,
            fields.RequiredInteger("first", 1, long.MaxValue - MaxItems),
            items);
    }

    /// <summary>The items, each with its place if that is among <paramref name="places"/>.</summary>
    /// <exception cref="AgentFormatException">An item is not as it must be, or a place belongs to none.</exception>
    public ImmutableArray<EnvelopeItem> ReadItems(ImmutableArray<ReadOnlyMemory<byte>> places)
    {
        var byDigest = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (var place in places)
            byDigest[SaltedPlace.DigestOf(place.Span)] = place;
        var sequence = First;
        var items = ImmutableArray.CreateBuilder<EnvelopeItem>(_items.GetArrayLength());
        foreach (var element in _items.EnumerateArray())
        {
            var prefix = $"items[{items.Count}].";
            var fields = new AgentFields(element, prefix);
            var report = fields.Optional("report") is { } told ? ReadReport(new AgentFields(told, prefix + "report."), byDigest) : null;
            var said = fields.Optional("event") is { } happened ? ReadEvent(happened, prefix + "event") : null;
            if (report is not null && said is not null)
                throw fields.Wrong("event", "an item is a report or an event");
            if (report is null && said is null && fields.Flag("gap") != true)
                throw fields.Wrong("report", "expected report, event or \"gap\": true");
            items.Add(new EnvelopeItem(sequence++, fields.Moment("at"), report, said));
        }
        return byDigest.Count == 0 ? items.ToImmutable() : throw new AgentFormatException("places", "holds a place that no item names");
    }

    /// <summary>An envelope's bytes, with the digests of the places that the items' reports have, and those places under fresh salts.</summary>
    public static (byte[] Envelope, ImmutableArray<ReadOnlyMemory<byte>> Places) Write(
        DeviceKey device, int enrolment, ulong outbox, IReadOnlyList<EnvelopeItem> items)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var places = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteNumber("organization", device.Organization.Value);
            json.WriteString("device", device.Device.ToString());
            json.WriteNumber("enrolment", enrolment);
            json.WriteString("outbox", outbox.ToString("x16", CultureInfo.InvariantCulture));
            json.WriteNumber("first", items.Count > 0 ? items[0].Sequence : 1);
            json.WriteStartArray("items");
            foreach (var item in items)
                Write(json, item, places);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return (buffer.WrittenSpan.ToArray(), places.ToImmutable());
    }

    private static void Write(Utf8JsonWriter json, in EnvelopeItem item, ImmutableArray<ReadOnlyMemory<byte>>.Builder places)
    {
        json.WriteStartObject();
        if (item.HappenedAt is { } at)
            json.WriteNumber("at", at.ToUnixTimeMilliseconds());
        if (item.Event is { } said)
        {
            json.WritePropertyName("event");
            json.WriteRawValue(AgentEventJson.Write(said));
        }
        else if (item.Report is { } report)
        {
            json.WriteStartObject("report");
            if (report.Place is not null)
            {
                var place = SaltedPlace.Write(report, RandomNumberGenerator.GetBytes(SaltedPlace.SaltLength));
                places.Add(place);
                json.WriteString("place", SaltedPlace.DigestOf(place));
            }
            if (report.FixedAt is { } fixedAt)
                json.WriteNumber("fixedAt", fixedAt.ToUnixTimeMilliseconds());
            if (report.BatteryPercent is { } battery)
                json.WriteNumber("battery", battery);
            if (report.Charging is { } charging)
                json.WriteBoolean("charging", charging);
            if (report.Bearer != Bearer.Unknown)
                json.WriteString("bearer", $"{report.Bearer}");
            if (report.Mock)
                json.WriteBoolean("mock", true);
            json.WriteEndObject();
        }
        else
        {
            json.WriteBoolean("gap", true);
        }
        json.WriteEndObject();
    }

    private static Report ReadReport(AgentFields fields, Dictionary<string, ReadOnlyMemory<byte>> places)
    {
        var digest = fields.Text("place", 43);
        var fixedAt = fields.Moment("fixedAt");
        if (digest is not null && fixedAt is null)
            throw fields.Wrong("fixedAt", "a place needs the time at which the phone was there");
        var report = new Report
        {
            Kind = ReportKind.Contact,
            FixedAt = fixedAt,
            BatteryPercent = fields.Number("battery", 0, 100),
            Charging = fields.Flag("charging"),
            Bearer = fields.Name<Bearer>("bearer") ?? Bearer.Unknown,
            Mock = fields.Flag("mock") == true,
        };
        // A place that was taken out on the way leaves a contact: the signature has held all the same.
        return digest is not null && places.Remove(digest, out var place) ? SaltedPlace.Read(place, report) : report;
    }

    private static AgentEvent ReadEvent(JsonElement element, string field)
    {
        AgentEvent said;
        try
        {
            said = AgentEventJson.Read(JsonSerializer.SerializeToUtf8Bytes(element, AgentEventJson.Default.JsonElement));
        }
        catch (FormatException exception)
        {
            throw new AgentFormatException(field, exception.Message, exception);
        }
        return AgentEventRanges.Wrong(said) is { } wrong ? throw new AgentFormatException($"{field}.{wrong.Field}", wrong.Expected) : said;
    }
}
