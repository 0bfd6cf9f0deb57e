using System.Globalization;
using AntiLoss.Domain.Devices;

namespace AntiLoss.Domain.Silences;

/// <summary>What a phone last said that bears on its silence.</summary>
/// <param name="LastContactAt">When it was last heard.</param>
/// <param name="HeardInHours">Its last contact, or now, lies in its fleet's hours.</param>
[GenerateSerializer, Immutable, Alias("silence-facts")]
public sealed record SilenceFacts([property: Id(0)] DateTimeOffset LastContactAt, [property: Id(1)] bool HeardInHours)
{
    /// <summary>It said that it was being switched off, rightly, and nothing since.</summary>
    [Id(2)] public bool SaidAuthorisedOff { get; init; }

    /// <summary>It went off without leave, or a power-off was refused, within 10 minutes before it fell silent.</summary>
    [Id(3)] public bool PowerOffRefusedJustBefore { get; init; }

    /// <summary>A SIM went out within 10 minutes before it fell silent, and none of its links is an eSIM's.</summary>
    [Id(4)] public bool SimWentOutJustBefore { get; init; }

    [Id(5)] public bool SaidAirplane { get; init; }

    /// <summary>What the agent said when it stopped; null if it did not.</summary>
    [Id(6)] public string? AgentStopped { get; init; }

    [Id(7)] public int? BatteryPercent { get; init; }

    /// <summary>Percent an hour over the last hour; null if it is not falling.</summary>
    [Id(8)] public double? DrainPerHour { get; init; }

    /// <summary>The app promises nothing while the phone lies still, and it lay still.</summary>
    [Id(9)] public bool PromisedNothing { get; init; }

    [Id(10)] public Surroundings Surroundings { get; init; } = new(0, false, false);
}

/// <summary>Says what a silence looks like: the most specific explanation that the evidence carries.</summary>
public static class SilenceJudge
{
    private const int DarkDaysOfADeadZone = 3;
    private static readonly TimeSpan Shift = TimeSpan.FromHours(1);

    public static Silence Judge(SilenceFacts facts, DateTimeOffset now, DevicePolicy policy)
    {
        var (verdict, evidence) = Classify(facts, now);
        return new Silence(verdict, facts.LastContactAt, now, evidence)
        {
            PatienceUntil = PatienceUntil(verdict, facts.LastContactAt, now, policy),
        };
    }

    private static (SilenceClass, string) Classify(SilenceFacts facts, DateTimeOffset now)
    {
        if (facts.SaidAuthorisedOff)
            return (SilenceClass.AuthorisedOff, "it said that it was being switched off");
        if (facts.PowerOffRefusedJustBefore)
            return (SilenceClass.ForcedOff, "a power-off was refused just before");
        if (facts.SimWentOutJustBefore)
            return (SilenceClass.SimPulled, "a SIM went out just before, and no eSIM link came");
        if (facts.SaidAirplane)
            return (SilenceClass.Airplane, "it said that airplane mode went on");
        if (facts.AgentStopped is { } why)
            return (SilenceClass.AgentStopped, $"the app stopped: {why}");
        if (FlatEvidence(facts, now) is { } flat)
            return (SilenceClass.Flat, flat);
        if (facts.Surroundings.CarrierDown)
            return (SilenceClass.Outage, "many phones of its carrier fell silent together");
        if (facts.Surroundings.RegionDown)
            return (SilenceClass.Outage, "many phones of its region fell silent together");
        if (facts.Surroundings.EarlierDarkDays >= DarkDaysOfADeadZone)
            return (SilenceClass.DeadZone, $"phones went dark here and came back on {facts.Surroundings.EarlierDarkDays} earlier days");
        return facts.PromisedNothing
            ? (SilenceClass.NotPromised, "its app promises nothing while the phone lies still")
            : (SilenceClass.Unknown, "nothing explains it");
    }

    /// <summary>The last level less the drain of the last hour times the silence is at most 5 %, or at most 10 % and falling.</summary>
    private static string? FlatEvidence(SilenceFacts facts, DateTimeOffset now)
    {
        if (facts.BatteryPercent is not { } percent)
            return null;
        var drain = facts.DrainPerHour ?? 0;
        var left = percent - drain * (now - facts.LastContactAt).TotalHours;
        return left <= 5 || (percent <= 10 && drain > 0)
            ? string.Create(CultureInfo.InvariantCulture, $"its battery was at {percent} % and lost {drain:0.#} % an hour")
            : null;
    }

    /// <summary>Counted from the last contact; an outage's from its end, which its phones' own contact is.</summary>
    private static DateTimeOffset? PatienceUntil(SilenceClass silence, DateTimeOffset lastContactAt, DateTimeOffset now, DevicePolicy policy) => silence switch
    {
        SilenceClass.AuthorisedOff => NextShift(lastContactAt, policy),
        SilenceClass.Flat => lastContactAt + TimeSpan.FromHours(12),
        SilenceClass.Airplane => lastContactAt + TimeSpan.FromHours(8),
        SilenceClass.DeadZone => Later(lastContactAt + TimeSpan.FromHours(1), now),
        SilenceClass.AgentStopped => lastContactAt + TimeSpan.FromHours(2),
        SilenceClass.Outage => now + TimeSpan.FromMinutes(30),
        _ => null,
    };

    /// <summary>24 hours, or an hour into the fleet's next shift if that is sooner.</summary>
    private static DateTimeOffset NextShift(DateTimeOffset lastContactAt, DevicePolicy policy)
    {
        var day = lastContactAt + TimeSpan.FromHours(24);
        if (policy.Hours is not { } hours)
            return day;
        // A phone switched off during a shift is not missed before the next one.
        var free = lastContactAt;
        while (free < day && hours.Include(free))
            free += TimeSpan.FromMinutes(15);
        return hours.NextStart(free) is { } start && start + Shift < day ? start + Shift : day;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
