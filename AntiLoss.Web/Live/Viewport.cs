using AntiLoss.Domain.Geography;

namespace AntiLoss.Web.Live;

/// <summary>The part of the map that a viewer looks at, edges included; west beyond east crosses the antimeridian.</summary>
internal sealed record Viewport(int WestE6, int SouthE6, int EastE6, int NorthE6, double Zoom)
{
    public const double LargestZoom = 24;

    /// <summary>More cells than this in view make the cells larger.</summary>
    public const int MostCells = 4096;

    private const int DateLineE6 = 180_000_000;

    public bool CrossesDateLine => WestE6 > EastE6;

    public bool Contains(int latitudeE6, int longitudeE6) =>
        latitudeE6 >= SouthE6 && latitudeE6 <= NorthE6
        && (CrossesDateLine
            ? longitudeE6 >= WestE6 || longitudeE6 <= EastE6
            : longitudeE6 >= WestE6 && longitudeE6 <= EastE6);

    public bool Contains(GeoPoint place) => Contains(place.LatitudeE6, place.LongitudeE6);

    /// <summary>The level of its clusters: 64 px cells, larger where it would hold more than <see cref="MostCells"/>.</summary>
    public int ClusterLevel()
    {
        var level = Math.Clamp(3 + (int)Math.Floor(Zoom), 3, 22);
        while (level > 3 && CellsAt(level) > MostCells)
            level--;
        return level;
    }

    /// <summary>The ranges of cells it touches at a level: one, or two across the antimeridian.</summary>
    public IEnumerable<CellRange> RangesAt(int level)
    {
        var shift = 32 - level;
        var top = WebMercator.YOf(NorthE6 / 1e6) >> shift;
        var bottom = WebMercator.YOf(SouthE6 / 1e6) >> shift;
        if (!CrossesDateLine)
        {
            yield return new CellRange(XAt(WestE6), XAt(EastE6), top, bottom);
            yield break;
        }
        // In rising order of x, and never the same cell twice: at a low level both halves may touch one.
        var east = XAt(EastE6);
        var west = Math.Max(XAt(WestE6), east + 1);
        yield return new CellRange(XAt(-DateLineE6), east, top, bottom);
        if (west <= XAt(DateLineE6))
            yield return new CellRange(west, XAt(DateLineE6), top, bottom);

        uint XAt(int longitudeE6) => WebMercator.XOf(longitudeE6 / 1e6) >> shift;
    }

    private long CellsAt(int level) => RangesAt(level).Sum(range => range.Cells);
}

/// <summary>A rectangle of cells of one level, edges included.</summary>
internal readonly record struct CellRange(uint West, uint East, uint Top, uint Bottom)
{
    public long Cells => ((long)East - West + 1) * ((long)Bottom - Top + 1);

    public bool Contains(uint x, uint y) => x >= West && x <= East && y >= Top && y <= Bottom;
}
