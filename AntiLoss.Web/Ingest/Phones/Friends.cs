using System.Buffers;
using System.Text.Json;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Live;

namespace AntiLoss.Web.Ingest.Phones;

/// <summary>
/// A phone's friends in OwnTracks' sense: the other phones of its fleet, if the fleet allows it; never another
/// organization's. What is not at hand is left out: no phone waits for its friends.
/// </summary>
internal sealed class Friends(OrganizationDirectory organizations, FleetMirror mirror)
{
    private const int MaxFriends = 100;
    private const double KilometresPerHourInMetrePerSecond = 3.6;

    /// <summary>The rows of a phone's friends that have a place.</summary>
    public async ValueTask<ImmutableArray<DeviceRow>> OfAsync(DeviceKey device)
    {
        var known = organizations.FindAsync(device.Organization);
        var organization = known.IsCompletedSuccessfully ? known.Result : await known;
        if (organization is null || !organization.Fleets.Values.Any(fleet => fleet.FriendsAllowed))
            return [];
        var loading = mirror.ViewOfAsync(device.Organization);
        if (!loading.IsCompletedSuccessfully)
            return [];
        var view = loading.Result;
        if (view.Find(device.Device) is not { } own || !organization.Fleets.TryGetValue(own.Fleet, out var fleet) || !fleet.FriendsAllowed)
            return [];
        var rows = view.List(new DeviceListQuery { Fleet = own.Fleet, Limit = MaxFriends + 1 }).Rows;
        return [.. rows.Where(row => row.Key != device && row.Place is not null).Take(MaxFriends)];
    }

    /// <summary>All friends as one array of locations and cards.</summary>
    public static ReadOnlyMemory<byte> ToJson(ImmutableArray<DeviceRow> friends)
    {
        var buffer = new ArrayBufferWriter<byte>(256 * friends.Length + 2);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var friend in friends)
            {
                WriteLocation(writer, friend);
                WriteCard(writer, friend);
            }
            writer.WriteEndArray();
        }
        return buffer.WrittenMemory;
    }

    /// <summary>One friend's location and card, each by itself.</summary>
    public static (byte[] Location, byte[] Card) ToMessages(DeviceRow friend) => (Written(WriteLocation, friend), Written(WriteCard, friend));

    /// <summary>
    /// What the app names and tells a friend by: the end of its id. An app merges friends of equal ids, so it is long
    /// enough that two of a fleet hardly share one.
    /// </summary>
    public static string TrackerIdOf(DeviceRow friend) => friend.Key.Device.ToString()[^6..];

    private static byte[] Written(Action<Utf8JsonWriter, DeviceRow> write, DeviceRow friend)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
            write(writer, friend);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteLocation(Utf8JsonWriter writer, DeviceRow friend)
    {
        var place = friend.Place!.Value;
        writer.WriteStartObject();
        writer.WriteString("_type", "location");
        writer.WriteString("tid", TrackerIdOf(friend));
        writer.WriteNumber("tst", friend.FixedAtMs / 1000);
        writer.WriteNumber("lat", place.Latitude);
        writer.WriteNumber("lon", place.Longitude);
        if (friend.AccuracyMetres is { } accuracy)
            writer.WriteNumber("acc", accuracy);
        if (friend.SpeedDecimetresPerSecond is { } speed)
            writer.WriteNumber("vel", (int)(speed / 10.0 * KilometresPerHourInMetrePerSecond));
        if (friend.CourseDegrees is { } course)
            writer.WriteNumber("cog", course);
        if (friend.BatteryPercent is { } battery)
            writer.WriteNumber("batt", battery);
        writer.WriteEndObject();
    }

    private static void WriteCard(Utf8JsonWriter writer, DeviceRow friend)
    {
        writer.WriteStartObject();
        writer.WriteString("_type", "card");
        writer.WriteString("tid", TrackerIdOf(friend));
        writer.WriteString("name", friend.Name);
        writer.WriteEndObject();
    }
}
