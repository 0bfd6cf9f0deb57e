using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Alerts;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Tests.Shards;

/// <summary>Phones tell at least once: whatever is told again, in whatever part of it, changes nothing.</summary>
public sealed class AlertBookTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_resolved_and_opened_again_stays_open_when_all_of_it_is_told_again()
    {
        var told = new[] { Raised("1", 0), Resolved("2", 5), Raised("3", 10) };
        var book = AlertBook.Empty.Take([.. told], Noon.AddMinutes(10));

        Assert.Same(book, book.Take([.. told], Noon.AddMinutes(11)));
        Assert.Same(book, book.Take([told[1]], Noon.AddMinutes(11)));
        var alert = Assert.Single(book.Alerts.Values);
        Assert.Equal((AlertState.Open, 2, 1), (alert.State, alert.Count, alert.Reopened));
        Assert.True(Assert.Single(book.Take([Resolved("4", 15)], Noon.AddMinutes(15)).Alerts.Values).IsOver);
    }

    [Fact]
    public void What_a_person_had_resolved_before_its_phone_did_stays_open_too_once_it_is_opened_again()
    {
        var book = AlertBook.Empty.Take([Raised("1", 0)], Noon);
        book = book.Resolve(book.Ids.Single(), "olga", "seen to", Noon.AddMinutes(1))!;
        book = book.Take([Resolved("2", 5), Raised("3", 10)], Noon.AddMinutes(10));

        Assert.Same(book, book.Take([Resolved("2", 5)], Noon.AddMinutes(11)));
        Assert.False(Assert.Single(book.Alerts.Values).IsOver);
    }

    [Fact]
    public void What_was_told_late_is_remembered_for_as_long_as_it_may_be_told_again()
    {
        // The grain could not be told for two days.
        var told = new[] { Raised("1", 0), Resolved("2", 5) };
        var late = Noon.AddDays(2);
        var (book, settled) = AlertBook.Empty.Take([.. told], late).Settle(late);

        Assert.Empty(settled);
        Assert.Same(book, book.Take([.. told], late.AddMinutes(1)));
        Assert.Single(book.Settle(late.AddDays(1)).Settled);
    }

    [Fact]
    public void The_book_lists_what_is_open_and_all_of_it_newest_first_from_any_id()
    {
        var told = Enumerable.Range(0, 9).Select(i => Raised($"{i}", i) with { Device = new DeviceKey(ShardCluster.Acme, new DeviceId(1, (ulong)i + 1)) }).ToList();
        var book = AlertBook.Empty.Take([.. told], Noon);
        var ids = book.Ids.Reverse().ToList();
        book = book.Resolve(ids[1], "olga", "seen to", Noon)!;

        Assert.Equal([ids[1]], book.Changed);
        Assert.Equal(ids[..3], book.Before(null, 3, onlyOpen: false).Select(alert => alert.Id));
        Assert.Equal([ids[0], ids[2]], book.Before(null, 2, onlyOpen: true).Select(alert => alert.Id));
        // Also from the id of one that is not in the list any more.
        Assert.Equal(ids[2..5], book.Before(ids[1], 3, onlyOpen: true).Select(alert => alert.Id));
        Assert.Equal(ids[8..], book.Before(ids[7], 3, onlyOpen: false).Select(alert => alert.Id));
        Assert.Equal(ids, AlertBook.Of(book.Alerts.Values).Before(null, 99, onlyOpen: false).Select(alert => alert.Id));
    }

    private static Told Raised(string id, int minute) => Of(new AlertRaised(id, "AgentTampered", Severity.Critical, Noon.AddMinutes(minute), Noon.AddMinutes(minute)));

    private static Told Resolved(string id, int minute) => Of(new AlertResolved(id, "AgentTampered", "pin", "the right PIN", Noon.AddMinutes(minute)));

    private static Told Of(DeviceEffect effect) => new(new DeviceKey(ShardCluster.Acme, new DeviceId(1, 1)), effect, new TellerContext("Phone", 1, 0));
}
