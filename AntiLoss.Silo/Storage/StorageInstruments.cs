using System.Diagnostics.Metrics;

namespace AntiLoss.Silo.Storage;

/// <summary>How the embedded storage is doing, as metrics of the meter <see cref="MeterName"/>.</summary>
public sealed class StorageInstruments
{
    public const string MeterName = "AntiLoss.Storage";

    // The usual boundaries are made for milliseconds: every commit would be in the first.
    private static readonly InstrumentAdvice<double> CommitSeconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    };

    private readonly Histogram<double> _commitDuration;
    private readonly Histogram<int> _batchSize;
    private readonly Counter<long> _failures;
    private int _waiting;

    public StorageInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _commitDuration = meter.CreateHistogram<double>("antiloss.storage.commit.duration", "s", "Time from the begin of a transaction until it is durable.", tags: null, CommitSeconds);
        _batchSize = meter.CreateHistogram<int>("antiloss.storage.batch.size", "{write}", "Writes that shared one transaction.");
        _failures = meter.CreateCounter<long>("antiloss.storage.failures", "{write}", "Writes that failed, for whatever reason.");
        meter.CreateObservableGauge("antiloss.storage.queue.length", () => Volatile.Read(ref _waiting), "{write}", "Writes that wait for a transaction.");
    }

    internal void OnQueued() => Interlocked.Increment(ref _waiting);

    internal void OnCommitted(int writes, TimeSpan duration)
    {
        Interlocked.Add(ref _waiting, -writes);
        _commitDuration.Record(duration.TotalSeconds);
        _batchSize.Record(writes);
    }

    internal void OnFailed(int writes, bool wereWaiting)
    {
        if (wereWaiting)
            Interlocked.Add(ref _waiting, -writes);
        _failures.Add(writes);
    }
}
