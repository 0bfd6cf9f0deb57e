using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Live;

namespace AntiLoss.Tests.Live;

public sealed class OrganizationViewTests
{
    [Fact]
    public void A_lower_version_never_replaces_a_higher_one()
    {
        var old = LivePhones.At(1, 47, 9);
        var newer = old.Reporting(48, 9, LivePhones.Start);
        var view = LivePhones.View(newer);

        Assert.False(view.Offer(old));
        Assert.False(view.Offer(newer));
        Assert.Same(newer, view.Find(newer.Key.Device));
    }

    [Fact]
    public void Lists_have_what_is_urgent_first_then_go_by_name_and_pages_join_without_a_gap()
    {
        var rows = Enumerable.Range(0, 250).Select(i => LivePhones.Enrolled(i, $"{(char)('a' + i * 7 % 26)}{i}") with { Damaged = i % 50 == 0 }).ToArray();
        var view = LivePhones.View(rows);
        var expected = rows.OrderBy(row => row.Damaged ? 0 : 1).ThenBy(row => row.Name, StringComparer.OrdinalIgnoreCase).Select(row => row.Name);

        var listed = new List<string>();
        ListPosition? after = null;
        do
        {
            var page = view.List(new DeviceListQuery { Limit = 40, After = after });
            listed.AddRange(page.Rows.Select(row => row.Name));
            after = page.Next is { } next ? ListPosition.Parse(next.ToString()) : null;
        }
        while (after is not null);

        Assert.Equal(expected, listed);
    }

    [Fact]
    public void A_list_stays_in_order_when_phones_are_renamed_and_retired()
    {
        var rows = Enumerable.Range(0, 10).Select(i => LivePhones.Enrolled(i, $"Phone {i}")).ToArray();
        var view = LivePhones.View(rows);
        Assert.Equal(10, view.List(new DeviceListQuery()).Rows.Length);

        view.Offer(rows[3].Newer() with { Name = "Aardvark" });
        view.Offer(rows[4].Newer() with { Retired = true });

        Assert.Equal(["Aardvark", "Phone 0", "Phone 1", "Phone 2", "Phone 5", "Phone 6", "Phone 7", "Phone 8", "Phone 9"], view.List(new DeviceListQuery()).Rows.Select(row => row.Name));
        Assert.Equal("Phone 4", Assert.Single(view.List(new DeviceListQuery { Retired = true }).Rows).Name);
    }

    [Theory]
    [InlineData("van", "Van 7")]
    [InlineData("ANA", "Van 7")]
    [InlineData("3569", "Truck")]
    [InlineData("cold", "Truck")]
    [InlineData("nothing", null)]
    public void Search_finds_names_people_imeis_and_tags(string text, string? found)
    {
        var view = LivePhones.View(
            LivePhones.Enrolled(1, "Van 7") with { Person = 3 },
            LivePhones.Enrolled(2, "Truck") with { Imei = "356938035643809", Tags = ["Cold chain"] });

        Assert.Equal(found, view.List(new DeviceListQuery { Search = text }).Rows.SingleOrDefault()?.Name);
    }

    [Fact]
    public void Counts_follow_presence_fleet_and_retirement()
    {
        var view = LivePhones.View(LivePhones.At(1, 47, 9, fleet: 1), LivePhones.Enrolled(2, fleet: 2));
        var third = LivePhones.At(3, 47, 9, fleet: 1);
        view.Offer(third);
        view.Offer(third = third.Newer() with { Presence = Presence.Offline, Fleet = 2 });

        Assert.Equal(new FleetCounts(3, 1, 0, 1, 1, 0, 0, 0, 0), view.CountsOf(FleetScope.All));
        Assert.Equal(new FleetCounts(1, 1, 0, 0, 0, 0, 0, 0, 0), view.CountsOf(FleetScope.Of(1)));
        Assert.Equal(new FleetCounts(2, 0, 0, 1, 1, 0, 0, 0, 0), view.CountsOf(FleetScope.Of(2)));

        view.Offer(third.Newer() with { Retired = true });
        Assert.Equal(2, view.CountsOf(FleetScope.All).All);
        Assert.Equal(FleetCounts.None, view.CountsOf(FleetScope.Of(99)));
    }

    [Fact]
    public void A_lost_phone_is_lost_whether_it_is_heard_or_not_and_is_listed_before_all_others()
    {
        var view = LivePhones.View(
            LivePhones.At(1, 47, 9) with { Name = "Calm" },
            LivePhones.At(2, 47, 9) with { Name = "Broken", Damaged = true },
            LivePhones.At(3, 47, 9) with { Name = "Suspected", Protection = Protection.Suspected, Presence = Presence.Offline },
            LivePhones.At(4, 47, 9) with { Name = "Taken", Protection = Protection.Lost });

        Assert.Equal(["Taken", "Suspected", "Broken", "Calm"], view.List(new DeviceListQuery()).Rows.Select(row => row.Name));
        Assert.Equal("Taken", Assert.Single(view.List(new DeviceListQuery { State = LiveState.Lost }).Rows).Name);
        Assert.Equal(new FleetCounts(All: 4, Online: 1, Overdue: 0, Offline: 0, Never: 0, Damaged: 1, Suspected: 1, Lost: 1, OnEsim: 0), view.CountsOf(FleetScope.All));
        var item = DeviceItem.Of(view.List(new DeviceListQuery()).Rows[1], personName: "");
        Assert.Equal(("suspected", "offline", "suspected"), (item.State, item.Presence, item.Protection));
    }

    [Fact]
    public void A_viewport_finds_what_looking_at_every_phone_finds()
    {
        var random = new Random(7);
        var rows = Enumerable.Range(0, 2000).Select(i => LivePhones.At(i, random.NextDouble() * 180 - 90, random.NextDouble() * 360 - 180)).ToArray();
        var view = LivePhones.View(rows);
        for (var trial = 0; trial < 200; trial++)
        {
            var south = random.NextDouble() * 170 - 85;
            var viewport = new Viewport(
                random.Next(-180_000_000, 180_000_000), (int)(south * 1e6), random.Next(-180_000_000, 180_000_000), (int)((south + random.NextDouble() * 5) * 1e6), 5);
            var scope = new ViewScope(FleetScope.All, viewport);
            var found = new List<int>();
            view.FindIn(scope, found);
            var expected = rows.Where(row => viewport.Contains(row.Place!.Value)).Select(row => row.Key.Device);
            Assert.Equal(expected.Order(), found.Select(handle => view.SlotOf(handle).Row.Key.Device).Order());
            Assert.Equal(found.Count, view.CountIn(scope, int.MaxValue));
        }
    }
}
