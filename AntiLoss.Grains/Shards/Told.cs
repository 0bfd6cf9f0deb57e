using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Shards;

/// <summary>An effect on its way from a phone to its owner.</summary>
[GenerateSerializer, Immutable, Alias("told")]
public sealed record Told(
    [property: Id(0)] DeviceKey Device, [property: Id(1)] DeviceEffect Effect, [property: Id(2)] TellerContext Context)
{
    /// <summary>How many phones that go dark together make a storm, by the phone's policy and its organization's size.</summary>
    [Id(3)] public int StormThreshold { get; init; } = int.MaxValue;

    /// <summary>The effect's id within the organization.</summary>
    public string Id => $"{Device.Device}/{Effect.Id}";
}

/// <summary>What the phone was when it told.</summary>
/// <param name="Person">Number of the person it was assigned to; 0 for nobody.</param>
[GenerateSerializer, Immutable, Alias("teller-context")]
public sealed record TellerContext([property: Id(0)] string Name, [property: Id(1)] int Fleet, [property: Id(2)] int Person);
