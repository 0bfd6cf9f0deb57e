using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;
using AntiLoss.Domain.Silences;
using AntiLoss.Domain.Tracks;
using static AntiLoss.Tests.Devices.PhoneStory;

namespace AntiLoss.Tests.Devices;

public sealed class DeviceMachineTests
{
    [Fact]
    public void A_fix_older_than_the_latest_goes_into_history_and_never_onto_the_map()
    {
        var phone = new PhoneStory().Enrol().Fix(at: 100, 52.1, 13.1).Fix(at: 40, 52.2, 13.2);

        Assert.Equal(GeoPoint.From(52.1, 13.1), phone.State.Latest?.Place);
        Assert.Equal([false, true], phone.History.Select(fix => fix.Late));
    }

    [Fact]
    public void An_identical_repeat_changes_nothing_but_what_is_applied()
    {
        var once = new PhoneStory().Enrol().Fix(at: 100, 52.1, 13.1);
        var before = once.State;
        var twice = once.Fix(at: 100, 52.1, 13.1);

        Assert.True(twice.Last.IsDuplicate);
        Assert.Equal(before with { Applied = twice.State.Applied }, twice.State);
        Assert.Single(twice.History);
    }

    [Fact]
    public void A_repeat_that_knows_more_fills_the_empty_fields_of_history_and_map()
    {
        var phone = new PhoneStory().Enrol()
            .Fix(at: 100, 52.1, 13.1)
            .Report(At(100, 52.1, 13.1) with { AccuracyMetres = 12, CourseDegrees = 90 });

        Assert.True(phone.Last.IsDuplicate);
        Assert.Equal(12, phone.History.Single().AccuracyMetres);
        Assert.Equal(90, phone.State.Latest?.CourseDegrees);
    }

    [Theory]
    [InlineData(0, 0, 100, "exactly 0/0")]
    [InlineData(91, 10, 100, "off the Earth")]
    [InlineData(52, 181, 100, "off the Earth")]
    [InlineData(52, 13, 100 + 301, "over five minutes ahead of its receipt")]
    [InlineData(52, 13, -86_401, "before the device's since")]
    public void An_impossible_fix_is_stored_and_flagged_and_never_the_latest(double latitude, double longitude, int at, string why)
    {
        var phone = new PhoneStory().Enrol().Fix(at: 50, 52.1, 13.1).Report(At(at, latitude, longitude), receivedAt: 100);

        Assert.True(phone.History[^1].Flag == FixFlag.Impossible, why);
        Assert.Equal(GeoPoint.From(52.1, 13.1), phone.State.Latest?.Place);
    }

    [Fact]
    public void A_fix_just_within_five_minutes_ahead_is_plausible()
    {
        var phone = new PhoneStory().Enrol().Report(At(400, 52.1, 13.1), receivedAt: 100);

        Assert.Equal(FixFlag.None, phone.History.Single().Flag);
    }

    [Fact]
    public void A_jump_that_the_next_fix_confirms_moves_the_phone()
    {
        var phone = new PhoneStory().Enrol().Good(at: 0, 52.1, 13.1).Good(at: 60, 40.4, -3.7);
        Assert.Equal(FixFlag.Teleport, phone.History[^1].Flag);
        Assert.Equal(GeoPoint.From(52.1, 13.1), phone.State.Latest?.Place);

        phone = phone.Good(at: 120, 40.401, -3.7);
        Assert.Equal(FixFlag.None, phone.History[^1].Flag);
        Assert.Equal(GeoPoint.From(40.401, -3.7), phone.State.Latest?.Place);
    }

    [Fact]
    public void The_repeat_of_a_jump_does_not_make_it_stand_however_late_it_comes()
    {
        var phone = new PhoneStory().Enrol().Good(at: 1_000, 52, 13).Good(at: 1_060, 53, 13);
        for (var older = 0; older < 100; older++)
            phone.Good(at: older, 52, 13);

        phone.Report(At(1_060, 53, 13) with { AccuracyMetres = 10, BatteryPercent = 50 }, receivedAt: 2_000);

        Assert.True(phone.Last.IsDuplicate);
        Assert.Equal((GeoPoint.From(52, 13), 50), (phone.State.Latest?.Place, phone.State.Candidate?.BatteryPercent));
        phone.Report(At(1_060, 53, 13) with { AccuracyMetres = 10 }, receivedAt: 2_001);
        Assert.Equal(103, phone.History.Count);
    }

    [Fact]
    public void A_jump_that_the_next_fix_contradicts_is_dropped()
    {
        var phone = new PhoneStory().Enrol().Good(at: 0, 52.1, 13.1).Good(at: 60, 40.4, -3.7).Good(at: 120, 52.101, 13.1);

        Assert.Equal([FixFlag.None, FixFlag.Teleport, FixFlag.None], phone.History.Select(fix => fix.Flag));
        Assert.Null(phone.State.Candidate);
        Assert.Equal(GeoPoint.From(52.101, 13.1), phone.State.Latest?.Place);
    }

    [Theory]
    [InlineData(101, 60, 0, false)] // a bad fix proves nothing
    [InlineData(null, 60, 0, false)] // nor one of unknown accuracy
    [InlineData(100, 9, 0, false)] // nor two within 10 s
    [InlineData(100, 60, 0, true)]
    [InlineData(100, 3600, 0, true)] // 1,834 km in an hour
    [InlineData(100, 3600 * 5, 0, false)] // in five hours
    [InlineData(100, 7200, 3001, false)] // in two hours, flying
    [InlineData(100, 7200, 3000, true)] // in two hours, not flying
    public void A_teleport_is_judged_only_between_two_good_fixes(int? accuracy, int seconds, int altitude, bool jumps)
    {
        var phone = new PhoneStory().Enrol()
            .Report(At(0, 52.1, 13.1) with { AccuracyMetres = 50, AltitudeMetres = altitude })
            .Report(At(seconds, 40.4, -3.7) with { AccuracyMetres = accuracy, AltitudeMetres = altitude });

        Assert.Equal(jumps ? FixFlag.Teleport : FixFlag.None, phone.History[^1].Flag);
    }

    [Fact]
    public void A_ping_s_place_is_flagged_and_moves_the_latest_only_while_there_is_none()
    {
        var ping = At(100, 52.1, 13.1) with { Kind = ReportKind.Ping };
        var phone = new PhoneStory().Enrol().Report(ping);
        Assert.Equal(GeoPoint.From(52.1, 13.1), phone.State.Latest?.Place);

        phone = phone.Fix(at: 60, 52.2, 13.2).Report(At(200, 52.3, 13.3) with { Kind = ReportKind.Ping });
        Assert.Equal(GeoPoint.From(52.2, 13.2), phone.State.Latest?.Place);
        Assert.Equal([FixFlag.Ping, FixFlag.None, FixFlag.Ping], phone.History.Select(fix => fix.Flag));
    }

    [Fact]
    public void A_report_without_a_time_of_its_own_moves_last_contact_and_nothing_else()
    {
        var phone = new PhoneStory().Enrol().Fix(at: 10, 52.1, 13.1);
        var before = phone.State;
        phone = phone.Report(new Report { Kind = ReportKind.Contact, Place = GeoPoint.From(1, 1), BatteryPercent = 5 }, receivedAt: 500);

        Assert.Equal(Start.AddSeconds(500), phone.State.LastContactAt);
        Assert.Equal(before with { LastContactAt = phone.State.LastContactAt, Applied = phone.State.Applied }, phone.State);
    }

    [Fact]
    public void An_older_battery_never_replaces_a_newer_one()
    {
        var phone = new PhoneStory().Enrol()
            .Report(At(100, 52.1, 13.1) with { BatteryPercent = 40 })
            .Report(At(50, 52.1, 13.0) with { BatteryPercent = 80 });

        Assert.Equal(40, phone.State.Battery?.Percent);
    }

    [Theory]
    [InlineData(-240, "behind the server's")]
    [InlineData(0, "right")]
    [InlineData(600, "ahead by more than can be")]
    public void An_alarm_is_the_last_event_after_a_push_token_whatever_the_phone_s_clock_says(int ahead, string clock)
    {
        var sos = At(100 + ahead, 52.1, 13.1) with { EventName = "sos" };
        var phone = new PhoneStory().Enrol().Report(new Report { Kind = ReportKind.Event, EventName = Report.PushToken }, receivedAt: 90).Report(sos, receivedAt: 100);
        Assert.True(phone.State.LastEvent?.Name == "sos", clock);
        Assert.Equal(Start.AddSeconds(ahead > 300 ? 100 : 100 + ahead), phone.State.LastEvent?.At);

        phone.Report(new Report { Kind = ReportKind.Event, EventName = Report.LastWill }, receivedAt: 101);
        Assert.Equal(Report.LastWill, phone.State.LastEvent?.Name);
    }

    [Fact]
    public void Of_two_events_with_times_of_the_phone_the_later_one_is_the_last_and_none_from_before_its_time()
    {
        var phone = new PhoneStory().Enrol()
            .Report(At(100, 52.1, 13.1) with { EventName = "region-enter" })
            .Report(At(50, 52.2, 13.1) with { EventName = "region-leave" }, receivedAt: 110)
            .Report(At(-100_000, 52.3, 13.1) with { EventName = "sos" }, receivedAt: 120);

        Assert.Equal(("region-enter", Start.AddSeconds(100)), (phone.State.LastEvent?.Name, phone.State.LastEvent?.At));
    }

    [Fact]
    public void Silence_makes_a_phone_overdue_after_one_interval_and_a_fifth_and_offline_after_three()
    {
        var phone = new PhoneStory().Enrol().Fix(at: 0, 52.1, 13.1);
        Assert.Equal(Start.AddMinutes(18), DeviceMachine.DueAt(phone.State, DevicePolicy.Default));

        phone = phone.Operate(new DueReached(), at: 18 * 60 - 1);
        Assert.Equal(Presence.Online, phone.State.Presence);
        phone = phone.Operate(new DueReached(), at: 18 * 60);
        Assert.Equal(Presence.Overdue, phone.State.Presence);
        Assert.Equal(Start.AddMinutes(45), DeviceMachine.DueAt(phone.State, DevicePolicy.Default));
        phone = phone.Operate(new DueReached(), at: 45 * 60);
        Assert.Equal(Presence.Offline, phone.State.Presence);
        Assert.Null(DeviceMachine.DueAt(phone.State, DevicePolicy.Default));
        Assert.Equal(SilenceClass.Unknown, phone.State.Silence?.Class);

        Assert.Equal(Presence.Online, phone.Fix(at: 46 * 60, 52.1, 13.2).State.Presence);
    }

    [Fact]
    public void A_rotated_credential_shows_its_own_first_use()
    {
        var phone = new PhoneStory().Enrol()
            .Operate(new CredentialUsed(1, "OwnTracks", "10.0.0.1"), at: 1)
            .Operate(new CredentialRotated(2), at: 2);
        Assert.Null(phone.State.FirstUse);

        phone = phone.Operate(new CredentialUsed(1, "old app", "10.0.0.9"), at: 3).Operate(new CredentialUsed(2, "Traccar", "10.0.0.2"), at: 4);
        Assert.Equal(("Traccar", "10.0.0.2"), (phone.State.FirstUse?.App, phone.State.FirstUse?.Address));
    }

    [Fact]
    public void Assignments_follow_each_other_and_keep_their_history()
    {
        var phone = new PhoneStory().Enrol()
            .Operate(new DeviceAssigned(1, "owner", "in person"), at: 10)
            .Operate(new DeviceAssigned(2, "owner", null), at: 20)
            .Operate(new DeviceAssigned(null, "owner", null), at: 30);

        Assert.Null(phone.State.Assigned);
        Assert.Equal([(1, 10.0, 20.0), (2, 20.0, 30.0)], phone.State.AssignedBefore.Select(
            past => (past.Person, (past.From - Start).TotalSeconds, (past.Until!.Value - Start).TotalSeconds)));
    }
}
