namespace AntiLoss.Domain.Devices;

/// <summary>A fleet's week: when its phones are at work.</summary>
/// <param name="TimeZone">An IANA name, such as Europe/Berlin.</param>
/// <param name="Shifts">Shifts within the week, each from and until a local minute of a day.</param>
[GenerateSerializer, Immutable, Alias("working-hours")]
public sealed record WorkingHours([property: Id(0)] string TimeZone, [property: Id(1)] ImmutableArray<Shift> Shifts)
{
    /// <summary>Whether a moment lies within a shift.</summary>
    public bool Include(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(TimeZone));
        var minute = (int)local.TimeOfDay.TotalMinutes;
        var (today, yesterday) = (local.DayOfWeek, local.AddDays(-1).DayOfWeek);
        return Shifts.Any(shift =>
            shift.IsOvernight
                ? (shift.Day == today && minute >= shift.FromMinute) || (shift.Day == yesterday && minute < shift.UntilMinute)
                : shift.Day == today && minute >= shift.FromMinute && minute < shift.UntilMinute);
    }

    /// <summary>The first moment from <paramref name="at"/> on that lies within a shift, to the minute; null if there is no shift.</summary>
    public DateTimeOffset? NextStart(DateTimeOffset at)
    {
        if (Include(at))
            return at;
        if (Shifts.IsEmpty)
            return null;
        var zone = TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
        // A clock that changes skips into a shift or repeats one: in such a week only every minute of it tells.
        if (zone.GetUtcOffset(at) != zone.GetUtcOffset(at.AddDays(8)))
            return EveryMinute(at).Where(Include).Cast<DateTimeOffset?>().FirstOrDefault();
        var local = TimeZoneInfo.ConvertTime(at, zone);
        return Enumerable.Range(0, 8)
            .SelectMany(days => Shifts.Select(shift => (Day: local.Date.AddDays(days), Shift: shift)))
            .Where(start => start.Day.DayOfWeek == start.Shift.Day)
            .Select(start => new DateTimeOffset(start.Day.AddMinutes(start.Shift.FromMinute), local.Offset).ToUniversalTime())
            .Where(start => start >= at)
            .Order().Cast<DateTimeOffset?>().FirstOrDefault();
    }

    private static IEnumerable<DateTimeOffset> EveryMinute(DateTimeOffset at)
    {
        var minute = new DateTimeOffset(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero).AddMinutes(1);
        return Enumerable.Range(0, 8 * 24 * 60).Select(minutes => minute.AddMinutes(minutes));
    }
}

/// <summary>One shift of the week; one whose end is not after its start ends on the next day.</summary>
[GenerateSerializer, Immutable, Alias("shift")]
public readonly record struct Shift(
    [property: Id(0)] DayOfWeek Day, [property: Id(1)] int FromMinute, [property: Id(2)] int UntilMinute)
{
    public bool IsOvernight => UntilMinute <= FromMinute;
}
