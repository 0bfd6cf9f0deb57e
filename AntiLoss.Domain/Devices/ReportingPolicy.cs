namespace AntiLoss.Domain.Devices;

/// <summary>How often a phone reports, by what it is doing.</summary>
[GenerateSerializer, Immutable, Alias("reporting-policy")]
public sealed record ReportingPolicy
{
    [Id(0)] public TimeSpan Moving { get; init; } = TimeSpan.FromSeconds(30);
    [Id(1)] public TimeSpan Still { get; init; } = TimeSpan.FromMinutes(15);
    [Id(2)] public TimeSpan Suspected { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a suspected phone reports as <see cref="Suspected"/>; after that by its movement.</summary>
    [Id(3)] public TimeSpan SuspectedFor { get; init; } = TimeSpan.FromHours(2);

    [Id(4)] public TimeSpan LostAtFirst { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a lost phone reports as <see cref="LostAtFirst"/>.</summary>
    [Id(5)] public TimeSpan LostAtFirstFor { get; init; } = TimeSpan.FromMinutes(30);

    [Id(6)] public TimeSpan LostLater { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Of a lost phone whose battery is under 20 %.</summary>
    [Id(7)] public TimeSpan LostOnLowBattery { get; init; } = TimeSpan.FromMinutes(15);
}
