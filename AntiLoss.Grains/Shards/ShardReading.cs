using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Tracks;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Shards;

/// <summary>Everything about one phone.</summary>
[GenerateSerializer, Immutable, Alias("device-view")]
public sealed record DeviceView([property: Id(0)] DeviceRow Row, [property: Id(1)] DeviceState State);

/// <summary>What became of an operator's change.</summary>
/// <param name="Outcome"><see cref="RequestOutcome.Taken"/> once it is durable and applied.</param>
/// <param name="View">The phone after it, if it was taken.</param>
[GenerateSerializer, Immutable, Alias("change-answer")]
public sealed record ChangeAnswer([property: Id(0)] RequestOutcome Outcome, [property: Id(1)] DeviceView? View)
{
    /// <summary>Why the phone's rules do not allow it, in words that name its state; null if they do.</summary>
    [Id(2)] public string? Refusal { get; init; }
}

/// <summary>
/// Positions of one phone whose chunks overlap an interval: chunks may overlap in time and hold rows outside the
/// interval; the reader merges and cuts them.
/// </summary>
[GenerateSerializer, Immutable, Alias("device-track")]
public sealed record DeviceTrack([property: Id(0)] ImmutableArray<StoredChunk> Chunks);

/// <summary>A page of one organization's rows in one shard, in order of device id.</summary>
/// <param name="Next">Where the next page starts after; null if this was the last.</param>
/// <param name="Version">The shard's change number when the page was read: ask for changes since it.</param>
[GenerateSerializer, Immutable, Alias("row-page")]
public sealed record RowPage(
    [property: Id(0)] int Epoch,
    [property: Id(1)] long Version,
    [property: Id(2)] ImmutableArray<DeviceRow> Rows,
    [property: Id(3)] DeviceId? Next);

/// <summary>Rows that changed after a version, latest state only.</summary>
/// <param name="Epoch">The shard's epoch; another one than the reader knows means: read the pages again.</param>
/// <param name="Version">Ask since this next time.</param>
[GenerateSerializer, Immutable, Alias("row-changes")]
public sealed record RowChanges(
    [property: Id(0)] int Epoch,
    [property: Id(1)] long Version,
    [property: Id(2)] ImmutableArray<DeviceRow> Rows);
