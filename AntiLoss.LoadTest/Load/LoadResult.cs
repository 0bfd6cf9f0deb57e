using System.Globalization;
using System.Text;
using HdrHistogram;

namespace AntiLoss.LoadTest.Load;

/// <summary>Percentiles of a time, in milliseconds.</summary>
public sealed record Percentiles(double P50, double P99, double P999, double Max, long Count)
{
    public static Percentiles Of(HistogramBase histogram) => histogram.TotalCount == 0
        ? new(0, 0, 0, 0, 0)
        : new(Milliseconds(histogram, 50), Milliseconds(histogram, 99), Milliseconds(histogram, 99.9),
            Math.Round(histogram.GetMaxValue() / 1000.0, 1), histogram.TotalCount);

    private static double Milliseconds(HistogramBase histogram, double percentile) =>
        Math.Round(histogram.GetValueAtPercentile(percentile) / 1000.0, 1);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"p50 {P50:0.0} ms   p99 {P99:0.0} ms   p99.9 {P999:0.0} ms   max {Max:0.0} ms   ({Count:N0})");
}

/// <summary>What a load run measured.</summary>
public sealed record LoadResult
{
    public required string Url { get; init; }
    public required int Phones { get; init; }
    public required int Batch { get; init; }
    public required int Connections { get; init; }
    public required int Viewers { get; init; }
    public required int WarmUpSeconds { get; init; }
    public required int Seconds { get; init; }

    /// <summary>Reports a second that were due.</summary>
    public required int TargetRate { get; init; }

    /// <summary>Reports a second that were acknowledged.</summary>
    public required double AcknowledgedRate { get; init; }

    public required long Acknowledged { get; init; }
    public required long Refused { get; init; }
    public required long Unknown { get; init; }

    /// <summary>Due and never sent, because every connection was waiting.</summary>
    public required long Unsent { get; init; }

    /// <summary>Answers by status.</summary>
    public required IReadOnlyDictionary<int, long> Statuses { get; init; }

    /// <summary>From when a request was due to its answer.</summary>
    public required Percentiles Acknowledgement { get; init; }

    /// <summary>From when a report was due to when a viewer had its row; null without viewers.</summary>
    public Percentiles? ReportToViewer { get; init; }

    /// <summary>Bytes of frames that viewers received for each row in them.</summary>
    public double? FrameBytesPerRow { get; init; }

    /// <summary>Cores that this program kept busy.</summary>
    public required double OwnCores { get; init; }

    /// <summary>Cores that the server kept busy; null if its process was not named.</summary>
    public double? ServerCores { get; init; }

    /// <summary>The server's resident memory in MB before the phones were enrolled, and after the run.</summary>
    public double? ServerMegabytesBefore { get; init; }

    public double? ServerMegabytesAfter { get; init; }

    /// <summary>What the audit found; null without one.</summary>
    public AuditResult? Audit { get; init; }

    /// <summary>The result for a person.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        void Line(string name, FormattableString value) =>
            text.Append(CultureInfo.InvariantCulture, $"{name,-18}").AppendLine(value.ToString(CultureInfo.InvariantCulture));
        Line("load", $"{Phones:N0} phones, {Batch} a request, {Connections} connections, {Viewers} viewers, {WarmUpSeconds} + {Seconds} s");
        Line("reports/s", $"{AcknowledgedRate:N0} acknowledged of {TargetRate:N0} due");
        Line("reports", $"{Acknowledged:N0} acknowledged, {Refused:N0} refused, {Unknown:N0} unknown, {Unsent:N0} unsent");
        Line("answers", $"{string.Join(", ", Statuses.Select(pair => $"{pair.Key}: {pair.Value}"))}");
        Line("acknowledgement", $"{Acknowledgement}");
        if (ReportToViewer is not null)
            Line("report to viewer", $"{ReportToViewer}   {FrameBytesPerRow:0.0} bytes a row");
        Line("cores", $"generator {OwnCores:0.00}, server {ServerCores:0.00}");
        if (ServerMegabytesAfter is not null)
            Line("server memory", $"{ServerMegabytesBefore:N0} MB before, {ServerMegabytesAfter:N0} MB after");
        if (Audit is not null)
            Line("audit", $"{Audit.Acknowledged:N0} acknowledged, {Audit.Missing} missing, {Audit.StoredTwice} stored twice, {Audit.Phantoms} never sent; {Audit.Stored:N0} stored");
        return text.ToString();
    }
}
