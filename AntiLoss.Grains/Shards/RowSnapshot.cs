using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Shards;

/// <summary>One phone in a shard's snapshot.</summary>
[GenerateSerializer, Immutable, Alias("row-snapshot")]
internal sealed record RowSnapshot(
    [property: Id(0)] DeviceKey Key,
    [property: Id(1)] DeviceRow? Row,
    [property: Id(2)] LogPosition Last,
    [property: Id(3)] LogPosition Saved,
    [property: Id(4)] LogPosition FirstUnsaved);
