using System.Globalization;
using System.Text.Json;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Web.Ingest.Protocols;

/// <summary>The fields of one report that a program wrote; remembers the first one that is wrong, and why.</summary>
internal sealed class StrictFields(JsonElement report)
{
    public string? WrongField { get; private set; }

    public string? Error { get; private set; }

    public void Fail(string field, string error)
    {
        if (WrongField is not null)
            return;
        WrongField = field;
        Error = error;
    }

    public DeviceId Device()
    {
        if (!DeviceId.TryParse(Text("device"), out var device))
            Fail("device", "expected a device's id, 26 characters");
        return device;
    }

    public DateTimeOffset? Time(string field)
    {
        if (Text(field) is not { } text)
            return null;
        // With a zone only: a time that means another moment on another server is no time.
        if (text.Length is >= 11 and <= 40 && text.Contains('T', StringComparison.Ordinal) && HasZone(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return Lenient.ToMillisecond(time);
        Fail(field, "expected ISO 8601 with a zone, such as 2026-01-31T12:00:00Z");
        return null;
    }

    public double? Number(string field, double least, double most)
    {
        if (Value(field) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most)
            return number;
        Fail(field, string.Create(CultureInfo.InvariantCulture, $"expected a number from {least:N0} to {most:N0}"));
        return null;
    }

    public bool? Flag(string field)
    {
        if (Value(field) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Fail(field, "expected true or false");
        return null;
    }

    public Bearer Bearer() => Text("bearer") switch
    {
        null or "unknown" => Domain.Reports.Bearer.Unknown,
        "none" => Domain.Reports.Bearer.None,
        "wifi" => Domain.Reports.Bearer.Wifi,
        "mobile" => Domain.Reports.Bearer.Mobile,
        "physicalSim" => Domain.Reports.Bearer.PhysicalSim,
        "esim" => Domain.Reports.Bearer.Esim,
        _ => Unknown(),
    };

    public char Trigger()
    {
        if (Text("trigger") is not { Length: > 0 } text)
            return '\0';
        if (text is [> ' ' and < '\x7f'])
            return text[0];
        Fail("trigger", "expected one ASCII character");
        return '\0';
    }

    private Bearer Unknown()
    {
        Fail("bearer", "expected wifi, mobile, physicalSim, esim, none or unknown");
        return Domain.Reports.Bearer.Unknown;
    }

    private static bool HasZone(string text) =>
        text[^1] is 'Z' or 'z' || text.AsSpan(text.IndexOf('T', StringComparison.Ordinal)).IndexOfAny('+', '-') > 0;

    private string? Text(string field)
    {
        if (Value(field) is not { } value)
            return null;
        try
        {
            if (value.ValueKind == JsonValueKind.String)
                return value.GetString();
            Fail(field, "expected a text");
        }
        catch (InvalidOperationException)
        {
            Fail(field, "is no valid Unicode");
        }
        return null;
    }

    private JsonElement? Value(string field) =>
        report.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
