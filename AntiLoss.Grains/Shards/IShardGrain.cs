using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Shards;

/// <summary>
/// One of N slices of all phones, keyed by its number: it commits what phones and operators send, keeps their latest
/// rows and is asked for them. Everything that changes a phone goes through here, and only this calls a phone.
/// </summary>
[Alias("shard"), GrainInterfaceType("shard")]
public interface IShardGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Commits the requests of many phones; one answer each, in order. What is answered <c>Taken</c> is durable.
    /// Repeating a request changes nothing.
    /// </summary>
    [Alias("submit")]
    ValueTask<ImmutableArray<RequestAnswer>> SubmitAsync(ImmutableArray<PhoneRequest> requests, CancellationToken cancellationToken = default);

    /// <summary>Commits and applies an operator's change. Repeating it may repeat its effect: a name twice is one name.</summary>
    [Alias("change")]
    ValueTask<ChangeAnswer> ChangeAsync(DeviceKey device, DeviceOperation operation, CancellationToken cancellationToken = default);

    /// <summary>
    /// Commits what an agent sent, and answers what the phone may forget and what is wanted of it. Repeating it changes
    /// nothing.
    /// </summary>
    [Alias("exchange")]
    ValueTask<AgentAnswer> ExchangeAsync(DeviceKey device, AgentRequest request, CancellationToken cancellationToken = default);

    /// <summary>Everything about one phone, with every durable entry applied; null if it is not known.</summary>
    [Alias("read")]
    ValueTask<DeviceView?> ReadAsync(DeviceKey device, CancellationToken cancellationToken = default);

    /// <summary>The chunks of one phone's history that overlap the interval, every durable entry in them.</summary>
    [Alias("track")]
    ValueTask<DeviceTrack> ReadTrackAsync(DeviceKey device, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken = default);

    /// <summary>A page of an organization's rows, after a device id (null for the first page), at most <paramref name="limit"/>; epoch 0 while the shard is recovering.</summary>
    [Alias("rows")]
    ValueTask<RowPage> RowsAsync(OrganizationNumber organization, DeviceId? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// The organizations' rows that changed after <paramref name="version"/>: answered at once if there is news, else
    /// held up to 5 s. The reader paces itself: one call under way, and not oftener than every 100 ms. An answer with
    /// epoch 0 means that the shard cannot say, since it is recovering or its log has failed (ask again in a second); one with another epoch than the reader's, that
    /// it has to read the pages again.
    /// </summary>
    [Alias("changes")]
    ValueTask<RowChanges> ChangesAsync(int epoch, long version, ImmutableArray<OrganizationNumber> organizations, CancellationToken cancellationToken = default);

    /// <summary>Whether it is open. Starts it if it is not running.</summary>
    [Alias("status")]
    ValueTask<ShardStatus> StatusAsync(CancellationToken cancellationToken = default);
}

/// <summary>How a shard is.</summary>
/// <param name="IsOpen">It takes reports.</param>
/// <param name="Epoch">Its epoch; 0 while it has none.</param>
[GenerateSerializer, Immutable, Alias("shard-status")]
public readonly record struct ShardStatus([property: Id(0)] bool IsOpen, [property: Id(1)] int Epoch, [property: Id(2)] int Phones);

/// <summary>An operator's change on its way to the log: <see cref="DeviceChangeJson"/> of an <see cref="OperationalChange"/>.</summary>
[GenerateSerializer, Immutable, Alias("device-operation")]
public readonly record struct DeviceOperation([property: Id(0)] ReadOnlyMemory<byte> Json)
{
    public static DeviceOperation From(OperationalChange change) => new(DeviceChangeJson.Write(change));
}
