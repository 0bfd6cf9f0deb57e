using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using AntiLoss.Domain.Reports;
using AntiLoss.LoadTest.Live;
using AntiLoss.Web.Live;

namespace AntiLoss.Tests.Live;

/// <summary>Rows as a shard would make them, for an organization without one.</summary>
internal static class LivePhones
{
    public static readonly OrganizationNumber Organization = new(7);
    public static readonly DateTimeOffset Start = new(2026, 11, 25, 14, 0, 0, TimeSpan.Zero);

    private static long _version;

    public static DeviceId Id(int number) => new(0x0199_C2A1_B3C4_0000, (ulong)number + 1);

    /// <summary>The first row of a phone: enrolled, never heard of.</summary>
    public static DeviceRow Enrolled(int number, string? name = null, int fleet = 1) => new()
    {
        Key = new DeviceKey(Organization, Id(number)),
        Version = Next(),
        Name = name ?? $"Phone {number:0000}",
        Fleet = fleet,
    };

    /// <summary>A phone that is online somewhere.</summary>
    public static DeviceRow At(int number, double latitude, double longitude, int fleet = 1) =>
        Enrolled(number, fleet: fleet).Reporting(latitude, longitude, Start);

    public static DeviceRow Reporting(this DeviceRow row, double latitude, double longitude, DateTimeOffset at) => row with
    {
        Version = Next(),
        Presence = Presence.Online,
        Place = GeoPoint.From(latitude, longitude),
        FixedAtMs = at.ToUnixTimeMilliseconds(),
        LastContactAtS = at.ToUnixTimeSeconds() + 1,
        CourseDegrees = 90,
        SpeedDecimetresPerSecond = 139,
        BatteryPercent = 83,
        Bearer = Bearer.Mobile,
    };

    public static DeviceRow Newer(this DeviceRow row) => row with { Version = Next() };

    public static OrganizationView View(params IEnumerable<DeviceRow> rows)
    {
        var view = new OrganizationView(Organization, new FewNames());
        view.Offer(rows);
        return view;
    }

    private static LogPosition Next() => new(1, Interlocked.Increment(ref _version));
}

/// <summary>Person 3 is Ana, nobody else is called anything.</summary>
internal sealed class FewNames : IPersonNames
{
    public string NameOf(OrganizationNumber organization, int person) => person == 3 ? "Ana" : "";

    public ValueTask RefreshAsync(OrganizationView view, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
}

/// <summary>A session and its viewer without a connection between them: time passes by hand.</summary>
internal sealed class LooseViewer
{
    private readonly FrameWriter _writer = new();

    public LooseViewer(OrganizationView view) => Session = new ViewerSession(view, FleetScope.All, row => DeviceItem.Write(row, "Ana"));

    public ViewerSession Session { get; }

    public LiveFleet Fleet { get; } = new();

    public DateTimeOffset Now { get; private set; } = LivePhones.Start;

    public LooseViewer Watch(Viewport? viewport = null, int? fleet = null, int limit = ViewerSession.LargestLimit, string? resume = null)
    {
        Session.Watch(new ViewScope(FleetScope.All.Within(fleet), viewport), limit, ResumeToken.Parse(resume));
        return this;
    }

    /// <summary>The next frame, a tenth of a second later, applied but not acknowledged; null if there is none.</summary>
    public LiveFrame? Receive(TimeSpan? after = null)
    {
        Now += after ?? ViewerSession.Pace;
        if (Session.Next(Now, isStale: false, _writer) is not { } bytes)
            return null;
        var frame = LiveFrame.Decode(bytes);
        Fleet.Apply(frame);
        return frame;
    }

    /// <summary>Receives and acknowledges a frame.</summary>
    public LiveFrame? Take(TimeSpan? after = null)
    {
        var frame = Receive(after);
        if (frame is not null)
            Session.Ack(frame.Number);
        return frame;
    }

    /// <summary>Takes frames until there is nothing more to say.</summary>
    public LooseViewer Settle()
    {
        while (Take() is not null)
        {
        }
        return this;
    }

    /// <summary>What should be known of the phones that are in view.</summary>
    public void AssertKnows(params IEnumerable<DeviceRow> rows)
    {
        var expected = rows.OrderBy(row => row.Key.Device).Select(Shown.Of).ToArray();
        var known = Fleet.Phones.Values.OrderBy(phone => phone.Introduction!.Device).Select(Shown.Of).ToArray();
        Assert.Equal(expected, known);
    }

    /// <summary>A phone as a viewer sees it, computed from the row by other means than the wire's.</summary>
    private sealed record Shown(
        DeviceId Device, string Name, int Fleet, string Person, int? Latitude, int? Longitude, int State, int Bearer, int Charging,
        long FixedAtS, long ContactAtS, int? Battery, int? Heading, bool Moving)
    {
        public static Shown Of(DeviceRow row) => new(
            row.Key.Device, row.Name, row.Fleet, row.Person == 3 ? "Ana" : "", row.Place?.LatitudeE6, row.Place?.LongitudeE6,
            row.Damaged ? 4 : (int)row.Presence, (int)row.Bearer, row.Charging switch { null => 0, false => 1, true => 2 },
            row.FixedAtMs / 1000, row.LastContactAtS, row.BatteryPercent, row.CourseDegrees / 2 * 2, row.IsMoving);

        public static Shown Of(LivePhone phone) => new(
            phone.Introduction!.Device, phone.Introduction.Name, phone.Introduction.Fleet, phone.Introduction.PersonName,
            phone.HasPlace ? phone.LatitudeE6 : null, phone.HasPlace ? phone.LongitudeE6 : null,
            phone.State, phone.Status >> 3 & 7, phone.Status >> 6 & 3, phone.FixedAtS, phone.ContactAtS,
            phone.Battery == 255 ? null : phone.Battery, phone.Heading == 255 ? null : phone.Heading * 2, phone.Speed > 3);
    }
}
