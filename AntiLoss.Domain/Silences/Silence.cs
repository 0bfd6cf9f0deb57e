using AntiLoss.Domain.Geography;

namespace AntiLoss.Domain.Silences;

/// <summary>What a silence looks like. Stored: numbers are never reused.</summary>
public enum SilenceClass : byte
{
    /// <summary>Nothing explains it; all bearers gone at once among it.</summary>
    Unknown = 0,

    /// <summary>The phone said that it was being switched off, rightly.</summary>
    AuthorisedOff = 1,

    /// <summary>The battery was about to be empty.</summary>
    Flat = 2,

    /// <summary>A power-off was refused just before, or it started again for no good reason.</summary>
    ForcedOff = 3,

    /// <summary>A SIM went out just before and no eSIM link came.</summary>
    SimPulled = 4,

    /// <summary>The phone said that airplane mode went on.</summary>
    Airplane = 5,

    /// <summary>Phones of ours go dark in this place and come back.</summary>
    DeadZone = 6,

    /// <summary>Many phones of one carrier or region fell silent together.</summary>
    Outage = 7,

    /// <summary>The app was killed, or lost a permission.</summary>
    AgentStopped = 8,

    /// <summary>The app promises nothing while the phone lies still: offline by age, and nothing to alarm about.</summary>
    NotPromised = 9,
}

/// <summary>A phone's silence as it was judged.</summary>
/// <param name="Since">The last contact before it.</param>
/// <param name="JudgedAt">When it was classified.</param>
/// <param name="Evidence">Why it is this class, in a few words for the screen.</param>
[GenerateSerializer, Immutable, Alias("silence")]
public sealed record Silence(
    [property: Id(0)] SilenceClass Class, [property: Id(1)] DateTimeOffset Since, [property: Id(2)] DateTimeOffset JudgedAt,
    [property: Id(3)] string Evidence)
{
    /// <summary>When patience with the class ends and it becomes Unknown; null where it is Unknown, alarmed or not promised.</summary>
    [Id(4)] public DateTimeOffset? PatienceUntil { get; init; }

    /// <summary>Where the phone was last known to be when it fell silent.</summary>
    [Id(5)] public GeoPoint? Place { get; init; }

    /// <summary>Whether a guarded phone's silence of this class is tamper WentDark.</summary>
    public static bool IsAlarming(SilenceClass silence) =>
        silence is SilenceClass.ForcedOff or SilenceClass.SimPulled or SilenceClass.Unknown;
}

/// <summary>What is known of a silence beyond the phone itself, gathered by the shard when it is due.</summary>
/// <param name="EarlierDarkDays">On how many earlier days phones of ours went dark at its place and came back.</param>
/// <param name="CarrierDown">Many phones of its carrier fell silent together.</param>
/// <param name="RegionDown">Many phones of its region fell silent together.</param>
[GenerateSerializer, Immutable, Alias("surroundings")]
public sealed record Surroundings(
    [property: Id(0)] int EarlierDarkDays, [property: Id(1)] bool CarrierDown, [property: Id(2)] bool RegionDown);
