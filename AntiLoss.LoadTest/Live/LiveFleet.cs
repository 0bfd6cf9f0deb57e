namespace AntiLoss.LoadTest.Live;

/// <summary>What a viewer knows of its phones: every frame applied, in order.</summary>
public sealed class LiveFleet
{
    private readonly Dictionary<int, LivePhone> _phones = [];

    /// <summary>The phones in view, by handle.</summary>
    public IReadOnlyDictionary<int, LivePhone> Phones => _phones;

    public ImmutableArray<LiveCluster> Clusters { get; private set; } = [];

    public ImmutableArray<long> Counts { get; private set; } = [];

    public string? Chosen { get; private set; }

    /// <summary>Give it to <c>Watch</c> after a reconnect.</summary>
    public string? Resume { get; private set; }

    /// <summary>Whether a snapshot is still under way.</summary>
    public bool HasMore { get; private set; }

    public bool IsClustered { get; private set; }

    public bool IsStale { get; private set; }

    /// <exception cref="FormatException">The frame does not follow those before it.</exception>
    public void Apply(LiveFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.IsReset)
        {
            _phones.Clear();
            Clusters = [];
            Counts = [];
            Resume = null;
        }
        foreach (var introduction in frame.Introductions)
            _phones[introduction.Handle] = _phones.GetValueOrDefault(introduction.Handle, LivePhone.Blank) with { Introduction = introduction };
        foreach (var row in frame.Rows)
        {
            if (!_phones.TryGetValue(row.Handle, out var phone))
                throw new FormatException($"A row of phone {row.Handle}, which was never introduced.");
            _phones[row.Handle] = phone.With(row);
        }
        foreach (var handle in frame.Gone)
            _phones.Remove(handle);
        Clusters = frame.Clusters ?? Clusters;
        Counts = frame.Counts.IsEmpty ? Counts : frame.Counts;
        Chosen = frame.Chosen ?? Chosen;
        Resume = frame.Resume ?? Resume;
        (HasMore, IsClustered, IsStale) = (frame.HasMore, frame.IsClustered, frame.IsStale);
    }

    /// <summary>Forgets the token: the viewport that it names is no longer in force.</summary>
    public void Moved() => Resume = null;
}

/// <summary>A phone as a viewer knows it, in wire units.</summary>
public sealed record LivePhone
{
    internal static readonly LivePhone Blank = new() { Heading = 255, Battery = 255 };

    public LiveIntroduction? Introduction { get; init; }
    public bool HasPlace { get; init; }
    public int LatitudeE6 { get; init; }
    public int LongitudeE6 { get; init; }
    public int Status { get; init; }
    public byte Heading { get; init; }
    public byte Speed { get; init; }
    public byte Battery { get; init; }
    public long FixedAtS { get; init; }
    public long ContactAtS { get; init; }

    /// <summary>0 never, 1 online, 2 overdue, 3 offline, 4 damaged.</summary>
    public int State => Status & 7;

    internal LivePhone With(LiveRow row)
    {
        var known = row.IsFresh ? Blank with { Introduction = Introduction } : this;
        return known with
        {
            HasPlace = known.HasPlace || row.PlaceChange is not null,
            LatitudeE6 = known.LatitudeE6 + (int)(row.PlaceChange?.Latitude ?? 0),
            LongitudeE6 = known.LongitudeE6 + (int)(row.PlaceChange?.Longitude ?? 0),
            Status = row.Status ?? known.Status,
            Heading = row.Motion?.Heading ?? known.Heading,
            Speed = row.Motion?.Speed ?? known.Speed,
            Battery = row.Battery ?? known.Battery,
            FixedAtS = known.FixedAtS + row.FixedAtChange,
            ContactAtS = known.ContactAtS + row.ContactChange,
        };
    }
}
