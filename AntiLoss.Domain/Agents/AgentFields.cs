using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Domain.Agents;

/// <summary>The fields of one JSON object of the protocol; what is wrong with one is told under its full name.</summary>
internal readonly struct AgentFields
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };
    private readonly JsonElement _object;
    private readonly string _prefix;

    public AgentFields(JsonElement element, string prefix = "")
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new AgentFormatException(prefix.TrimEnd('.') is { Length: > 0 } name ? name : "body", "expected an object");
        (_object, _prefix) = (element, prefix);
    }

    /// <summary>Parses a whole message. A name that comes twice would mean two things to two readers: it is refused.</summary>
    public static JsonElement Parse(ReadOnlyMemory<byte> json, string field)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new AgentFormatException(field, "is no JSON", exception);
        }
    }

    public AgentFormatException Wrong(string field, string error) => new(_prefix + field, error);

    public JsonElement? Optional(string field) =>
        _object.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public JsonElement Required(string field) => Optional(field) ?? throw Wrong(field, "is missing");

    public long? Integer(string field, long least, long most) => Optional(field) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most ? number
        : throw Wrong(field, string.Create(CultureInfo.InvariantCulture, $"expected a whole number from {least} to {most}"));

    public long RequiredInteger(string field, long least, long most) => Integer(field, least, most) ?? throw Wrong(field, "is missing");

    public double? Number(string field, double least, double most) => Optional(field) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most ? number
        : throw Wrong(field, string.Create(CultureInfo.InvariantCulture, $"expected a number from {least} to {most}"));

    public DateTimeOffset? Moment(string field) =>
        Integer(field, 0, 253_402_300_799_999) is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    public bool? Flag(string field) => Optional(field) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Wrong(field, "expected true or false");

    public string? Text(string field, int longest)
    {
        if (Optional(field) is not { } value)
            return null;
        try
        {
            if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && text.Length <= longest)
                return text;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no text.
        }
        throw Wrong(field, $"expected a text of at most {longest} characters");
    }

    public string RequiredText(string field, int longest) => Text(field, longest) ?? throw Wrong(field, "is missing");

    /// <summary>Bytes as base64url without padding.</summary>
    public byte[] Bytes(string field, int longest)
    {
        var text = RequiredText(field, longest * 4 / 3 + 4);
        return Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : throw Wrong(field, "is no base64url");
    }

    /// <summary>The phone that the fields <c>organization</c> and <c>device</c> name.</summary>
    public DeviceKey Device() => DeviceId.TryParse(RequiredText("device", 26), out var device)
        ? new DeviceKey(new OrganizationNumber((uint)RequiredInteger("organization", 1, uint.MaxValue)), device)
        : throw Wrong("device", "expected a device's id, 26 characters");

    public T? Name<T>(string field) where T : struct, Enum => Text(field, 40) is not { } text ? null
        : Enum.GetNames<T>().Contains(text) ? Enum.Parse<T>(text)
        : throw Wrong(field, $"expected one of {string.Join(", ", Enum.GetNames<T>())}");
}
