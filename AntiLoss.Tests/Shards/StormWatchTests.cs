using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Alerts;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Tests.Shards;

/// <summary>Which silences are one storm, and what it looks like.</summary>
public sealed class StormWatchTests
{
    private const int Threshold = 20;
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Still_phones_that_were_taken_together_are_one_storm_however_far_apart_they_are_missed()
    {
        // Last heard over 15 minutes, each missed 45 minutes later.
        var book = Take(Enumerable.Range(0, Threshold).Select(i => Dark(i, Noon.AddSeconds(i * 45), metres: i)));

        var storm = Assert.Single(book.Alerts.Values, alert => alert.Kind == "Storm");
        Assert.Equal(("MassLoss", Threshold, Noon), (storm.Detail, storm.Folds.Length, storm.HappenedAt));
        Assert.Equal(Threshold, book.Alerts.Values.Count(alert => alert is { Kind: "WentDark", IsOver: false }));
    }

    [Fact]
    public void Phones_all_over_a_region_that_fell_silent_together_look_like_an_outage()
    {
        var book = Take(Enumerable.Range(0, Threshold).Select(i => Dark(i, Noon.AddSeconds(i), metres: i * 2_000)));

        Assert.Equal("Outage", Assert.Single(book.Alerts.Values, alert => alert.Kind == "Storm").Detail);
    }

    [Fact]
    public void One_phone_less_or_one_that_fell_silent_earlier_makes_no_storm()
    {
        var fewer = Enumerable.Range(0, Threshold - 1).Select(i => Dark(i, Noon, metres: i)).ToList();
        Assert.DoesNotContain(Take(fewer).Alerts.Values, alert => alert.Kind == "Storm");
        Assert.DoesNotContain(Take([Dark(99, Noon.AddMinutes(-21), metres: 0), .. fewer]).Alerts.Values, alert => alert.Kind == "Storm");
    }

    [Fact]
    public void A_phone_that_is_missed_later_joins_the_storm_that_it_is_part_of()
    {
        var book = Take(Enumerable.Range(0, Threshold + 5).Select(i => Dark(i, Noon.AddSeconds(i), metres: i)));

        Assert.Equal(Threshold + 5, Assert.Single(book.Alerts.Values, alert => alert.Kind == "Storm").Folds.Length);
    }

    /// <summary>The alerts as they come, one by one, each 45 minutes after its phone was last heard.</summary>
    private static AlertBook Take(IEnumerable<Told> alerts) =>
        alerts.Aggregate(AlertBook.Empty, (book, told) => book.Take([told], Noon.AddHours(1)));

    private static Told Dark(int phone, DateTimeOffset lastHeard, double metres) => new(
        new DeviceKey(ShardCluster.Acme, new DeviceId(1, (ulong)phone + 1)),
        new AlertRaised($"{phone}.dark", "WentDark", Severity.Critical, lastHeard, lastHeard.AddMinutes(45))
        {
            Place = GeoPoint.From(52.5 + metres / 111_000, 13.4),
        },
        new TellerContext($"Phone {phone}", 1, 0))
    {
        StormThreshold = Threshold,
    };
}
