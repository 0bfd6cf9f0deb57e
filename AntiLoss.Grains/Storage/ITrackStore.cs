using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Storage;

/// <summary>Chunks of positions by (device, chunk number). The second of the four storage seams.</summary>
public interface ITrackStore
{
    /// <summary>Writes a chunk; one of the same number is replaced.</summary>
    Task WriteAsync(DeviceKey device, StoredChunk chunk, CancellationToken cancellationToken = default);

    /// <summary>One chunk by its number; null if it was never written, or deleted.</summary>
    ValueTask<StoredChunk?> ReadAsync(DeviceKey device, long number, CancellationToken cancellationToken = default);

    /// <summary>The chunks that hold a fix within [since, until], in order of number.</summary>
    ValueTask<ImmutableArray<StoredChunk>> ReadAsync(DeviceKey device, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken = default);

    /// <summary>Chunks that were never joined: numbers from 0 to below <paramref name="before"/>, in order, at most <paramref name="limit"/>.</summary>
    ValueTask<ImmutableArray<StoredChunk>> ReadUnjoinedAsync(DeviceKey device, long before, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes <paramref name="joined"/> and deletes <paramref name="numbers"/> in one step, so that no reader sees a position twice or not at all.
    /// </summary>
    Task JoinAsync(DeviceKey device, ImmutableArray<long> numbers, ImmutableArray<StoredChunk> joined, CancellationToken cancellationToken = default);

    /// <summary>Deletes chunks of one organization all of whose fixes are before <paramref name="until"/>; answers how many.</summary>
    ValueTask<int> DeleteBeforeAsync(OrganizationNumber organization, DateTimeOffset until, CancellationToken cancellationToken = default);
}

/// <summary>A chunk at rest.</summary>
/// <param name="Number">Its number within the device; taken when the chunk opens, so that writing it again replaces it.</param>
/// <param name="FirstFixAt">The smallest fix time in it.</param>
/// <param name="LastFixAt">The greatest fix time in it.</param>
/// <param name="Count">How many positions it holds.</param>
/// <param name="Bytes">What <c>TrackChunk.Encode</c> made of them.</param>
[GenerateSerializer, Immutable, Alias("stored-chunk")]
public sealed record StoredChunk(
    [property: Id(0)] long Number,
    [property: Id(1)] DateTimeOffset FirstFixAt,
    [property: Id(2)] DateTimeOffset LastFixAt,
    [property: Id(3)] int Count,
    [property: Id(4)] ReadOnlyMemory<byte> Bytes);
