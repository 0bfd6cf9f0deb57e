using System.Buffers.Text;
using System.Text;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;

namespace AntiLoss.Web.Live;

/// <summary>Which phones a list asks for, and from where on.</summary>
public sealed record DeviceListQuery
{
    /// <summary>Only phones of these fleets.</summary>
    public FleetScope Fleets { get; init; } = FleetScope.All;

    /// <summary>Only phones in this state; null for all.</summary>
    public LiveState? State { get; init; }

    /// <summary>Retired phones only, instead of all others.</summary>
    public bool Retired { get; init; }

    /// <summary>Part of a name, a person's name, an IMEI, a tag or an id, in either case; null or empty for all.</summary>
    public string? Search { get; init; }

    /// <summary>The page before this one; null for the first.</summary>
    public ListPosition? After { get; init; }

    public int Limit { get; init; } = 100;
}

/// <summary>A page of phones, urgent first, then by name.</summary>
/// <param name="Next">Where the next page starts after; null if this was the last.</param>
public sealed record DeviceListPage(ImmutableArray<DeviceRow> Rows, ListPosition? Next);

/// <summary>
/// A phone's place in the list of its organization: what is urgent, then by name, then by id. A page may start after a
/// phone that is no longer there.
/// </summary>
public readonly record struct ListPosition(int Calm, string Name, DeviceId Device) : IComparable<ListPosition>
{
    internal static ListPosition Of(DeviceRow row) => new(LiveStates.CalmOf(row), row.Name, row.Key.Device);

    /// <summary>Reads what <see cref="ToString"/> wrote; null if it is no cursor of ours.</summary>
    public static ListPosition? Parse(string cursor)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        try
        {
            var bytes = Base64Url.DecodeFromChars(cursor);
            return bytes.Length < 17
                ? null
                : new ListPosition(bytes[0], Encoding.UTF8.GetString(bytes.AsSpan(17)), DeviceId.FromBytes(bytes.AsSpan(1)));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public int CompareTo(ListPosition other)
    {
        if (Calm != other.Calm)
            return Calm.CompareTo(other.Calm);
        var byName = string.Compare(Name, other.Name, StringComparison.OrdinalIgnoreCase);
        return byName != 0 ? byName : Device.CompareTo(other.Device);
    }

    public static bool operator <(ListPosition left, ListPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(ListPosition left, ListPosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(ListPosition left, ListPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ListPosition left, ListPosition right) => left.CompareTo(right) >= 0;

    /// <summary>As a cursor: opaque, safe in a URL.</summary>
    public override string ToString()
    {
        var bytes = new byte[17 + Encoding.UTF8.GetByteCount(Name)];
        bytes[0] = (byte)Calm;
        Device.WriteTo(bytes.AsSpan(1));
        Encoding.UTF8.GetBytes(Name, bytes.AsSpan(17));
        return Base64Url.EncodeToString(bytes);
    }
}
