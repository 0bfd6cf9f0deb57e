using System.Globalization;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;
using AntiLoss.LoadTest.Live;
using AntiLoss.Tests.Support;
using AntiLoss.Web.Live;
using CsCheck;

namespace AntiLoss.Tests.Live;

public sealed class FrameTests
{
    private static readonly Gen<DeviceRow> Rows =
        from place in Gen.Frequency((1, Gen.Const((GeoPoint?)null)), (5, Gen.Select(Gen.Int[-90_000_000, 90_000_000], Gen.Int[-180_000_000, 180_000_000], (latitude, longitude) => (GeoPoint?)new GeoPoint(latitude, longitude))))
        from presence in Gen.Enum<Presence>()
        from bearer in Gen.Enum<Bearer>()
        from damaged in Gen.Bool
        from charging in Gen.OneOf(Gen.Const((bool?)null), Gen.Bool.Select(value => (bool?)value))
        from course in Gen.OneOf(Gen.Const((int?)null), Gen.Int[0, 360].Select(value => (int?)value))
        from speed in Gen.OneOf(Gen.Const((int?)null), Gen.Int[0, 3000].Select(value => (int?)value))
        from battery in Gen.OneOf(Gen.Const((int?)null), Gen.Int[0, 100].Select(value => (int?)value))
        from times in Gen.Select(Gen.Long[0, 4_000_000_000], Gen.Long[0, 4_000_000_000])
        select LivePhones.Enrolled(1) with
        {
            Place = place, Presence = presence, Bearer = bearer, Damaged = damaged, Charging = charging, CourseDegrees = course % 360,
            SpeedDecimetresPerSecond = speed, BatteryPercent = battery, FixedAtMs = times.Item1 * 1000, LastContactAtS = times.Item2,
        };

    [Fact]
    public void A_row_and_its_successor_arrive_as_they_were_sent() =>
        Gen.Select(Rows, Rows).Sample((first, second) =>
        {
            var view = LivePhones.View(first);
            var viewer = new LooseViewer(view).Watch().Settle();
            viewer.AssertKnows(first);
            view.Offer(second = second.Newer());
            viewer.Settle().AssertKnows(second);
        }, iter: 2000);

    [Fact]
    public void Any_history_of_rows_moves_and_slowness_ends_with_what_is_in_view()
    {
        var step = Gen.Select(Gen.Int[0, 29], Gen.Double[46.9, 47.4], Gen.Double[9.4, 9.7], Gen.Int[0, 9]);
        step.List[1, 120].Sample(steps =>
        {
            var viewport = new Viewport(9_470_000, 47_040_000, 9_640_000, 47_280_000, 11);
            var rows = Enumerable.Range(0, 30).Select(i => LivePhones.Enrolled(i)).ToArray();
            var view = LivePhones.View(rows.Take(20));
            var viewer = new LooseViewer(view).Watch(viewport);
            foreach (var (number, latitude, longitude, what) in steps)
            {
                if (what < 6)
                    view.Offer(rows[number] = rows[number].Reporting(latitude, longitude, LivePhones.Start.AddSeconds(number)));
                else if (what == 6)
                    viewer.Session.Move(viewport = new Viewport((int)(longitude * 1e6) - 60_000, (int)(latitude * 1e6) - 90_000, (int)(longitude * 1e6) + 60_000, (int)(latitude * 1e6) + 90_000, 11));
                else if (what == 7)
                    view.Offer(rows[number] = rows[number].Newer() with { Name = $"Named {latitude}" });
                else
                    viewer.Take();
            }
            viewer.Settle().AssertKnows(rows.Where(row => row.Place is { } place && viewport.Contains(place)));
        }, iter: 300);
    }

    [Fact]
    public void A_phone_that_drives_takes_at_most_16_bytes_a_row_as_base64_too()
    {
        var random = new Random(20261125);
        var rows = Enumerable.Range(0, 10_000).Select(i => LivePhones.At(i, 47 + random.NextDouble() * 0.2, 9.4 + random.NextDouble() * 0.3)).ToArray();
        var view = LivePhones.View(rows);
        var viewer = new LooseViewer(view).Watch().Settle();
        var (sent, changed, frames) = (0L, 0, 0);
        // 33 of 10,000 phones a frame: each every 30 s.
        for (var frame = 0; frame < 300; frame++)
        {
            for (var i = 0; i < 33; i++)
            {
                var number = (frame * 33 + i) * 7919 % 10_000;
                var place = rows[number].Place!.Value;
                view.Offer(rows[number] = rows[number].Reporting(
                    place.Latitude + (random.NextDouble() - 0.5) * 0.008, place.Longitude + (random.NextDouble() - 0.5) * 0.008, LivePhones.Start.AddSeconds(30))
                    with { CourseDegrees = random.Next(360), SpeedDecimetresPerSecond = random.Next(300), BatteryPercent = 83 - random.Next(2) });
            }
            var received = viewer.Take();
            sent += received!.RowBytes;
            changed += received.Rows.Length;
            frames++;
        }
        var bytes = (double)sent / changed;
        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes:0.00} bytes a changed row, {bytes * 4 / 3:0.00} as base64, {changed} rows in {frames} frames");
        Assert.Equal(9900, changed);
        Assert.InRange(bytes * 4 / 3, 1, 16);
    }

    [Fact]
    public void The_example_in_the_documentation_decodes_to_what_it_says()
    {
        var fleet = new LiveFleet();
        var frames = Examples().ToArray();
        Assert.Equal(85, frames[0].Length);
        Assert.Equal(20, frames[1].Length);

        fleet.Apply(LiveFrame.Decode(frames[0]));
        var phone = Assert.Single(fleet.Phones).Value;
        Assert.Equal(("01K71A3CY4TQKFE20S58XMRQBE", "Van 7", "Ana"), (phone.Introduction!.Device.ToString(), phone.Introduction.Name, phone.Introduction.PersonName));
        Assert.Equal((47_141_520, 9_521_470, 1, 45, 83), (phone.LatitudeE6, phone.LongitudeE6, phone.State, phone.Heading, phone.Battery));

        fleet.Apply(LiveFrame.Decode(frames[1]));
        phone = Assert.Single(fleet.Phones).Value;
        Assert.Equal((47_142_730, 9_518_445, 90, 83), (phone.LatitudeE6, phone.LongitudeE6, phone.Heading, phone.Battery));
    }

    [Fact]
    public void Damaged_frames_are_refused_and_never_crash()
    {
        var whole = Examples().First();
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[1, whole.Length]).Sample((at, value, length) =>
        {
            var bytes = whole[..length];
            bytes[Math.Min(at, length - 1)] = value;
            try
            {
                LiveFrame.Decode(bytes);
            }
            catch (Exception refusal) when (refusal is FormatException or ArgumentOutOfRangeException)
            {
            }
        }, iter: 20_000);
    }

    /// <summary>The bytes of the code blocks under "Example": two hexadecimal digits each, up to two spaces in a row.</summary>
    private static IEnumerable<byte[]> Examples()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "live-feed.md"));
        return from block in page[page.IndexOf("## Example", StringComparison.Ordinal)..].Split("```").Where((_, index) => index % 2 == 1)
               select (from line in block.Split('\n')
                       from word in line.TrimStart().Split("  ")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                       select byte.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
    }
}
