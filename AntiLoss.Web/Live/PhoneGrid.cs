using AntiLoss.Domain.Geography;

namespace AntiLoss.Web.Live;

/// <summary>
/// Where an organization's phones are: cells of about 10 km, each a chain of handles, so that a viewport looks at the
/// phones near it instead of at all.
/// </summary>
internal sealed class PhoneGrid
{
    private const int Level = 12;
    private const int None = -1;

    private readonly Dictionary<int, Cell> _cells = [];
    private Link[] _links = [];

    public void Place(int handle, GeoPoint? place)
    {
        if (handle >= _links.Length)
            Grow(handle);
        var cell = place is { } point ? (int)WebMercator.Of(point).CellOf(Level) : None;
        if (_links[handle].Cell == cell)
            return;
        Unlink(handle);
        if (cell != None)
            LinkInto(cell, handle);
    }

    /// <summary>The cells that a viewport touches, each with whether it lies wholly inside.</summary>
    public IEnumerable<(int Cell, int Count, bool Inside)> CellsIn(Viewport viewport)
    {
        var ranges = viewport.RangesAt(Level).ToArray();
        if (ranges.Sum(range => range.Cells) > _cells.Count)
            return _cells.Where(cell => ranges.Any(range => range.Contains(X(cell.Key), Y(cell.Key))))
                .Select(cell => (cell.Key, cell.Value.Count, IsInside(cell.Key)));
        return from range in ranges
               from y in Numbers(range.Top, range.Bottom)
               from x in Numbers(range.West, range.East)
               let cell = (int)(y << Level | x)
               where _cells.ContainsKey(cell)
               select (cell, _cells[cell].Count, IsInside(cell));

        // A cell at the edge of a range may reach beyond the viewport; the others may not.
        bool IsInside(int cell) => ranges.Any(range =>
            X(cell) > range.West && X(cell) < range.East && Y(cell) > range.Top && Y(cell) < range.Bottom);
    }

    /// <summary>The handles in a cell.</summary>
    public Chain HandlesIn(int cell) => new(_links, _cells.TryGetValue(cell, out var found) ? found.First : None);

    private static uint X(int cell) => (uint)cell & (1 << Level) - 1;

    private static uint Y(int cell) => (uint)cell >> Level;

    private static IEnumerable<uint> Numbers(uint first, uint last)
    {
        for (var number = first; number <= last; number++)
            yield return number;
    }

    private void Grow(int handle)
    {
        var known = _links.Length;
        Array.Resize(ref _links, Math.Max(known * 2, handle + 16));
        Array.Fill(_links, new Link(None, None, None), known, _links.Length - known);
    }

    private void LinkInto(int cell, int handle)
    {
        var (first, count) = _cells.TryGetValue(cell, out var found) ? found : new Cell(None, 0);
        if (first != None)
            _links[first] = _links[first] with { Before = handle };
        _links[handle] = new Link(cell, None, first);
        _cells[cell] = new Cell(handle, count + 1);
    }

    private void Unlink(int handle)
    {
        var (cell, before, after) = _links[handle];
        if (cell == None)
            return;
        if (before != None)
            _links[before] = _links[before] with { After = after };
        if (after != None)
            _links[after] = _links[after] with { Before = before };
        var (first, count) = _cells[cell];
        if (count == 1)
            _cells.Remove(cell);
        else
            _cells[cell] = new Cell(first == handle ? after : first, count - 1);
        _links[handle] = new Link(None, None, None);
    }

    /// <summary>The handles of one cell, without an allocation.</summary>
    public struct Chain(Link[] links, int first)
    {
        private int _next = first;

        public int Current { get; private set; }

        public readonly Chain GetEnumerator() => this;

        public bool MoveNext()
        {
            Current = _next;
            if (_next == None)
                return false;
            _next = links[_next].After;
            return true;
        }
    }

    /// <summary>A phone's cell, and its neighbours in the cell's chain.</summary>
    internal readonly record struct Link(int Cell, int Before, int After);

    private readonly record struct Cell(int First, int Count);
}
