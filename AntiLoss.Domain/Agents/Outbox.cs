namespace AntiLoss.Domain.Agents;

/// <summary>What a stream makes of a number.</summary>
public enum SequenceVerdict
{
    New,

    /// <summary>Known: acknowledged and inert.</summary>
    Repeat,

    /// <summary>Too far beyond a gap: not taken until the gap is filled or declared empty.</summary>
    Beyond,
}

/// <summary>
/// A phone's outbox as the server has seen it: everything up to <see cref="Through"/> is known, and of the 1,024
/// numbers after it those whose bit is set.
/// </summary>
/// <param name="Id">The random 64-bit id that the phone made with it.</param>
/// <param name="Order">How many outboxes of this enrolment were seen before it.</param>
[GenerateSerializer, Immutable, Alias("outbox")]
public sealed record Outbox([property: Id(0)] ulong Id, [property: Id(1)] int Order)
{
    public const int Window = 1_024;

    /// <summary>Every number up to this one is known; the first is 1.</summary>
    [Id(2)] public long Through { get; init; }

    /// <summary>Known numbers beyond <see cref="Through"/>, ascending.</summary>
    [Id(3)] public ImmutableArray<long> Beyond { get; init; } = [];

    public SequenceVerdict Judge(long sequence) =>
        sequence <= Through || Beyond.BinarySearch(sequence) >= 0 ? SequenceVerdict.Repeat
        : sequence > Through + Window ? SequenceVerdict.Beyond
        : SequenceVerdict.New;

    /// <summary>The outbox with a new number known.</summary>
    public Outbox With(long sequence) => sequence == Through + 1
        ? (this with { Through = sequence }).Joined()
        : this with { Beyond = Beyond.Insert(~Beyond.BinarySearch(sequence), sequence) };

    /// <summary>The phone says that nothing up to a number will come any more: it was lost with the phone's storage.</summary>
    public Outbox WithoutUpTo(long sequence) => sequence <= Through ? this : (this with
    {
        Through = sequence,
        Beyond = [.. Beyond.Where(known => known > sequence)],
    }).Joined();

    /// <summary>The outbox from which nothing is new any more.</summary>
    public Outbox Close() => this with { Through = long.MaxValue, Beyond = [] };

    private Outbox Joined()
    {
        var (through, taken) = (Through, 0);
        while (taken < Beyond.Length && Beyond[taken] == through + 1)
            (through, taken) = (through + 1, taken + 1);
        return taken == 0 ? this : this with { Through = through, Beyond = Beyond.RemoveRange(0, taken) };
    }
}
