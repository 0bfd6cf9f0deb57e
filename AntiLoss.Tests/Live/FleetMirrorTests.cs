using System.Collections.Immutable;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using AntiLoss.Tests.Support;
using AntiLoss.Web.Live;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AntiLoss.Tests.Live;

/// <summary>The mirror and one shard, of which the test says what it answers.</summary>
public sealed class FleetMirrorTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(LivePhones.Start);
    private readonly ScriptedShard _shard = new();
    private readonly FleetMirror _mirror;

    public FleetMirrorTests() =>
        _mirror = new FleetMirror([_shard], new FewNames(), Options.Create(new LiveOptions()), _time, NullLogger<FleetMirror>.Instance);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _mirror.StartAsync(Stop);

    public async ValueTask DisposeAsync()
    {
        await _mirror.StopAsync(CancellationToken.None);
        _mirror.Dispose();
    }

    [Fact]
    public async Task A_shard_that_opens_a_new_epoch_is_read_again_and_no_change_between_them_is_missed()
    {
        var rows = Enumerable.Range(0, 3).Select(number => LivePhones.At(number, 47.1, 9.5)).ToArray();
        _shard.Open(epoch: 1, rows);
        var view = await _mirror.ViewOfAsync(LivePhones.Organization, Stop);
        Assert.Equal(3, view.Count);

        // Another epoch counts its changes from 0 again: what changed meanwhile is in no answer to "since".
        var moved = rows[1].Reporting(47.2, 9.6, LivePhones.Start.AddSeconds(30));
        var added = LivePhones.At(3, 47.3, 9.7);
        _shard.Open(epoch: 2, rows[0], moved, rows[2], added);

        await PassingAsync(() => view.Count == 4, "the new epoch has been read");
        Assert.Equal(moved, view.Find(moved.Key.Device));
        _shard.Change(added.Reporting(47.4, 9.8, LivePhones.Start.AddSeconds(60)));
        await PassingAsync(() => view.Find(added.Key.Device)!.Place!.Value.LatitudeE6 == 47_400_000, "changes of the new epoch arrive");
    }

    [Fact]
    public async Task A_shard_that_cannot_say_what_changed_makes_the_map_stale_and_keeps_its_rows()
    {
        var row = LivePhones.At(0, 47.1, 9.5);
        _shard.Open(epoch: 1, row);
        var view = await _mirror.ViewOfAsync(LivePhones.Organization, Stop);
        Assert.False(_mirror.IsStale);
        var pages = _shard.PagesRead;

        _shard.Fail();
        await PassingAsync(() => _mirror.IsStale, "the map is stale");
        Assert.Equal(row, view.Find(row.Key.Device));
        Assert.Equal(pages, _shard.PagesRead);

        var moved = row.Reporting(47.2, 9.6, LivePhones.Start.AddSeconds(30));
        _shard.Open(epoch: 2, moved);
        await PassingAsync(() => !_mirror.IsStale, "the map is current again");
        await PassingAsync(() => view.Find(row.Key.Device) == moved, "the change is seen");
    }

    [Fact]
    public async Task An_organization_that_is_looked_at_does_not_wait_for_the_question_that_is_outstanding()
    {
        _shard.Open(epoch: 1, LivePhones.At(0, 47.1, 9.5));
        await _mirror.ViewOfAsync(LivePhones.Organization, Stop);
        await Eventually.TrueAsync(() => _shard.Held == 1, "a question is held");

        // No time passes here: only the end of the held question lets the second organization be read.
        await _mirror.ViewOfAsync(new OrganizationNumber(8), Stop).AsTask().WaitAsync(Eventually.Patience, Stop);

        await Eventually.TrueAsync(() => _shard.Asked.SequenceEqual([LivePhones.Organization, new OrganizationNumber(8)]), "both are asked for");
        Assert.Equal(1, _shard.Held);
    }

    private Task PassingAsync(Func<bool> condition, string what) => Eventually.TrueAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(200));
            return condition();
        },
        what);

    /// <summary>Answers like a shard: epoch 0 while it has failed, else its rows, and changes once there are some.</summary>
    private sealed class ScriptedShard : IShardGrain
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<DeviceId, (long Version, DeviceRow Row)> _rows = [];
        private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _hasFailed;
        private int _epoch;
        private long _version;
        private int _held;

        public int PagesRead { get; private set; }

        public int Held => Volatile.Read(ref _held);

        public ImmutableArray<OrganizationNumber> Asked { get; private set; } = [];

        public void Open(int epoch, params IEnumerable<DeviceRow> rows)
        {
            lock (_gate)
            {
                (_epoch, _version, _hasFailed) = (epoch, 0, false);
                _rows.Clear();
                foreach (var row in rows)
                    _rows[row.Key.Device] = (0, row);
            }
            Wake();
        }

        public void Change(DeviceRow row)
        {
            lock (_gate)
                _rows[row.Key.Device] = (++_version, row);
            Wake();
        }

        public void Fail()
        {
            _hasFailed = true;
            Wake();
        }

        public ValueTask<RowPage> RowsAsync(OrganizationNumber organization, DeviceId? after, int limit, CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                PagesRead++;
                return new(new RowPage(_epoch, _version, [.. _rows.Values.Select(entry => entry.Row).Where(row => row.Key.Organization == organization)], null));
            }
        }

        public async ValueTask<RowChanges> ChangesAsync(
            int epoch, long version, ImmutableArray<OrganizationNumber> organizations, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _held);
            try
            {
                while (true)
                {
                    var news = _news.Task;
                    lock (_gate)
                    {
                        Asked = organizations;
                        if (_hasFailed)
                            return new RowChanges(0, 0, []);
                        if (epoch != _epoch)
                            return new RowChanges(_epoch, 0, []);
                        if (_rows.Values.Where(entry => entry.Version > version).Select(entry => entry.Row).ToImmutableArray() is { IsEmpty: false } rows)
                            return new RowChanges(_epoch, _version, rows);
                    }
                    await news.WaitAsync(cancellationToken);
                }
            }
            finally
            {
                Interlocked.Decrement(ref _held);
            }
        }

        public ValueTask<ImmutableArray<RequestAnswer>> SubmitAsync(ImmutableArray<PhoneRequest> requests, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<ChangeAnswer> ChangeAsync(DeviceKey device, DeviceOperation operation, CancellationToken cancellationToken) => throw new NotSupportedException();


        public ValueTask<AgentAnswer> ExchangeAsync(DeviceKey device, AgentRequest request, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
        public ValueTask<DeviceView?> ReadAsync(DeviceKey device, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<DeviceTrack> ReadTrackAsync(DeviceKey device, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<ShardStatus> StatusAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        private void Wake()
        {
            var news = _news;
            _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
            news.TrySetResult();
        }
    }
}
