using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Web.Live;

/// <summary>A phone as lists and the live feed show it: an item of <c>GET /api/v1/devices</c>.</summary>
public sealed record DeviceItem(
    string Id,
    string Name,
    string Fleet,
    DevicePerson? Person,
    string? Imei,
    ImmutableArray<string> Tags,
    string State,
    DateTimeOffset? LastContactAt,
    DevicePlace? Latest,
    DeviceBattery? Battery,
    string Bearer,
    bool Moving)
{
    /// <param name="personName">Name of the person it is assigned to; empty if that is not known.</param>
    public static DeviceItem Of(DeviceRow row, string personName)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new DeviceItem(
            row.Key.Device.ToString(),
            row.Name,
            Text(row.Fleet),
            row.Person == 0 ? null : new DevicePerson(Text(row.Person), personName),
            row.Imei,
            row.Tags,
            StateOf(row),
            row.LastContactAtS == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(row.LastContactAtS),
            DevicePlace.Of(row),
            row.BatteryPercent is null && row.Charging is null ? null : new DeviceBattery(row.BatteryPercent, row.Charging),
            BearerOf(row.Bearer),
            row.IsMoving);
    }

    /// <summary>The item as JSON, as the API writes it.</summary>
    public static byte[] Write(DeviceRow row, string personName) =>
        JsonSerializer.SerializeToUtf8Bytes(Of(row, personName), DeviceItemJson.Default.DeviceItem);

    private static string StateOf(DeviceRow row) => row.Retired ? "retired" : LiveStates.Of(row) switch
    {
        LiveState.Damaged => "damaged",
        LiveState.Online => "online",
        LiveState.Overdue => "overdue",
        LiveState.Offline => "offline",
        _ => "never",
    };

    private static string BearerOf(Bearer bearer) => bearer switch
    {
        Domain.Reports.Bearer.None => "none",
        Domain.Reports.Bearer.Wifi => "wifi",
        Domain.Reports.Bearer.Mobile => "mobile",
        Domain.Reports.Bearer.PhysicalSim => "physicalSim",
        Domain.Reports.Bearer.Esim => "esim",
        _ => "unknown",
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Who has the phone.</summary>
public sealed record DevicePerson(string Id, string Name);

/// <summary>Where the phone was last: WGS-84 degrees, metres, metres a second, degrees from north.</summary>
public sealed record DevicePlace(
    DateTimeOffset Time, double Latitude, double Longitude, int? Accuracy, double? Speed, int? Course)
{
    internal static DevicePlace? Of(DeviceRow row) => row.Place is { } place
        ? new DevicePlace(
            DateTimeOffset.FromUnixTimeMilliseconds(row.FixedAtMs), place.Latitude, place.Longitude,
            row.AccuracyMetres, row.SpeedDecimetresPerSecond / 10.0, row.CourseDegrees)
        : null;
}

/// <summary>The battery, as far as the phone said.</summary>
public sealed record DeviceBattery(int? Percent, bool? Charging);

[JsonSerializable(typeof(DeviceItem))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class DeviceItemJson : JsonSerializerContext;
