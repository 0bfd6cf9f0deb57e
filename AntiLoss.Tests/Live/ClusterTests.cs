using AntiLoss.Domain.Devices;
using AntiLoss.Web.Live;

namespace AntiLoss.Tests.Live;

public sealed class ClusterTests
{
    [Theory]
    [InlineData(0, -180, -85, 180, 85)]
    [InlineData(4, 0, 30, 40, 60)]
    [InlineData(9, 9, 46.9, 9.9, 47.5)]
    [InlineData(3, 170, -40, -170, 40)]
    [InlineData(22, -180, -90, 180, 90)]
    public void Clusters_are_what_counting_every_phone_gives(double zoom, double west, double south, double east, double north)
    {
        var rows = Scattered(3000);
        var viewport = new Viewport((int)(west * 1e6), (int)(south * 1e6), (int)(east * 1e6), (int)(north * 1e6), zoom);
        var viewer = new LooseViewer(LivePhones.View(rows)).Watch(viewport, limit: 10);

        var frame = viewer.Take();

        Assert.True(frame!.IsReset && frame.IsClustered);
        Assert.Empty(viewer.Fleet.Phones);
        var level = viewport.ClusterLevel();
        var expected = BruteForce(rows, viewport, level);
        Assert.Equal(expected.Keys.Order(), viewer.Fleet.Clusters.Select(cluster => cluster.Cell));
        Assert.All(viewer.Fleet.Clusters, cluster => Assert.Equal(expected[cluster.Cell], cluster.ByState));
        Assert.All(viewer.Fleet.Clusters, cluster => Assert.Equal(level, cluster.Level));
    }

    [Fact]
    public void Zooming_in_until_there_is_room_gives_phones_and_zooming_out_gives_clusters_again()
    {
        var rows = Scattered(3000);
        var near = new Viewport(9_400_000, 47_000_000, 9_500_000, 47_100_000, 13);
        var viewer = new LooseViewer(LivePhones.View(rows)).Watch(new Viewport(-180_000_000, -85_000_000, 180_000_000, 85_000_000, 1), limit: 500).Settle();
        Assert.True(viewer.Fleet.IsClustered);

        viewer.Session.Move(near);
        Assert.True(viewer.Take()!.IsReset);
        Assert.Empty(viewer.Fleet.Clusters);
        Assert.Equal(3000, viewer.Fleet.Counts[0]);
        viewer.AssertKnows(rows.Where(row => near.Contains(row.Place!.Value)));

        viewer.Session.Move(null);
        Assert.True(viewer.Take()!.IsClustered);
        Assert.Equal(3000, viewer.Fleet.Clusters.Sum(cluster => cluster.Count));
    }

    [Fact]
    public void Phones_that_crowd_into_view_become_clusters_and_dispersed_phones_again()
    {
        var viewport = new Viewport(9_400_000, 47_000_000, 9_500_000, 47_100_000, 13);
        var rows = Enumerable.Range(0, 100).Select(i => LivePhones.At(i, 48, 9.45)).ToArray();
        var view = LivePhones.View(rows);
        var viewer = new LooseViewer(view).Watch(viewport, limit: 50).Settle();
        Assert.False(viewer.Fleet.IsClustered);

        view.Offer(rows.Select(row => row.Reporting(47.05, 9.45, LivePhones.Start)));
        viewer.Settle();
        Assert.True(viewer.Fleet.IsClustered);
        Assert.Equal(100, Assert.Single(viewer.Fleet.Clusters).Count);

        view.Offer(rows.Select(row => row.Reporting(48, 9.45, LivePhones.Start)));
        viewer.Take(TimeSpan.FromSeconds(1));
        viewer.Settle();
        Assert.False(viewer.Fleet.IsClustered);
        viewer.AssertKnows();
    }

    private static DeviceRow[] Scattered(int count)
    {
        var random = new Random(42);
        return [.. Enumerable.Range(0, count).Select(i =>
            (i % 3 == 0
                ? LivePhones.At(i, 47 + random.NextDouble() * 0.2, 9.4 + random.NextDouble() * 0.2)
                : LivePhones.At(i, random.NextDouble() * 170 - 85, random.NextDouble() * 360 - 180))
            with { Presence = (Presence)random.Next(4) })];
    }

    private static Dictionary<long, long[]> BruteForce(DeviceRow[] rows, Viewport viewport, int level)
    {
        var side = 1L << level;
        var cells = new Dictionary<long, long[]>();
        foreach (var row in rows)
        {
            var (x, y) = Cell(row.Place!.Value.Latitude, row.Place.Value.Longitude);
            if (!Touches(x, y))
                continue;
            if (!cells.TryGetValue(y * side + x, out var counts))
                cells.Add(y * side + x, counts = new long[8]);
            counts[(int)row.Presence]++;
        }
        return cells;

        (long X, long Y) Cell(double latitude, double longitude)
        {
            var y = 0.5 - Math.Asinh(Math.Tan(double.DegreesToRadians(Math.Clamp(latitude, -89.9, 89.9)))) / (2 * Math.PI);
            return (Math.Clamp((long)Math.Floor((longitude + 180) / 360 * side), 0, side - 1), Math.Clamp((long)Math.Floor(y * side), 0, side - 1));
        }

        bool Touches(long x, long y)
        {
            var (west, top) = Cell(viewport.NorthE6 / 1e6, viewport.WestE6 / 1e6);
            var (east, bottom) = Cell(viewport.SouthE6 / 1e6, viewport.EastE6 / 1e6);
            return y >= top && y <= bottom && (viewport.WestE6 > viewport.EastE6 ? x >= west || x <= east : x >= west && x <= east);
        }
    }
}
