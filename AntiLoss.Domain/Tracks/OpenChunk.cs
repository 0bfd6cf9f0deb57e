using AntiLoss.Domain.Geography;

namespace AntiLoss.Domain.Tracks;

/// <summary>
/// The chunk of history that a phone is filling: up to <see cref="Capacity"/> positions in the order in which they
/// arrived, packed, since every phone keeps one in memory. An immutable value: equal when number and positions are.
/// </summary>
public sealed class OpenChunk : IEquatable<OpenChunk>
{
    /// <summary>Positions of a full chunk.</summary>
    public const int Capacity = 48;

    private readonly byte[] _rows;

    private OpenChunk(long number, int count, byte[] rows)
    {
        Number = number;
        Count = count;
        _rows = rows;
    }

    /// <summary>Its number within the device, taken when it opened.</summary>
    public long Number { get; }

    public int Count { get; }

    public bool IsFull => Count >= Capacity;

    /// <summary>Bytes of the packed positions in memory.</summary>
    internal int PackedLength => _rows.Length;

    /// <summary>Every position, in the order in which they arrived.</summary>
    public ImmutableArray<TrackFix> Fixes
    {
        get
        {
            var fixes = ImmutableArray.CreateBuilder<TrackFix>(Count);
            var row = default(OpenRow);
            for (var at = 0; at < _rows.Length;)
            {
                row.Read(_rows, ref at);
                fixes.Add(row.ToFix());
            }
            return fixes.MoveToImmutable();
        }
    }

    public static OpenChunk Empty(long number) => new(number, 0, []);

    /// <summary>The chunk of these positions in this order; at most <see cref="Capacity"/>.</summary>
    public static OpenChunk From(long number, IEnumerable<TrackFix> fixes)
    {
        var bytes = new byte[Capacity * OpenRow.MaxLength];
        var (at, count, row) = (0, 0, default(OpenRow));
        foreach (var fix in fixes)
        {
            if (++count > Capacity)
                throw new ArgumentException($"An open chunk holds {Capacity} positions.", nameof(fixes));
            row.Append(fix, bytes, ref at);
        }
        return new(number, count, bytes.AsSpan(0, at).ToArray());
    }

    /// <summary>This chunk and one more position at its end.</summary>
    public OpenChunk Add(in TrackFix fix)
    {
        if (IsFull)
            throw new InvalidOperationException($"Chunk {Number} is full.");
        var last = default(OpenRow);
        for (var at = 0; at < _rows.Length;)
            last.Read(_rows, ref at);
        Span<byte> added = stackalloc byte[OpenRow.MaxLength];
        var length = 0;
        last.Append(fix, added, ref length);
        return new(Number, Count + 1, [.. _rows, .. added[..length]]);
    }

    /// <summary>The first position with this fix time and place.</summary>
    public bool TryFind(long fixedAtMs, GeoPoint place, out TrackFix found)
    {
        var row = default(OpenRow);
        for (var at = 0; at < _rows.Length;)
        {
            row.Read(_rows, ref at);
            if (row.IsAt(fixedAtMs, place))
            {
                found = row.ToFix();
                return true;
            }
        }
        found = default;
        return false;
    }

    /// <summary>This chunk with its first position of the same fix time and place replaced by <paramref name="filled"/>, which knows more.</summary>
    public OpenChunk Replace(in TrackFix filled)
    {
        var fixes = Fixes;
        for (var i = 0; i < fixes.Length; i++)
        {
            if (fixes[i].IsSamePosition(filled))
                return From(Number, fixes.SetItem(i, filled));
        }
        throw new ArgumentException($"Chunk {Number} has no such position.", nameof(filled));
    }

    public bool Equals(OpenChunk? other) =>
        other is not null && Number == other.Number && Count == other.Count && _rows.AsSpan().SequenceEqual(other._rows);

    public override bool Equals(object? obj) => Equals(obj as OpenChunk);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Number);
        hash.AddBytes(_rows);
        return hash.ToHashCode();
    }
}
