using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Web.Live;

/// <summary>
/// Keeps the views current with one shard: reads an organization's rows in pages when it is new here or the shard
/// opens a new epoch, then asks for what has changed since, one question at a time.
/// </summary>
internal sealed class ShardReader(int number, IShardGrain shard, FleetMirror mirror, TimeProvider time, ILogger log) : IDisposable
{
    private const int PageSize = 1000;
    private static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(30), StaleAfter = TimeSpan.FromSeconds(5);

    /// <summary>Changes are gathered for so long before they are asked for again: a busy shard answers at once.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan OpensWithin = TimeSpan.FromMilliseconds(200);
    private readonly HashSet<OrganizationView> _read = [];
    private readonly Lock _gate = new();
    private CancellationTokenSource _interruption = new();
    private int _epoch;
    private long _version;
    private long _failingSince;

    /// <summary>Whether it has failed for a while.</summary>
    public bool IsStale => Volatile.Read(ref _failingSince) is var since and not 0 && time.GetElapsedTime(since) > StaleAfter;

    /// <summary>Ends the question that is outstanding: another organization is to be part of it.</summary>
    public void Interrupt()
    {
        lock (_gate)
            _interruption.Cancel();
    }

    public void Dispose() => _interruption.Dispose();

    public async Task RunAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            var interruption = Rearm(stoppingToken);
            try
            {
                if (!await AskAsync(interruption.Token))
                {
                    await NotOpenAsync(interruption.Token);
                    continue;
                }
                failures = 0;
                if (Interlocked.Exchange(ref _failingSince, 0) != 0)
                    FleetMirror.Log.ShardBack(log, number);
            }
            catch (OperationCanceledException) when (interruption.IsCancellationRequested)
            {
            }
            // A loop of its own must outlive whatever the shard throws: it may be on its way to another silo.
            catch (Exception cause)
            {
                await FailedAsync(cause, failures++, interruption.Token);
            }
        }
    }

    /// <returns>False if the shard is not open yet.</returns>
    private async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        var views = mirror.Organizations.Select(mirror.Mirror).OfType<OrganizationView>().ToArray();
        _read.IntersectWith(views);
        if (views.Length == 0)
        {
            await Task.Delay(IdleFor, time, cancellationToken);
            return true;
        }
        foreach (var view in views.Where(view => !_read.Contains(view)))
        {
            if (!await ReadPagesAsync(view, cancellationToken))
                return false;
        }
        var askedAt = time.GetTimestamp();
        var changes = await shard.ChangesAsync(_epoch, _version, [.. views.Select(view => view.Organization)], cancellationToken);
        if (changes.Epoch == 0)
            return false;
        if (changes.Epoch != _epoch)
        {
            _read.Clear();
            return true;
        }
        foreach (var rows in changes.Rows.GroupBy(row => row.Key.Organization))
            mirror.Mirror(rows.Key)?.Offer(rows);
        _version = changes.Version;
        // Also after an empty answer that came at once: a shard that is closing does not hold the question.
        if (!changes.Rows.IsEmpty || time.GetElapsedTime(askedAt) < Pace)
            await Task.Delay(Pace, time, cancellationToken);
        return true;
    }

    private async Task<bool> ReadPagesAsync(OrganizationView view, CancellationToken cancellationToken)
    {
        DeviceId? after = null;
        var epoch = 0;
        do
        {
            var page = await shard.RowsAsync(view.Organization, after, PageSize, cancellationToken);
            if (page.Epoch == 0 || after is not null && page.Epoch != epoch)
                return false;
            // The changes that the later pages may have missed are those since the first.
            if (after is null)
                StartFrom(epoch = page.Epoch, page.Version);
            view.Offer(page.Rows);
            after = page.Next;
        }
        while (after is not null);
        _read.Add(view);
        mirror.WasRead(view.Organization, number);
        return true;
    }

    private void StartFrom(int epoch, long version)
    {
        if (epoch != _epoch)
        {
            // What was read in another epoch is read again; rows already there stay until a newer one comes.
            _read.Clear();
            _epoch = epoch;
            _version = version;
        }
        else if (_read.Count == 0)
        {
            _version = version;
        }
        else
        {
            _version = Math.Min(_version, version);
        }
    }

    /// <summary>A shard that is recovering says so; that is no fault.</summary>
    private async Task NotOpenAsync(CancellationToken cancellationToken)
    {
        Interlocked.CompareExchange(ref _failingSince, time.GetTimestamp(), 0);
        await Task.Delay(OpensWithin, time, cancellationToken);
    }

    private async Task FailedAsync(Exception cause, int failures, CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _failingSince, time.GetTimestamp(), 0) == 0)
            FleetMirror.Log.ShardLost(log, number, cause);
        var pause = TimeSpan.FromMilliseconds(Math.Min(100 << Math.Min(failures, 5), 2000));
        await Task.Delay(pause, time, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private CancellationTokenSource Rearm(CancellationToken stoppingToken)
    {
        lock (_gate)
        {
            _interruption.Dispose();
            return _interruption = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        }
    }
}
