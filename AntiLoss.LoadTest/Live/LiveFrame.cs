namespace AntiLoss.LoadTest.Live;

/// <summary>A frame of the live feed, decoded. See docs/live-feed.md.</summary>
public sealed record LiveFrame
{
    public required long Number { get; init; }
    public required bool IsReset { get; init; }
    public required bool HasMore { get; init; }
    public required bool IsStale { get; init; }
    public required bool IsClustered { get; init; }
    public required DateTimeOffset Time { get; init; }

    /// <summary>All, on eSIM, then by state; empty if they have not changed.</summary>
    public ImmutableArray<long> Counts { get; init; } = [];

    public ImmutableArray<LiveIntroduction> Introductions { get; init; } = [];
    public ImmutableArray<LiveRow> Rows { get; init; } = [];
    public ImmutableArray<int> Gone { get; init; } = [];

    /// <summary>Null if they have not changed.</summary>
    public ImmutableArray<LiveCluster>? Clusters { get; init; }

    /// <summary>The chosen phone's JSON; null if it has not changed.</summary>
    public string? Chosen { get; init; }

    /// <summary>Null if this frame has none.</summary>
    public string? Resume { get; init; }

    /// <summary>Bytes of the rows section.</summary>
    public int RowBytes { get; init; }

    /// <exception cref="FormatException">The bytes are no frame.</exception>
    public static LiveFrame Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new FrameReader(bytes);
        var number = reader.Varint();
        var flags = reader.Varint();
        var frame = new LiveFrame
        {
            Number = number,
            IsReset = (flags & 1) != 0,
            HasMore = (flags & 2) != 0,
            IsStale = (flags & 4) != 0,
            IsClustered = (flags & 8) != 0,
            Time = DateTimeOffset.FromUnixTimeMilliseconds(reader.Varint()),
        };
        while (!reader.AtEnd)
        {
            var tag = reader.Byte();
            var body = reader.Section();
            frame = tag switch
            {
                1 => frame with { Counts = Numbers(body) },
                2 => frame with { Introductions = LiveIntroduction.DecodeAll(body) },
                3 => frame with { RowBytes = body.Length, Rows = LiveRow.DecodeAll(body) },
                4 => frame with { Gone = Handles(body) },
                5 => frame with { Clusters = LiveCluster.DecodeAll(body) },
                6 => frame with { Chosen = body.Rest() },
                7 => frame with { Resume = body.Rest() },
                _ => frame,
            };
        }
        return frame;
    }

    private static ImmutableArray<long> Numbers(FrameReader reader)
    {
        var numbers = ImmutableArray.CreateBuilder<long>();
        while (!reader.AtEnd)
            numbers.Add(reader.Varint());
        return numbers.DrainToImmutable();
    }

    private static ImmutableArray<int> Handles(FrameReader reader)
    {
        var handles = ImmutableArray.CreateBuilder<int>();
        for (var handle = 0; !reader.AtEnd;)
            handles.Add(handle += (int)reader.Varint());
        return handles.DrainToImmutable();
    }
}
