using AntiLoss.Domain.Devices;
using AntiLoss.Web.Live;

namespace AntiLoss.Tests.Live;

public sealed class ViewerSessionTests
{
    private static readonly Viewport Liechtenstein = new(9_470_000, 47_040_000, 9_640_000, 47_280_000, 11);
    private static readonly Viewport Vaduz = new(9_500_000, 47_130_000, 9_530_000, 47_150_000, 14);

    [Fact]
    public void A_viewer_gets_the_phones_in_view_first_and_then_what_changes()
    {
        var inside = LivePhones.At(1, 47.1415, 9.5215);
        var outside = LivePhones.At(2, 46.9, 9.5215);
        var view = LivePhones.View(inside, outside);
        var viewer = new LooseViewer(view).Watch(Liechtenstein);

        var snapshot = viewer.Take();
        Assert.True(snapshot!.IsReset);
        viewer.AssertKnows(inside);
        Assert.Equal([2, 0, 0, 2], viewer.Fleet.Counts);

        view.Offer(inside = inside.Reporting(47.1425, 9.5225, LivePhones.Start.AddSeconds(30)));
        view.Offer(outside.Reporting(46.91, 9.5215, LivePhones.Start.AddSeconds(30)));
        var next = viewer.Take();
        Assert.False(next!.IsReset);
        Assert.Single(next.Rows);
        Assert.Empty(next.Introductions);
        viewer.AssertKnows(inside);
    }

    [Fact]
    public void Phones_that_enter_are_introduced_and_phones_that_leave_are_gone()
    {
        var leaving = LivePhones.At(1, 47.1415, 9.5215);
        var entering = LivePhones.At(2, 46.9, 9.5215);
        var view = LivePhones.View(leaving, entering);
        var viewer = new LooseViewer(view).Watch(Liechtenstein).Settle();

        view.Offer(leaving.Reporting(46.9, 9.5, LivePhones.Start.AddSeconds(30)));
        view.Offer(entering = entering.Reporting(47.2, 9.5, LivePhones.Start.AddSeconds(30)));
        var frame = viewer.Take();

        Assert.Single(frame!.Gone);
        viewer.AssertKnows(entering);
    }

    [Fact]
    public void A_move_sends_what_is_new_in_view_and_names_what_is_not_in_it_any_more()
    {
        var rows = Enumerable.Range(0, 100).Select(i => LivePhones.At(i, 47.0 + i * 0.003, 9.51)).ToArray();
        var viewer = new LooseViewer(LivePhones.View(rows)).Watch(Liechtenstein).Settle();
        var known = viewer.Fleet.Phones.Count;

        viewer.Session.Move(Vaduz);
        var frame = viewer.Take();

        Assert.False(frame!.IsReset);
        Assert.Empty(frame.Rows);
        Assert.Equal(known - viewer.Fleet.Phones.Count, frame.Gone.Length);
        viewer.AssertKnows(rows.Where(row => Vaduz.Contains(row.Place!.Value)));

        viewer.Session.Move(Liechtenstein);
        viewer.Settle().AssertKnows(rows.Where(row => Liechtenstein.Contains(row.Place!.Value)));
    }

    [Fact]
    public void One_frame_is_in_flight_and_the_next_holds_only_the_latest_rows()
    {
        var row = LivePhones.At(1, 47.1415, 9.5215);
        var view = LivePhones.View(row);
        var viewer = new LooseViewer(view).Watch(Liechtenstein);
        var first = viewer.Receive();

        for (var second = 1; second <= 100; second++)
        {
            view.Offer(row = row.Reporting(47.1415 + second * 1e-4, 9.5215, LivePhones.Start.AddSeconds(second)));
            Assert.Null(viewer.Receive());
        }
        viewer.Session.Ack(first!.Number);
        var second2 = viewer.Take();

        Assert.Single(second2!.Rows);
        Assert.True(second2.Rows[0].IsFresh);
        viewer.AssertKnows(row);
    }

    [Fact]
    public void No_viewer_gets_more_than_ten_frames_a_second()
    {
        var row = LivePhones.At(1, 47.1415, 9.5215);
        var view = LivePhones.View(row);
        var viewer = new LooseViewer(view).Watch().Settle();
        var frames = 0;
        for (var step = 1; step <= 100; step++)
        {
            view.Offer(row = row.Reporting(47.1415 + step * 1e-4, 9.5215, LivePhones.Start.AddSeconds(step)));
            frames += viewer.Take(TimeSpan.FromMilliseconds(10)) is null ? 0 : 1;
        }
        Assert.InRange(frames, 9, 10);
    }

    [Fact]
    public void A_viewer_that_does_not_acknowledge_for_30_s_is_late()
    {
        var viewer = new LooseViewer(LivePhones.View(LivePhones.At(1, 47, 9))).Watch();
        viewer.Receive();
        Assert.False(viewer.Session.IsLate(viewer.Now.AddSeconds(29), TimeSpan.FromSeconds(30)));
        Assert.True(viewer.Session.IsLate(viewer.Now.AddSeconds(31), TimeSpan.FromSeconds(30)));
        viewer.Session.Ack(1);
        Assert.False(viewer.Session.IsLate(viewer.Now.AddSeconds(31), TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void A_slow_viewer_that_missed_more_changes_than_are_kept_still_ends_up_with_the_truth()
    {
        var rows = Enumerable.Range(0, 50).Select(i => LivePhones.At(i, 47.1, 9.5)).ToArray();
        var view = LivePhones.View(rows);
        var viewer = new LooseViewer(view).Watch(Liechtenstein);
        var frame = viewer.Receive();
        for (var step = 0; step < 5000; step++)
            view.Offer(rows[step % 50] = rows[step % 50].Reporting(47.1 + step * 1e-5, step % 7 == 0 ? 9.0 : 9.5, LivePhones.Start.AddSeconds(step)));

        viewer.Session.Ack(frame!.Number);
        viewer.Take();

        viewer.AssertKnows(rows.Where(row => Liechtenstein.Contains(row.Place!.Value)));
    }

    [Fact]
    public void A_viewer_resumes_with_what_changed_since_and_nothing_else()
    {
        var rows = Enumerable.Range(0, 100).Select(i => LivePhones.At(i, 47.1, 9.5)).ToArray();
        var view = LivePhones.View(rows);
        var before = new LooseViewer(view).Watch(Liechtenstein).Settle();

        view.Offer(rows[1] = rows[1].Reporting(47.2, 9.6, LivePhones.Start.AddSeconds(30)));
        view.Offer(rows[2] = rows[2].Reporting(40, 9.6, LivePhones.Start.AddSeconds(30)));
        view.Offer(rows[3] = rows[3].Newer() with { Name = "Renamed" });
        var again = new LooseViewer(view);
        again.Fleet.Apply(Everything(before));
        again.Watch(Liechtenstein, resume: before.Fleet.Resume);
        var frame = again.Take();

        Assert.False(frame!.IsReset);
        Assert.Equal(2, frame.Rows.Length);
        Assert.Single(frame.Gone);
        again.AssertKnows(rows.Where(row => Liechtenstein.Contains(row.Place!.Value)));
    }

    [Theory]
    [InlineData("another view")]
    [InlineData("another viewport")]
    [InlineData("another fleet")]
    [InlineData("nonsense")]
    public void A_token_that_does_not_fit_is_answered_with_a_snapshot(string gap)
    {
        var rows = Enumerable.Range(0, 10).Select(i => LivePhones.At(i, 47.1, 9.5)).ToArray();
        var view = LivePhones.View(rows);
        var token = new LooseViewer(view).Watch(Liechtenstein).Settle().Fleet.Resume;
        Assert.NotNull(token);

        var again = new LooseViewer(gap == "another view" ? LivePhones.View(rows) : view);
        again.Watch(gap == "another viewport" ? Vaduz : Liechtenstein, gap == "another fleet" ? 1 : null, resume: gap == "nonsense" ? "x" + token : token);

        Assert.True(again.Take()!.IsReset);
    }

    [Fact]
    public void A_large_snapshot_comes_in_parts_and_has_no_token_before_its_end()
    {
        var rows = Enumerable.Range(0, 10_000).Select(i => LivePhones.At(i, 47.1, 9.5)).ToArray();
        var viewer = new LooseViewer(LivePhones.View(rows)).Watch();

        var first = viewer.Take();
        Assert.True(first!.HasMore);
        Assert.Null(viewer.Fleet.Resume);

        viewer.Settle().AssertKnows(rows);
        Assert.False(viewer.Fleet.HasMore);
        Assert.NotNull(viewer.Fleet.Resume);
    }

    [Fact]
    public void Without_a_viewport_phones_come_that_have_no_place()
    {
        var row = LivePhones.Enrolled(1);
        new LooseViewer(LivePhones.View(row)).Watch().Settle().AssertKnows(row);
    }

    [Fact]
    public void A_fleet_s_viewer_sees_no_phone_of_another_fleet_and_counts_none()
    {
        var mine = LivePhones.At(1, 47.1, 9.5, fleet: 1);
        var theirs = LivePhones.At(2, 47.1, 9.5, fleet: 2);
        var view = LivePhones.View(mine, theirs);
        var viewer = new LooseViewer(view).Watch(fleet: 1).Settle();
        viewer.AssertKnows(mine);
        Assert.Equal(1, viewer.Fleet.Counts[0]);

        view.Offer(mine.Newer() with { Fleet = 2 });
        viewer.Settle().AssertKnows();
        Assert.Equal(0, viewer.Fleet.Counts[0]);
    }

    [Fact]
    public void The_chosen_phone_comes_in_full_wherever_it_is()
    {
        var row = LivePhones.At(1, 46, 8) with { Imei = "356938035643809", Person = 3 };
        var view = LivePhones.View(row);
        var viewer = new LooseViewer(view).Watch(Liechtenstein).Settle();

        viewer.Session.Choose(LivePhones.Id(1));
        viewer.Settle();
        Assert.Contains("\"imei\":\"356938035643809\"", viewer.Fleet.Chosen, StringComparison.Ordinal);

        view.Offer(row.Newer() with { Presence = Presence.Offline });
        viewer.Settle();
        Assert.Contains("\"state\":\"offline\"", viewer.Fleet.Chosen, StringComparison.Ordinal);

        viewer.Session.Choose(LivePhones.Id(99));
        viewer.Settle();
        Assert.Equal("null", viewer.Fleet.Chosen);
    }

    [Fact]
    public void Silence_is_broken_every_five_seconds()
    {
        var viewer = new LooseViewer(LivePhones.View(LivePhones.At(1, 47, 9))).Watch().Settle();
        Assert.Null(viewer.Take(TimeSpan.FromSeconds(1)));
        var frame = viewer.Take(TimeSpan.FromSeconds(5));
        Assert.Empty(frame!.Rows);
    }

    [Fact]
    public void A_retired_phone_leaves_the_map_and_the_counts()
    {
        var row = LivePhones.At(1, 47.1, 9.5);
        var view = LivePhones.View(row);
        var viewer = new LooseViewer(view).Watch().Settle();
        view.Offer(row.Newer() with { Retired = true });
        viewer.Settle().AssertKnows();
        Assert.Equal(0, viewer.Fleet.Counts[0]);
    }

    /// <summary>What a viewer knows, as one frame for another connection of the same viewer.</summary>
    private static LoadTest.Live.LiveFrame Everything(LooseViewer viewer)
    {
        var copy = new LooseViewer(viewer.Session.View);
        return new LoadTest.Live.LiveFrame
        {
            Number = 1, IsReset = true, HasMore = false, IsStale = false, IsClustered = false, Time = copy.Now,
            Introductions = [.. viewer.Fleet.Phones.Values.Select(phone => phone.Introduction!)],
            Rows = [.. viewer.Fleet.Phones.Select(phone => Whole(phone.Key, phone.Value))],
            Resume = viewer.Fleet.Resume,
        };
    }

    private static LoadTest.Live.LiveRow Whole(int handle, LoadTest.Live.LivePhone phone) => new(handle, IsFresh: true)
    {
        PlaceChange = (phone.LatitudeE6, phone.LongitudeE6),
        Status = phone.Status,
        Motion = (phone.Heading, phone.Speed),
        Battery = phone.Battery,
        FixedAtChange = phone.FixedAtS,
        ContactChange = phone.ContactAtS,
    };
}
