namespace AntiLoss.Domain.Guards;

/// <summary>How long a phone refuses the next PIN after a number of wrong ones. It runs on the phone's monotonic clock and survives a reboot.</summary>
public static class PinBackOff
{
    /// <summary>From this many wrong PINs on only a recovery code helps.</summary>
    public const int CodeOnlyFrom = 100;

    /// <summary>No wait is longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The wait after the given count of wrong PINs in a row; null: no PIN is taken any more.</summary>
    public static TimeSpan? After(int failures) => failures switch
    {
        < 5 => TimeSpan.Zero,
        5 => TimeSpan.FromSeconds(30),
        6 => TimeSpan.FromMinutes(1),
        7 => TimeSpan.FromMinutes(5),
        8 => TimeSpan.FromMinutes(15),
        < CodeOnlyFrom => Longest,
        _ => null,
    };
}
