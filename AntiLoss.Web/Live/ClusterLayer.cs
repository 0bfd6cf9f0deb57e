using System.Runtime.InteropServices;
using AntiLoss.Grains.Fleets;

namespace AntiLoss.Web.Live;

/// <summary>The cluster layers of an organization that somebody looks at, each made anew at most once a second.</summary>
internal sealed class ClusterLayers
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private readonly Dictionary<(FleetScope Fleets, int Level), ClusterLayer> _layers = [];

    public ClusterLayer Of(FleetScope fleets, int level, DateTimeOffset now, long head, ReadOnlySpan<PhoneSlot> slots)
    {
        if (_layers.TryGetValue((fleets, level), out var layer) && (layer.Head == head || now - layer.MadeAt < Fresh))
            return layer;
        // Every pair that was ever looked at would otherwise stay: 20 levels of every fleet.
        foreach (var (key, old) in _layers)
        {
            if (now - old.MadeAt > 10 * Fresh)
                _layers.Remove(key);
        }
        return _layers[(fleets, level)] = ClusterLayer.Make(fleets, level, now, head, slots);
    }
}

/// <summary>All phones of some fleets or an organization, gathered by the cells of one level, in order of cell number.</summary>
internal sealed class ClusterLayer
{
    private readonly Cluster[] _clusters;

    private ClusterLayer(int level, DateTimeOffset madeAt, long head, Cluster[] clusters)
    {
        Level = level;
        MadeAt = madeAt;
        Head = head;
        _clusters = clusters;
    }

    public int Level { get; }

    public DateTimeOffset MadeAt { get; }

    /// <summary>The last change that is in it.</summary>
    public long Head { get; }

    public static ClusterLayer Make(FleetScope fleets, int level, DateTimeOffset now, long head, ReadOnlySpan<PhoneSlot> slots)
    {
        var cells = new Dictionary<long, Cluster>();
        foreach (ref readonly var slot in slots)
        {
            if (slot.Row.Retired || slot.Row.Place is not { } place || !fleets.Contains(slot.Row.Fleet))
                continue;
            var point = WebMercator.Of(place);
            var cell = point.CellOf(level);
            ref var cluster = ref CollectionsMarshal.GetValueRefOrAddDefault(cells, cell, out _);
            cluster.Cell = cell;
            cluster.Add(point, level, LiveStates.Of(slot.Row));
        }
        var clusters = cells.Values.ToArray();
        Array.Sort(clusters, (left, right) => left.Cell.CompareTo(right.Cell));
        return new ClusterLayer(level, now, head, clusters);
    }

    /// <summary>Writes the clusters that touch a viewport, all of them with null.</summary>
    public void Write(FrameWriter writer, Viewport? viewport)
    {
        writer.Byte((byte)Level);
        var ranges = viewport?.RangesAt(Level).ToArray() ?? [new CellRange(0, uint.MaxValue, 0, uint.MaxValue)];
        var mask = (1L << Level) - 1;
        var before = 0L;
        for (var i = FirstFrom((long)ranges[0].Top << Level); i < _clusters.Length; i++)
        {
            var cell = _clusters[i].Cell;
            if (cell >> Level > ranges[0].Bottom)
                break;
            if (!IsIn(ranges, (uint)(cell & mask), (uint)(cell >> Level)))
                continue;
            writer.Number((ulong)(cell - before));
            before = cell;
            _clusters[i].Write(writer);
        }
    }

    private static bool IsIn(CellRange[] ranges, uint x, uint y)
    {
        foreach (var range in ranges)
        {
            if (range.Contains(x, y))
                return true;
        }
        return false;
    }

    private int FirstFrom(long cell)
    {
        var (low, high) = (0, _clusters.Length);
        while (low < high)
        {
            var middle = low + high >>> 1;
            if (_clusters[middle].Cell < cell)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>The phones of one cell.</summary>
    private struct Cluster
    {
        public long Cell;
        private Counts _byState;
        private int _count;
        private ulong _sumX, _sumY;

        public void Add(WebMercator point, int level, LiveState state)
        {
            _count++;
            _byState[(int)state]++;
            // The part within the cell, in 1/65,536 of it.
            _sumX += point.X << level >> 16;
            _sumY += point.Y << level >> 16;
        }

        public readonly void Write(FrameWriter writer)
        {
            writer.Byte((byte)(_sumX / (ulong)_count >> 8));
            writer.Byte((byte)(_sumY / (ulong)_count >> 8));
            var mask = 0;
            for (var state = 0; state < LiveStates.Count; state++)
                mask |= _byState[state] > 0 ? 1 << state : 0;
            writer.Byte((byte)mask);
            for (var state = 0; state < LiveStates.Count; state++)
            {
                if (_byState[state] > 0)
                    writer.Number((ulong)_byState[state]);
            }
        }
    }

    [System.Runtime.CompilerServices.InlineArray(LiveStates.Count)]
    private struct Counts
    {
        private int _first;
    }
}
