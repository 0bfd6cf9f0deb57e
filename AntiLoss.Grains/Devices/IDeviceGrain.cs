using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Devices;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Grains.Devices;

/// <summary>
/// One phone, keyed by <c>organization|device</c>: the truth about it. Only its shard calls it.
/// </summary>
[Alias("device"), GrainInterfaceType("device")]
public interface IDeviceGrain : IGrainWithStringKey
{
    /// <summary>
    /// Applies the phone's next entries, in order. An entry it has passed is a repeat and does nothing; at one too far
    /// ahead it stops and says where it is <see cref="TakeAnswer.Behind"/>.
    /// </summary>
    [Alias("take")]
    ValueTask<TakeAnswer> TakeAsync(ImmutableArray<LogEntry> entries, CancellationToken cancellationToken = default);

    /// <summary>Everything about it; null if it was never enrolled.</summary>
    [Alias("read")]
    ValueTask<DeviceView?> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>The chunks of its history that overlap the interval.</summary>
    [Alias("track")]
    ValueTask<DeviceTrack> ReadTrackAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken = default);

    /// <summary>Saves chunks, then state. Answers the last entry that storage now holds. Repeating it writes nothing new.</summary>
    [Alias("save")]
    ValueTask<LogPosition> SaveAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Closes the open chunk if any of it was received before the UTC day of <paramref name="now"/>, and joins the chunks of
    /// the days before. Repeating it changes nothing.
    /// </summary>
    [Alias("join")]
    ValueTask JoinAsync(DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Gives this activation up: another one has gone further.</summary>
    [Alias("leave")]
    ValueTask LeaveAsync();
}

/// <summary>What a phone made of the entries it was given.</summary>
[GenerateSerializer, Immutable, Alias("take-answer")]
public sealed record TakeAnswer
{
    /// <summary>Its row after them; null if it is not enrolled.</summary>
    [Id(0)] public DeviceRow? Row { get; init; }

    /// <summary>One for each entry that was taken or passed, in order.</summary>
    [Id(1)] public ImmutableArray<ReportOutcome> Outcomes { get; init; } = [];

    /// <summary>The last entry it has applied, if it needs what comes after that first; null if nothing is missing.</summary>
    [Id(2)] public LogPosition? Behind { get; init; }

    /// <summary>Entries whose step failed, and why: they were passed and are to be set aside.</summary>
    [Id(3)] public ImmutableArray<FailedEntry> Failed { get; init; } = [];

    /// <summary>Why its state cannot be read; every entry is to be set aside, and the phone shown as damaged. Null if it can.</summary>
    [Id(4)] public string? Damage { get; init; }

    /// <summary>What others are still to be told, oldest first.</summary>
    [Id(5)] public ImmutableArray<DeviceEffect> Effects { get; init; } = [];

    /// <summary>Why the last operator's action among the entries was refused; null if none was.</summary>
    [Id(6)] public string? Refusal { get; init; }
}

/// <summary>An entry that its phone could not take.</summary>
[GenerateSerializer, Immutable, Alias("failed-entry")]
public sealed record FailedEntry([property: Id(0)] LogEntry Entry, [property: Id(1)] string Reason);
