using System.Collections.Concurrent;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Live;

/// <summary>
/// This node's mirror of the shards' rows, for the organizations that somebody watches or reads here. It asks, the
/// shards do not push: one question is outstanding per shard.
/// </summary>
public sealed partial class FleetMirror : BackgroundService
{
    private readonly IPersonNames _names;
    private readonly LiveOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<FleetMirror> _log;
    private readonly ShardReader[] _readers;
    private readonly ConcurrentDictionary<OrganizationNumber, Mirrored> _mirrored = new();
    private readonly Lock _gate = new();

    public FleetMirror(
        IGrainFactory grains, ShardMap shards, IPersonNames names, IOptions<LiveOptions> options, TimeProvider time, ILogger<FleetMirror> log)
        : this(shards?.All(grains) ?? throw new ArgumentNullException(nameof(shards)), names, options, time, log)
    {
    }

    internal FleetMirror(
        IEnumerable<IShardGrain> shards, IPersonNames names, IOptions<LiveOptions> options, TimeProvider time, ILogger<FleetMirror> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        _names = names;
        _options = options.Value;
        _time = time;
        _log = log;
        _readers = [.. shards.Select((shard, number) => new ShardReader(number, shard, this, time, log))];
    }

    /// <summary>Whether a shard could not be read for some seconds: what the views say may be old.</summary>
    public bool IsStale => Array.Exists(_readers, reader => reader.IsStale);

    /// <summary>
    /// An organization's rows, once every shard has been read. The view stays current while somebody asks for it now
    /// and then; do not keep it.
    /// </summary>
    /// <exception cref="OperationCanceledException">The shards did not answer while the caller wanted to wait.</exception>
    public async ValueTask<OrganizationView> ViewOfAsync(OrganizationNumber organization, CancellationToken cancellationToken = default)
    {
        var mirrored = Touch(organization);
        if (!mirrored.Loaded.IsCompletedSuccessfully)
            await mirrored.Loaded.WaitAsync(cancellationToken);
        await _names.RefreshAsync(mirrored.View, cancellationToken);
        return mirrored.View;
    }

    /// <summary>What is at hand of an organization's phones; null while they are being read. Waits for nothing, and people's names in it may be old.</summary>
    public OrganizationView? ViewAtHand(OrganizationNumber organization) =>
        Touch(organization) is { Loaded.IsCompletedSuccessfully: true } mirrored ? mirrored.View : null;

    /// <summary>Keeps a view that is watched, and the names in it.</summary>
    internal ValueTask KeepAsync(OrganizationNumber organization, CancellationToken cancellationToken) =>
        _names.RefreshAsync(Touch(organization).View, cancellationToken);

    /// <summary>Makes a change that was made here visible here at once, before the shards are asked again.</summary>
    public void Offer(DeviceRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (_mirrored.TryGetValue(row.Key.Organization, out var mirrored))
            mirrored.View.Offer(row);
    }

    /// <summary>The organizations that are mirrored now.</summary>
    internal ImmutableArray<OrganizationNumber> Organizations => [.. _mirrored.Keys];

    internal OrganizationView? Mirror(OrganizationNumber organization) =>
        _mirrored.TryGetValue(organization, out var mirrored) ? mirrored.View : null;

    internal void WasRead(OrganizationNumber organization, int shard)
    {
        if (_mirrored.TryGetValue(organization, out var mirrored))
            mirrored.WasRead(shard);
    }

    public override void Dispose()
    {
        foreach (var reader in _readers)
            reader.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll([ReleaseAsync(stoppingToken), .. _readers.Select(reader => reader.RunAsync(stoppingToken))]);

    private Mirrored Touch(OrganizationNumber organization)
    {
        var now = _time.GetTimestamp();
        if (_mirrored.TryGetValue(organization, out var known))
        {
            known.UsedAt = now;
            return known;
        }
        lock (_gate)
        {
            if (_mirrored.TryGetValue(organization, out known))
                return known;
            var mirrored = new Mirrored(new OrganizationView(organization, _names), _readers.Length) { UsedAt = now };
            _mirrored[organization] = mirrored;
            Log.Mirroring(_log, organization);
            foreach (var reader in _readers)
                reader.Interrupt();
            return mirrored;
        }
    }

    private async Task ReleaseAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10), _time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            foreach (var (organization, mirrored) in _mirrored)
            {
                if (_time.GetElapsedTime(mirrored.UsedAt) > _options.ReleaseAfter && _mirrored.TryRemove(organization, out _))
                    Log.Released(_log, organization);
            }
        }
    }

    /// <summary>A view, and which shards it still waits for.</summary>
    private sealed class Mirrored(OrganizationView view, int shards)
    {
        private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly bool[] _read = new bool[shards];
        private int _missing = shards;
        private long _usedAt;

        public OrganizationView View { get; } = view;

        public Task Loaded => _loaded.Task;

        public long UsedAt
        {
            get => Volatile.Read(ref _usedAt);
            set => Volatile.Write(ref _usedAt, value);
        }

        // Each shard is marked by its own reader only.
        public void WasRead(int shard)
        {
            if (_read[shard])
                return;
            _read[shard] = true;
            if (Interlocked.Decrement(ref _missing) == 0)
                _loaded.TrySetResult();
        }
    }
}
