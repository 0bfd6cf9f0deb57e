namespace AntiLoss.LoadTest.Demo;

/// <summary>One simulated phone and who carries it: everything about it follows from its number.</summary>
/// <param name="Number">From 0 on.</param>
/// <param name="PhoneName">As lists and the map show it.</param>
/// <param name="Person">Who carries it.</param>
/// <param name="Fleet">Name of its fleet.</param>
/// <param name="Base">Where its day begins and ends.</param>
public sealed record DemoPerson(
    int Number, string PhoneName, string Person, string Fleet, Habits Habits, Corner Base, DemoTemper Temper)
{
    /// <summary>The tag by which a demo that is started again finds its phones.</summary>
    public string Tag => $"demo-{Number:000}";

    // Spread over the day and the seconds, so that at any hour somebody rests and somebody drives.
    private int Offset => (Number * 7_919 + 1_234) % DayPlan.Length;

    /// <summary>The number of the phone's own day at a moment, and the second within it.</summary>
    public (long Day, double Second) DayOf(DateTimeOffset moment)
    {
        var seconds = moment.ToUnixTimeMilliseconds() / 1000.0 + Offset;
        var day = (long)Math.Floor(seconds / DayPlan.Length);
        return (day, seconds - day * (double)DayPlan.Length);
    }

    /// <summary>Whether the phone has no network at a moment; it keeps what it has and sends it later.</summary>
    public bool IsCutOff(DateTimeOffset moment) =>
        Temper == DemoTemper.Patchy && (moment.ToUnixTimeSeconds() / 60 + Number * 37) % 240 < 35;
}

/// <summary>What is special about a phone.</summary>
public enum DemoTemper
{
    /// <summary>It reports as it should.</summary>
    Steady,

    /// <summary>It loses its network for half an hour now and then, and catches up afterwards.</summary>
    Patchy,

    /// <summary>It has sent what it had and fallen silent: overdue, then offline.</summary>
    Silent,

    /// <summary>It was enrolled and never set up.</summary>
    Never,
}
