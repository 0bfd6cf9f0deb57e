using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Silences;

namespace AntiLoss.Tests.Stories;

/// <summary>What other phones say about one phone's silence.</summary>
public sealed class WitnessesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly OrganizationNumber Ours = new(7);
    private static readonly OrganizationNumber Theirs = new(8);
    private ulong _next;

    [Fact]
    public void A_carrier_of_which_most_phones_fell_silent_together_is_down()
    {
        var down = Many(6, minutes: 45, "26201");
        var others = Many(6, minutes: 3, "26202");

        Assert.Equal((true, false), Down(down[0], [.. down, .. others]));
    }

    [Fact]
    public void A_handful_less_one_is_a_coincidence()
    {
        // The silent phone itself is no witness: it is in the place where it is.
        var few = Many(5, minutes: 45, "26201");
        Assert.Equal((false, false), Down(few[0], few));
        var enough = Many(6, minutes: 45, "26201");
        Assert.Equal((true, true), Down(enough[0], enough));
    }

    [Fact]
    public void Phones_that_were_side_by_side_say_nothing_of_their_carrier()
    {
        var depot = Enumerable.Range(0, 30).Select(i => Row(45, "26201", 52.5 + i * 1e-5)).ToArray();
        Assert.Equal((false, false), Down(depot[0], depot));
    }

    [Fact]
    public void A_carrier_whose_other_phones_are_heard_is_not_down()
    {
        var silent = Many(6, minutes: 45, "26201");
        Assert.Equal((false, false), Down(silent[0], [.. silent, .. Many(6, minutes: 2, "26201")]));
    }

    [Fact]
    public void What_has_been_silent_for_long_or_for_a_reason_of_its_own_is_no_witness()
    {
        var silent = Row(45, "26201", 52.5);
        var old = Many(10, minutes: 600, "26201");
        var flat = Many(10, minutes: 45, "26201").Select(row => row with { Silence = SilenceClass.Flat });
        Assert.Equal((false, false), Down(silent, [silent, .. old, .. flat]));
    }

    [Fact]
    public void Another_organization_s_phones_tell_of_a_carrier_and_of_no_place()
    {
        var silent = Row(45, "26201", 52.5);
        var theirs = Many(10, minutes: 45, "26201")
            .Select(row => row with { Key = row.Key with { Organization = Theirs }, DarkSpots = [Spot(1), Spot(2), Spot(3)] }).ToArray();

        Assert.Equal(new Surroundings(0, CarrierDown: true, RegionDown: false), Witnesses.Ask(silent, [silent, .. theirs], Now));
    }

    [Fact]
    public void A_far_region_says_nothing_of_this_one()
    {
        var silent = Row(45, null, 52.5);
        var far = Enumerable.Range(0, 10).Select(i => Row(45, null, 48 + i * 0.02));
        Assert.Equal((false, false), Down(silent, [silent, .. far]));
    }

    [Fact]
    public void Earlier_days_on_which_phones_went_dark_here_are_counted_once_each()
    {
        var silent = Row(45, null, 52.5);
        var here = Row(1, null, 52.6) with { DarkSpots = [Spot(1), Spot(2), Spot(2), Spot(0)] };
        var alsoHere = Row(1, null, 52.7) with { DarkSpots = [Spot(2), Spot(3), Spot(4) with { Place = GeoPoint.From(52.51, 13)!.Value }] };

        Assert.Equal(3, Witnesses.Ask(silent, [silent, here, alsoHere], Now).EarlierDarkDays);
    }

    [Fact]
    public void A_dark_spot_is_kept_coarsely_once_a_day_and_not_for_ever()
    {
        var place = GeoPoint.From(52.500412, 13.000388);
        ImmutableArray<DarkSpot> spots = [];
        for (var day = 0; day < 20; day++)
        {
            var silence = new Silence(SilenceClass.Unknown, Now.AddDays(day), Now.AddDays(day), "") { Place = place };
            spots = DarkSpot.Add(DarkSpot.Add(spots, silence), silence);
        }
        Assert.Equal((8, GeoPoint.From(52.5, 13)!.Value), (spots.Length, spots[^1].Place));

        var later = new Silence(SilenceClass.Unknown, Now.AddDays(90), Now.AddDays(90), "") { Place = place };
        Assert.Single(DarkSpot.Add(spots, later));
        Assert.Equal(spots, DarkSpot.Add(spots, later with { Class = SilenceClass.Flat }));
    }

    private static DarkSpot Spot(int daysAgo) => new(GeoPoint.From(52.5, 13)!.Value, DateOnly.FromDateTime(Now.UtcDateTime).AddDays(-daysAgo));

    private static (bool Carrier, bool Region) Down(DeviceRow silent, IEnumerable<DeviceRow> phones) =>
        Witnesses.Ask(silent, phones, Now) is var said ? (said.CarrierDown, said.RegionDown) : default;

    /// <summary>Phones 2 km apart.</summary>
    private DeviceRow[] Many(int count, double minutes, string? plmn) =>
        [.. Enumerable.Range(0, count).Select(i => Row(minutes, plmn, 52.5 + i * 0.02))];

    private DeviceRow Row(double minutes, string? plmn, double latitude) => new()
    {
        Key = new DeviceKey(Ours, new DeviceId(1, ++_next)),
        Version = default,
        Name = "Phone",
        Fleet = 1,
        Presence = minutes >= 45 ? Presence.Offline : Presence.Online,
        LastContactAtS = Now.AddMinutes(-minutes).ToUnixTimeSeconds(),
        DueAtS = Now.AddMinutes(5).ToUnixTimeSeconds(),
        Place = GeoPoint.From(latitude, 13),
        Plmn = plmn,
    };
}
