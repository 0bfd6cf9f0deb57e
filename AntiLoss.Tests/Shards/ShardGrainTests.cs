using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;
using AntiLoss.Grains.Devices;
using AntiLoss.Grains.Shards;
using AntiLoss.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using static AntiLoss.Tests.Shards.ShardCluster;

namespace AntiLoss.Tests.Shards;

public sealed class ShardGrainTests
{
    private readonly MemoryStorage _storage = new();
    private readonly MemoryGrainStorage _states = new();

    [Fact]
    public async Task A_report_is_durable_applied_and_read_back()
    {
        await using var cluster = await StartAsync(_storage, _states);
        var device = await cluster.EnrolAsync();

        var answer = await cluster.ReportAsync(device, FixAt(1), FixAt(2, 52.5, 13.5));

        Assert.Equal(RequestOutcome.Taken, answer.Outcome);
        Assert.Equal([ReportOutcome.Accepted, ReportOutcome.Accepted], answer.Reports);
        var view = await cluster.ShardOf(device).ReadAsync(device);
        Assert.Equal(GeoPoint.From(52.5, 13.5), view?.Row.Place);
        Assert.Equal(2, (await cluster.HistoryAsync(device)).Length);
    }

    [Fact]
    public async Task A_repeat_is_acknowledged_and_inert()
    {
        await using var cluster = await StartAsync(_storage, _states);
        var device = await cluster.EnrolAsync();

        await cluster.ReportAsync(device, FixAt(1));
        var again = await cluster.ReportAsync(device, FixAt(1));

        Assert.Equal([ReportOutcome.Duplicate], again.Reports);
        Assert.Single(await cluster.HistoryAsync(device));
    }

    [Fact]
    public async Task What_was_acknowledged_survives_the_silo_with_nothing_saved()
    {
        DeviceKey device;
        await using (var first = await StartAsync(_storage, _states))
        {
            device = await first.EnrolAsync();
            for (var i = 0; i < 200; i++)
                await first.ReportAsync(device, FixAt(i, 52 + i / 1e4));
        }
        Assert.Equal(0, _states.Count);

        await using var second = await StartAsync(_storage, _states);
        Assert.Equal(200, (await second.HistoryAsync(device)).Length);
        Assert.Equal(GeoPoint.From(52.0199, 13), (await second.ShardOf(device).ReadAsync(device))?.Row.Place);
        Assert.Equal([ReportOutcome.Accepted], (await second.ReportAsync(device, FixAt(200))).Reports);
        Assert.Equal(201, (await second.HistoryAsync(device)).Length);
    }

    [Fact]
    public async Task A_saved_phone_goes_on_where_it_was_saved()
    {
        DeviceKey device;
        await using (var first = await StartAsync(_storage, _states))
        {
            device = await first.EnrolAsync();
            for (var i = 0; i < 60; i++)
                await first.ReportAsync(device, FixAt(i, 52 + i / 1e4));
            await first.Grains.GetGrain<IDeviceGrain>(device.ToString()).SaveAsync();
            for (var i = 60; i < 70; i++)
                await first.ReportAsync(device, FixAt(i, 52 + i / 1e4));
        }

        await using var second = await StartAsync(_storage, _states);
        Assert.Equal(70, (await second.HistoryAsync(device)).DistinctBy(fix => fix.FixedAtMs).Count());
        Assert.Equal(70, (await second.HistoryAsync(device)).Length);
    }

    [Fact]
    public async Task A_phone_whose_activation_is_lost_is_read_with_all_that_it_had_not_saved()
    {
        await using var cluster = await StartAsync(_storage, _states);
        var device = await cluster.EnrolAsync();
        for (var i = 0; i < 3; i++)
        {
            await cluster.ReportAsync(device, FixAt(i, 52 + i / 1e4));
            await cluster.Grains.GetGrain<IDeviceGrain>(device.ToString()).LeaveAsync();
            Assert.Equal(GeoPoint.From(52 + i / 1e4, 13), (await cluster.ShardOf(device).ReadAsync(device))?.State.Latest?.Place);
            await cluster.Grains.GetGrain<IDeviceGrain>(device.ToString()).LeaveAsync();
            Assert.Equal(i + 1, (await cluster.HistoryAsync(device)).Length);
        }
    }

    [Fact]
    public async Task A_shard_comes_up_whose_snapshot_has_more_of_a_phone_than_the_phone_had_saved()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        DeviceKey device;
        await using (var first = await StartAsync(_storage, _states, clock: clock))
        {
            // A phone saves after a minute, and the shard writes its snapshot every two.
            clock.Advance(TimeSpan.FromSeconds(100));
            device = await first.EnrolAsync();
            await Eventually.TrueAsync(() => Advance() && _storage.Snapshots > 0, "the snapshot is written");
            await first.ShardOf(device).ChangeAsync(device, DeviceOperation.From(new DeviceEdited { Name = "Renamed" }));
        }
        Assert.Equal(0, _states.Count);

        await using var second = await StartAsync(_storage, _states);
        Assert.Equal("Renamed", (await second.ShardOf(device).ReadAsync(device))?.Row.Name);

        bool Advance()
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return true;
        }
    }

    [Fact]
    public async Task While_the_disk_is_full_nothing_is_acknowledged_and_afterwards_all_goes_on_by_itself()
    {
        await using var cluster = await StartAsync(_storage, _states);
        var device = await cluster.EnrolAsync();
        await cluster.ReportAsync(device, FixAt(1));

        _storage.IsFull = true;
        Assert.Equal(RequestOutcome.Busy, (await cluster.ReportAsync(device, FixAt(2))).Outcome);
        Assert.Equal(RequestOutcome.Busy, (await cluster.ReportAsync(device, FixAt(3))).Outcome);
        // Who watches is told that nothing is known of changes, and may still read what was.
        var page = await cluster.ShardOf(device).RowsAsync(Acme, null, 100);
        Assert.Equal([device], page.Rows.Select(row => row.Key));
        Assert.Equal(0, (await cluster.ShardOf(device).ChangesAsync(page.Epoch, page.Version, [Acme])).Epoch);
        _storage.IsFull = false;

        await Eventually.TrueAsync(async () => (await cluster.ReportAsync(device, FixAt(4))).Outcome == RequestOutcome.Taken, "reports are taken again");
        Assert.Equal([FixAt(1).FixedAt, FixAt(4).FixedAt], (await cluster.HistoryAsync(device)).Select(fix => (DateTimeOffset?)fix.FixedAt));
    }

    [Fact]
    public async Task A_second_writer_stops_the_first_from_acknowledging()
    {
        await using var cluster = await StartAsync(_storage, _states);
        var device = await cluster.EnrolAsync();
        await cluster.ReportAsync(device, FixAt(1));
        await _storage.TakeOverAsync(cluster.Shards.Of(device.Device));

        Assert.Equal(RequestOutcome.Busy, (await cluster.ReportAsync(device, FixAt(2))).Outcome);
    }

    [Fact]
    public async Task A_revoked_credential_an_unknown_phone_and_a_retired_one_are_told_apart()
    {
        await using var cluster = await StartAsync(_storage, _states);
        var device = await cluster.EnrolAsync();
        var stranger = device with { Organization = new OrganizationNumber(8) };

        Assert.Equal(RequestOutcome.Unknown, (await cluster.ReportAsync(stranger, FixAt(1))).Outcome);
        await cluster.ShardOf(device).ChangeAsync(device, DeviceOperation.From(new CredentialRotated(2)));
        Assert.Equal(RequestOutcome.Revoked, (await cluster.ReportAsync(device, FixAt(1))).Outcome);
        await cluster.ShardOf(device).ChangeAsync(device, DeviceOperation.From(new DeviceRetired("owner", "sold")));
        Assert.Equal(RequestOutcome.Retired, (await cluster.ReportAsync(device, FixAt(1))).Outcome);
    }

    [Fact]
    public async Task A_backlog_is_taken_whole_and_the_bucket_that_it_emptied_refuses_the_next()
    {
        await using var cluster = await StartAsync(_storage, _states, new Dictionary<string, string?>
        {
            ["AntiLoss:Limits:DeviceBurst"] = "10",
            ["AntiLoss:Limits:DeviceRatePerSecond"] = "0.01",
        });
        var device = await cluster.EnrolAsync();

        Assert.Equal(RequestOutcome.Taken, (await cluster.ReportAsync(device, [.. Enumerable.Range(0, 100).Select(i => FixAt(i))])).Outcome);
        Assert.Equal(RequestOutcome.RateLimited, (await cluster.ReportAsync(device, FixAt(101))).Outcome);
        Assert.Equal(100, (await cluster.HistoryAsync(device)).Length);
    }

    [Fact]
    public async Task The_first_use_of_a_credential_is_noted_once()
    {
        await using var cluster = await StartAsync(_storage, _states);
        var device = await cluster.EnrolAsync();
        var request = new PhoneRequest { Device = device, CredentialVersion = 1, Reports = [FixAt(1)], App = "OwnTracks", Address = "192.0.2.7" };

        await cluster.ShardOf(device).SubmitAsync([request, request with { Reports = [FixAt(2)], App = "another" }]);

        var view = await cluster.ShardOf(device).ReadAsync(device);
        Assert.Equal(("OwnTracks", "192.0.2.7"), (view?.State.FirstUse?.App, view?.State.FirstUse?.Address));
        Assert.True(view?.Row.CredentialUsed);
    }

    [Fact]
    public async Task An_unread_message_is_set_aside_with_its_bytes_before_it_is_acknowledged()
    {
        await using var cluster = await StartAsync(_storage, _states);
        var device = await cluster.EnrolAsync();
        var request = new PhoneRequest { Device = device, CredentialVersion = 1, Reports = [], Unread = [new UnreadMessage("owntracks", "no lat", "{}"u8.ToArray(), 2)] };

        Assert.Equal(RequestOutcome.Taken, (await cluster.ShardOf(device).SubmitAsync([request])).Single().Outcome);

        var letter = (await cluster.Grains.GetGrain<IDeadLettersGrain>(Acme.Value).ReadAsync(null, 10)).Single();
        Assert.Equal(("owntracks", "no lat", "e30="), (letter.Protocol, letter.Reason, letter.Bytes));
    }

    [Fact]
    public async Task A_phone_whose_state_cannot_be_read_is_shown_as_damaged_and_never_as_new()
    {
        DeviceKey device;
        await using (var first = await StartAsync(_storage, _states))
        {
            device = await first.EnrolAsync("Precious");
            await first.ReportAsync(device, FixAt(1));
            await first.Grains.GetGrain<IDeviceGrain>(device.ToString()).SaveAsync();
        }
        _states.Damage("device");

        await using var second = await StartAsync(_storage, _states);
        var answer = await second.ReportAsync(device, FixAt(2));

        Assert.Equal([ReportOutcome.SetAside], answer.Reports);
        Assert.True((await second.ShardOf(device).ReadAsync(device))?.Row.Damaged);
        Assert.NotEmpty(await second.Grains.GetGrain<IDeadLettersGrain>(Acme.Value).ReadAsync(null, 10));
    }

    [Fact]
    public async Task Readers_see_each_change_once_in_its_latest_state()
    {
        await using var cluster = await StartAsync(_storage, _states);
        var device = await cluster.EnrolAsync();
        var shard = cluster.ShardOf(device);
        // The first use of the credential is a change of its own: it must be over before the reader starts.
        await cluster.ReportAsync(device, FixAt(0));
        await shard.ReadAsync(device);
        var page = await shard.RowsAsync(Acme, null, 100);
        Assert.Equal([device], page.Rows.Select(row => row.Key));

        var held = shard.ChangesAsync(page.Epoch, page.Version, [Acme]).AsTask();
        await cluster.ReportAsync(device, FixAt(1));
        var news = await held;
        Assert.Equal(FixAt(1).FixedAt!.Value.ToUnixTimeMilliseconds(), news.Rows.Single().FixedAtMs);

        await cluster.ReportAsync(device, FixAt(2));
        await cluster.ReportAsync(device, FixAt(3));
        await shard.ReadAsync(device);
        var rows = (await shard.ChangesAsync(news.Epoch, news.Version, [Acme])).Rows;
        Assert.Equal(FixAt(3).FixedAt!.Value.ToUnixTimeMilliseconds(), rows.Single().FixedAtMs);
    }

    [Fact]
    public async Task An_entry_that_is_on_its_way_into_the_log_is_nobody_s_to_apply()
    {
        await using var cluster = await StartAsync(_storage, _states);
        var device = await cluster.EnrolAsync();
        await cluster.ReportAsync(device, FixAt(1));
        await cluster.ShardOf(device).ReadAsync(device);
        var (reads, begun, landing) = (_storage.LogReads, _storage.AppendsBegun, new TaskCompletionSource());

        _storage.AppendsWaitFor = landing.Task;
        var underWay = cluster.ReportAsync(device, FixAt(2));
        await Eventually.TrueAsync(() => _storage.AppendsBegun > begun, "the append is under way");
        var meanwhile = await cluster.ShardOf(device).ReadAsync(device).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        landing.SetResult();

        Assert.Equal(FixAt(1).FixedAt!.Value.ToUnixTimeMilliseconds(), meanwhile?.Row.FixedAtMs);
        Assert.Equal(RequestOutcome.Taken, (await underWay).Outcome);
        Assert.Equal(FixAt(2).FixedAt!.Value.ToUnixTimeMilliseconds(), (await cluster.ShardOf(device).ReadAsync(device))?.Row.FixedAtMs);
        Assert.Equal(reads, _storage.LogReads);
    }

    [Fact]
    public async Task Two_organizations_never_see_each_other_s_rows()
    {
        await using var cluster = await StartAsync(_storage, _states);
        var device = await cluster.EnrolAsync();
        await cluster.ReportAsync(device, FixAt(1));
        var shard = cluster.ShardOf(device);

        Assert.Empty((await shard.RowsAsync(new OrganizationNumber(8), null, 100)).Rows);
        Assert.Empty((await shard.RowsAsync(new OrganizationNumber(8), null, 100)).Rows);
        Assert.Null(await shard.ReadAsync(device with { Organization = new OrganizationNumber(8) }));
    }
}
