using System.Diagnostics.Metrics;
using AntiLoss.Web.Ingest.Phones;

namespace AntiLoss.Web.Ingest;

/// <summary>What phones send and what became of it, as numbers. No device, place or organization is ever a tag.</summary>
public sealed class IngestInstruments
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "AntiLoss.Ingest";

    private readonly Counter<long> _reports;
    private readonly Counter<long> _unread;
    private readonly Counter<long> _answers;
    private readonly Histogram<int> _batch;

    public IngestInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _reports = meter.CreateCounter<long>("antiloss.ingest.reports", "{report}", "Reports that are durable, by protocol.");
        _unread = meter.CreateCounter<long>("antiloss.ingest.unread", "{message}", "Messages that could not be read, by protocol.");
        _answers = meter.CreateCounter<long>("antiloss.ingest.answers", "{request}", "Requests of phones, by protocol and answer.");
        _batch = meter.CreateHistogram<int>("antiloss.ingest.batch", "{request}", "Requests in one call to a shard.");
    }

    public void OnTaken(string protocol, int reports) => _reports.Add(reports, new KeyValuePair<string, object?>("protocol", protocol));

    public void OnUnread(string protocol) => _unread.Add(1, new KeyValuePair<string, object?>("protocol", protocol));

    internal void OnAnswered(string protocol, PhoneAnswer answer)
    {
        if (_answers.Enabled)
            _answers.Add(1, new("protocol", protocol), new("answer", answer.ToString()));
    }

    public void OnBatchSent(int requests) => _batch.Record(requests);
}
