using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Live;

namespace AntiLoss.Web.Ingest.Phones;

/// <summary>
/// A phone's friends in OwnTracks' sense: the other phones of its fleet, if the fleet allows it; never another
/// organization's. What is not at hand is left out: no phone waits for its friends.
/// </summary>
internal sealed class Friends(OrganizationDirectory organizations, FleetMirror mirror, TimeProvider time)
{
    /// <summary>Every phone of a fleet asks with each of its reports, and looking for the fleet's phones costs as much as its organization is large.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(2);

    private const int MaxFriends = 100;
    private const double KilometresPerHourInMetrePerSecond = 3.6;

    private readonly ConcurrentDictionary<(OrganizationNumber Organization, int Fleet), (long ListedAt, ImmutableArray<DeviceRow> Rows)> _fleets = new();

    /// <summary>The rows of a phone's friends that have a place.</summary>
    public async ValueTask<ImmutableArray<DeviceRow>> OfAsync(DeviceKey device)
    {
        var known = organizations.FindAsync(device.Organization);
        var organization = known.IsCompletedSuccessfully ? known.Result : await known;
        if (organization is null || !organization.Fleets.Values.Any(fleet => fleet.FriendsAllowed))
            return [];
        if (mirror.ViewAtHand(device.Organization) is not { } view || view.Find(device.Device) is not { } own || !organization.Fleets.TryGetValue(own.Fleet, out var fleet) || !fleet.FriendsAllowed)
            return [];
        return [.. FleetOf(view, own.Fleet).Where(row => row.Key != device && row.Place is not null).Take(MaxFriends)];
    }

    private ImmutableArray<DeviceRow> FleetOf(OrganizationView view, int number)
    {
        var now = time.GetTimestamp();
        if (_fleets.TryGetValue((view.Organization, number), out var fleet) && time.GetElapsedTime(fleet.ListedAt, now) < KeptFor)
            return fleet.Rows;
        var rows = view.List(new DeviceListQuery { Fleets = FleetScope.Of(number), Limit = MaxFriends + 1 }).Rows;
        _fleets[(view.Organization, number)] = (now, rows);
        return rows;
    }

    /// <summary>All friends' locations and cards in one array, after what is wanted of the phone.</summary>
    public static ReadOnlyMemory<byte> ToJson(ImmutableArray<DeviceRow> friends, ImmutableArray<AppOrder> orders)
    {
        var buffer = new ArrayBufferWriter<byte>(256 * (friends.Length + orders.Length) + 2);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var order in orders)
                writer.WriteRawValue(order.Message, skipInputValidation: true);
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
