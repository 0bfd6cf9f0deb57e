using AntiLoss.Domain.Devices;
using CsCheck;

namespace AntiLoss.Tests.Guards;

/// <summary>A fleet's week against a clock that is read minute by minute, also in the weeks in which it changes.</summary>
public sealed class WorkingHoursTests
{
    private static readonly DateTimeOffset[] Weeks =
    [
        new(2026, 3, 26, 0, 0, 0, TimeSpan.Zero), new(2026, 10, 22, 0, 0, 0, TimeSpan.Zero), new(2026, 6, 3, 0, 0, 0, TimeSpan.Zero),
    ];

    private static readonly string[] Zones = ["Europe/Berlin", "Asia/Shanghai", "America/New_York"];

    private static readonly Gen<Shift> AnyShift = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 1439], Gen.Int[0, 1439],
        (day, from, until) => new Shift((DayOfWeek)day, from, until));

    [Fact]
    public void The_next_start_is_the_first_minute_that_is_included() =>
        Gen.Select(Gen.Int[0, 2].Select(week => Weeks[week]), Gen.Int[0, 5 * 1440], Gen.Int[0, 2].Select(zone => Zones[zone]),
            Gen.OneOf(AnyShift, Gen.Select(Gen.Int[60, 200], Gen.Int[1, 60], (from, span) => new Shift(DayOfWeek.Sunday, from, from + span))).Array[0, 4])
            .Sample((week, minute, zone, shifts) =>
            {
                var (hours, at) = (new WorkingHours(zone, [.. shifts]), week.AddMinutes(minute));
                DateTimeOffset? model = null;
                for (var later = 0; model is null && shifts.Length > 0 && later < 8 * 1440; later++)
                    model = Works(at.AddMinutes(later)) ? at.AddMinutes(later) : null;
                Assert.Equal(model, hours.NextStart(at));

                bool Works(DateTimeOffset moment)
                {
                    var local = TimeZoneInfo.ConvertTime(moment, TimeZoneInfo.FindSystemTimeZoneById(zone)).DateTime;
                    return shifts.Any(shift => Enumerable.Range(0, 2).Any(daysAgo => local.Date.AddDays(-daysAgo) is var day
                        && day.DayOfWeek == shift.Day && local >= day.AddMinutes(shift.FromMinute)
                        && local < day.AddMinutes(shift.UntilMinute + (shift.UntilMinute <= shift.FromMinute ? 1440 : 0))));
                }
            }, iter: 500);
}
