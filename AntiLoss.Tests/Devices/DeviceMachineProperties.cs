using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;
using AntiLoss.Domain.Tracks;
using CsCheck;
using static AntiLoss.Tests.Devices.PhoneStory;

namespace AntiLoss.Tests.Devices;

/// <summary>Laws of the step over random lives. A failure prints CsCheck's seed.</summary>
public sealed class DeviceMachineProperties
{
    // Few times, places and batteries, so that repeats, ties and enrichments are common.
    private static readonly Gen<Report> AnyReport = Gen.Select(
        Gen.Int[0, 40], Gen.Int[0, 4], Gen.Int[0, 12], Gen.Int[0, 100].Nullable(), Gen.Enum<Bearer>(),
        (second, place, kind, battery, bearer) => new Report
        {
            Kind = kind switch { 0 => ReportKind.Ping, 1 => ReportKind.Contact, 2 => ReportKind.Event, _ => ReportKind.Position },
            FixedAt = kind == 1 && second % 2 == 0 ? null : Start.AddSeconds(second * 30),
            Place = place == 4 ? kind % 2 == 0 ? null : GeoPoint.From(0, 0) : GeoPoint.From(52 + place / 1e3, 13),
            BatteryPercent = battery,
            Bearer = bearer,
            EventName = kind == 2 ? "region-enter" : null,
        });

    private static readonly Gen<(Report Report, int ReceivedAt)[]> AnyLife =
        Gen.Select(AnyReport, Gen.Int[0, 60]).Array[1, 120].Select(reports =>
        {
            var clock = 0;
            return reports.Select(pair => (pair.Item1, clock += pair.Item2)).ToArray();
        });

    [Fact]
    public void The_latest_place_is_that_of_the_greatest_plausible_fix_time_whatever_the_order() =>
        AnyLife.Sample(life =>
        {
            var phone = Live(life);
            var fixes = phone.History.Where(fix => fix.Flag == FixFlag.None).ToArray();
            if (fixes.Length > 0)
                Assert.Equal(fixes.Max(fix => fix.FixedAtMs), phone.State.Latest?.FixedAtMs);
        }, iter: 20_000);

    [Fact]
    public void Every_distinct_position_is_in_history_exactly_once() =>
        AnyLife.Sample(life =>
        {
            var sent = life.Where(entry => entry.Report is { Kind: not ReportKind.Contact, Place: not null, FixedAt: not null })
                .Select(entry => (entry.Report.FixedAt!.Value.ToUnixTimeMilliseconds(), entry.Report.Place!.Value)).ToHashSet();
            // A life fits in a few chunks; a repeat of what an earlier chunk holds is merged when history is read.
            var stored = Live(life).History.Chunk(OpenChunk.Capacity).SelectMany(chunk => chunk.Select(fix => (fix.FixedAtMs, fix.Place)))
                .Distinct().ToArray();
            Assert.Equal(sent.Count, stored.Length);
            Assert.Equal(sent, [.. stored]);
        }, iter: 5_000);

    [Fact]
    public void Delivering_again_what_the_phone_still_remembers_changes_nothing() =>
        Gen.Select(AnyLife, Gen.Int[0, 1_000]).Sample((life, pick) =>
        {
            var phone = Live(life);
            var recent = life[^1];
            if (recent.Report.FixedAt is null)
                return;
            var (before, history) = (phone.State, phone.History.ToArray());
            phone.Report(recent.Report, recent.ReceivedAt + pick);
            Assert.True(phone.Last.IsDuplicate);
            Assert.Equal(before with { Applied = phone.State.Applied }, phone.State);
            Assert.Equal(history, phone.History);
        }, iter: 5_000);

    [Fact]
    public void A_replay_is_the_same_step() =>
        AnyLife.Sample(life =>
        {
            var (once, again) = (Live(life), Live(life));
            Assert.Equal(once.History, again.History);
            Assert.Equal(Text(once.State), Text(again.State));
        }, iter: 2_000);

    [Fact]
    public void Battery_and_link_never_move_back() =>
        AnyLife.Sample(life =>
        {
            var phone = new PhoneStory().Enrol();
            DateTimeOffset? battery = null, link = null;
            foreach (var (report, receivedAt) in life)
            {
                phone.Report(report, receivedAt);
                Assert.False(phone.State.Battery?.At < battery);
                Assert.False(phone.State.Link?.At < link);
                (battery, link) = (phone.State.Battery?.At, phone.State.Link?.At);
            }
        }, iter: 5_000);

    [Fact]
    public void With_jumps_the_latest_place_is_what_a_model_in_arrival_order_says() =>
        Gen.Select(Gen.Int[0, 30], Gen.Int[0, 2], Gen.Int[0, 5]).Array[1, 40].Sample(fixes =>
        {
            var phone = new PhoneStory().Enrol();
            var model = new JumpModel();
            foreach (var (time, city, accuracy) in fixes)
            {
                // Three cities some 500 km apart, steps of a minute: any move between them is a jump if both fixes are good.
                var report = At(time * 60, 45 + city * 5, 10) with { AccuracyMetres = accuracy == 0 ? 500 : 20 };
                phone.Report(report, 31 * 60);
                model.Take(report);
            }
            Assert.Equal(model.Latest?.FixedAt?.ToUnixTimeMilliseconds(), phone.State.Latest?.FixedAtMs);
            Assert.Equal(model.Latest?.Place, phone.State.Latest?.Place);
        }, iter: 20_000);

    private static PhoneStory Live((Report Report, int ReceivedAt)[] life)
    {
        var phone = new PhoneStory().Enrol();
        foreach (var (report, receivedAt) in life)
            phone.Report(report, receivedAt);
        return phone;
    }

    private static string Text(DeviceState state) => System.Text.Json.JsonSerializer.Serialize(state);

    /// <summary>The rule of jumps told once more, in its own words, to compare with.</summary>
    private sealed class JumpModel
    {
        private readonly HashSet<(DateTimeOffset?, GeoPoint?)> _known = [];
        private Report? _candidate;

        public Report? Latest { get; private set; }

        public void Take(Report fix)
        {
            if (!_known.Add((fix.FixedAt, fix.Place)))
                return;
            if (Latest is null)
                Latest = fix;
            else if (fix.FixedAt <= Latest.FixedAt)
                return;
            else if (_candidate is not null && !Jumps(_candidate, fix))
                (Latest, _candidate) = (_candidate.FixedAt > fix.FixedAt ? _candidate : fix, null);
            else if (!Jumps(Latest, fix))
                (Latest, _candidate) = (fix, null);
            else
                _candidate = fix;
        }

        private static bool Jumps(Report one, Report other)
        {
            var good = one.AccuracyMetres <= 100 && other.AccuracyMetres <= 100;
            var seconds = Math.Abs((one.FixedAt!.Value - other.FixedAt!.Value).TotalSeconds);
            var kilometresAnHour = one.Place!.Value.MetresTo(other.Place!.Value) / seconds * 3.6;
            return good && seconds >= 10 && kilometresAnHour > 400;
        }
    }
}
