using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Reports;
using AntiLoss.Grains.Fleets;

namespace AntiLoss.Web.Live;

/// <summary>A phone as lists and the live feed show it: an item of <c>GET /api/v1/devices</c>.</summary>
/// <param name="State">The most urgent of lost, suspected, damaged, online, overdue, offline and never; or retired.</param>
/// <param name="Presence">online, overdue, offline or never, whatever else is the matter with it.</param>
/// <param name="Protection">disarmed, armed, suspected, lost, wiped or retired.</param>
/// <param name="Silence">What its silence looks like, such as deadZone or forcedOff; null while it is heard.</param>
/// <param name="Bearer">wifi, mobile, physicalSim, esim, none or unknown: what carried its last report.</param>
public record DeviceItem(
    string Id, string Name, string Fleet, PersonReference? Person, string? Imei, IReadOnlyList<string> Tags, string State,
    string Presence, string Protection, string? Silence, DateTimeOffset? LastContactAt, LatestView? Latest, BatteryView? Battery, string Bearer, bool Moving)
{
    internal static DeviceItem Of(DeviceRow row, Organization organization) =>
        Of(row, organization.People.GetValueOrDefault(row.Person)?.Name ?? "");

    /// <param name="personName">Name of the person it is assigned to; empty if that is not known.</param>
    internal static DeviceItem Of(DeviceRow row, string personName) => new(
        row.Key.Device.ToString(),
        row.Name,
        Text(row.Fleet),
        row.Person == 0 ? null : new PersonReference(Text(row.Person), personName),
        row.Imei,
        row.Tags,
        Words.State(row),
        Words.Of(row.Presence),
        Words.Of(row.Protection),
        row.Silence is { } silence ? Words.Of(silence) : null,
        row.LastContactAtS == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(row.LastContactAtS),
        LatestView.Of(row),
        row.BatteryPercent is null && row.Charging is null ? null : new BatteryView(row.BatteryPercent, row.Charging),
        Words.Bearer(row.Bearer),
        row.IsMoving);

    /// <summary>The item as JSON, as the API writes it.</summary>
    internal static byte[] Write(DeviceRow row, string personName) =>
        JsonSerializer.SerializeToUtf8Bytes(Of(row, personName), DeviceItemJson.Default.DeviceItem);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A person by number and name; the name is empty if the person has been removed.</summary>
public sealed record PersonReference(string Id, string Name);

/// <summary>Where a phone was last, by its own clock.</summary>
/// <param name="Accuracy">Radius in metres, 68 %.</param>
/// <param name="Speed">Metres per second.</param>
/// <param name="Course">Degrees clockwise from north.</param>
public sealed record LatestView(DateTimeOffset Time, double Latitude, double Longitude, int? Accuracy, double? Speed, int? Course)
{
    internal static LatestView? Of(DeviceRow row) => row.Place is { } place
        ? new LatestView(
            DateTimeOffset.FromUnixTimeMilliseconds(row.FixedAtMs), place.Latitude, place.Longitude,
            row.AccuracyMetres, row.SpeedDecimetresPerSecond / 10.0, row.CourseDegrees)
        : null;
}

/// <summary>The battery, as far as the phone said.</summary>
public sealed record BatteryView(int? Percent, bool? Charging);

/// <summary>The words that JSON and CSV have for what is a number inside.</summary>
internal static class Words
{
    public static string State(DeviceRow row) => row.Retired ? "retired" : Of(LiveStates.Of(row));

    /// <summary>An enum's name as JSON has it.</summary>
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static string Bearer(Bearer bearer) => bearer switch
    {
        Domain.Reports.Bearer.Wifi => "wifi",
        Domain.Reports.Bearer.Mobile => "mobile",
        Domain.Reports.Bearer.PhysicalSim => "physicalSim",
        Domain.Reports.Bearer.Esim => "esim",
        Domain.Reports.Bearer.None => "none",
        _ => "unknown",
    };
}

[JsonSerializable(typeof(DeviceItem))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class DeviceItemJson : JsonSerializerContext;
