using AntiLoss.Domain.Geography;
using AntiLoss.LoadTest.Demo;

namespace AntiLoss.Tests.Demo;

public sealed class DemoFleetTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_roster_has_200_phones_with_names_and_people_of_their_own()
    {
        Assert.Equal(200, DemoRoster.All.Length);
        Assert.Equal(200, DemoRoster.All.Select(person => person.PhoneName).Distinct().Count());
        Assert.Equal(200, DemoRoster.All.Select(person => person.Person).Distinct().Count());
        Assert.All(DemoRoster.All, person => Assert.Contains(person.Fleet, DemoRoster.Fleets));
        Assert.Equal(Enum.GetValues<DemoTemper>(), DemoRoster.All.Select(person => person.Temper).Distinct().Order());
    }

    [Fact]
    public void A_phone_never_moves_faster_than_its_pace_also_from_one_day_to_the_next()
    {
        foreach (var person in DemoRoster.All.Where(person => person.Number % 9 == 0))
        {
            var top = person.Habits.Pace.Avenue;
            var last = default(Spot?);
            var (today, plan) = (-1L, DayPlan.For(person, 0));
            for (var second = 0; second < 2 * DayPlan.Length; second += 20)
            {
                var (day, at) = person.DayOf(Noon.AddSeconds(second));
                (today, plan) = (day, today == day ? plan : DayPlan.For(person, day));
                var moment = plan.At(at);
                Assert.InRange(moment.Pose.SpeedMetresPerSecond, 0, top);
                // Streets bend: a chord is never longer than the way.
                Assert.True(last is null || last.Value.MetresTo(moment.Pose.Spot) <= 20 * top + 1, $"{person.PhoneName} at {second} s");
                last = moment.Pose.Spot;
            }
        }
    }

    [Fact]
    public void A_day_is_the_same_whenever_it_is_asked_for()
    {
        var person = DemoRoster.All[42];
        for (var second = 0; second < DayPlan.Length; second += 997)
            Assert.Equal(DayPlan.For(person, 20_000).At(second), DayPlan.For(person, 20_000).At(second));
    }

    [Fact]
    public void At_any_hour_many_are_moving_and_all_are_in_the_city()
    {
        var centre = GeoPoint.From(-23.5375, -46.6365)!.Value;
        for (var hour = 0; hour < 24; hour += 3)
        {
            var moving = 0;
            foreach (var person in DemoRoster.All)
            {
                var (day, second) = person.DayOf(Noon.AddHours(hour));
                var moment = DayPlan.For(person, day).At(second);
                moving += moment.IsStill ? 0 : 1;
                var (latitude, longitude) = City.Degrees(moment.Pose.Spot);
                Assert.InRange(centre.MetresTo(GeoPoint.From(latitude, longitude)!.Value), 0, 9_000);
                Assert.InRange(moment.BatteryPercent, 4, 100);
            }
            Assert.InRange(moving, 50, 180);
        }
    }
}
