using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;
using AntiLoss.Domain.Tracks;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;
using AntiLoss.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.TestingHost;

namespace AntiLoss.Tests.Shards;

/// <summary>A silo, or several, with four shards over storage that outlives them.</summary>
internal sealed class ShardCluster : IAsyncDisposable
{
    public static readonly OrganizationNumber Acme = new(7);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly InProcessTestCluster _cluster;
    private readonly FakeTimeProvider? _clock;

    private ShardCluster(InProcessTestCluster cluster, TimeProvider? clock) => (_cluster, _clock) = (cluster, clock as FakeTimeProvider);

    public ShardMap Shards { get; } = new(4);

    public IGrainFactory Grains => _cluster.Client;

    /// <param name="clock">What the silos go by; only the test moves it.</param>
    /// <param name="wakes">Hears of phones to be woken.</param>
    public static async Task<ShardCluster> StartAsync(
        MemoryStorage storage, MemoryGrainStorage states, IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? clock = null, short silos = 1,
        IWakeDesk? wakes = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings ?? new Dictionary<string, string?>()).Build();
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            if (clock is not null)
                silo.Services.AddSingleton(clock);
            silo.Services.AddSingleton<IReportLog>(storage).AddSingleton<ITrackStore>(storage).AddSingleton<IRecordStore>(storage).AddSingleton<IErasure>(storage);
            silo.Services.AddSingleton(new MasterKeys([KeyValuePair.Create((byte)1, new byte[MasterKeys.KeyLength])], current: 1));
            if (wakes is not null)
                silo.Services.AddSingleton(wakes);
            silo.Services.AddShards(configuration, shards: 4);
            silo.Services.AddGrainStorage("Default", (_, _) => states);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        var started = new ShardCluster(cluster, clock);
        await Eventually.TrueAsync(
            async () => (await Task.WhenAll(started.Shards.All(started.Grains).Select(shard => shard.StatusAsync().AsTask()))).All(status => status.IsOpen),
            "every shard is open");
        return started;
    }

    /// <summary>Kills the silo that was started last, with whatever is under way on it.</summary>
    public Task KillAsync() => _cluster.KillSiloAsync(_cluster.Silos[^1]);

    public IShardGrain ShardOf(DeviceKey device) => Shards.ShardOf(Grains, device.Device);

    /// <param name="id">Where it is told, the phone is in the same shard with every run.</param>
    public async Task<DeviceKey> EnrolAsync(string name = "Phone", DateTimeOffset? since = null, DeviceId? id = null)
    {
        var device = new DeviceKey(Acme, id ?? DeviceId.New(DateTimeOffset.UnixEpoch, System.Security.Cryptography.RandomNumberGenerator.GetBytes(10)));
        var answer = await ShardOf(device).ChangeAsync(device, DeviceOperation.From(new DeviceEnrolled(name, 1, since ?? DateTimeOffset.UnixEpoch)));
        Assert.Equal(RequestOutcome.Taken, answer.Outcome);
        Assert.Equal(name, answer.View?.Row.Name);
        return device;
    }

    public async Task<RequestAnswer> ReportAsync(DeviceKey device, params Report[] reports) =>
        (await ShardOf(device).SubmitAsync([new PhoneRequest { Device = device, CredentialVersion = 1, Reports = [.. reports] }])).Single();

    public async Task<TrackFix[]> HistoryAsync(DeviceKey device)
    {
        var track = await ShardOf(device).ReadTrackAsync(device, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return [.. track.Chunks.SelectMany(chunk => TrackChunk.Decode(chunk.Bytes.Span))];
    }

    public static Report FixAt(double second, double latitude = 52, double longitude = 13) => new()
    {
        Kind = ReportKind.Position,
        FixedAt = DateTimeOffset.UnixEpoch.AddYears(50).AddSeconds(second),
        Place = GeoPoint.From(latitude, longitude),
    };

    public async ValueTask DisposeAsync()
    {
        var stopped = _cluster.DisposeAsync().AsTask();
        // A silo that stops waits by its clock.
        if (_clock is not null)
            await _clock.PassAsync(Tick, () => Task.FromResult(stopped.IsCompleted), "the silos have stopped");
        await stopped;
    }
}
