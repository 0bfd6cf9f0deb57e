using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Ingest;

/// <summary>What this node takes at once before it asks phones to come back later.</summary>
public sealed class LimitOptions
{
    public const string Section = "AntiLoss:Limits";

    /// <summary>Bytes of one app's message. Of a longer one only so many are kept, among the dead letters. Larger values cost memory per connection. Default: 1 MiB.</summary>
    [Range(1_024, 64 << 20)]
    public int BodyBytes { get; set; } = 1 << 20;

    /// <summary>Bytes of one request to <c>/api/v1/reports</c>. Larger values cost memory per request, about ten times the bytes. Default: 8 MiB.</summary>
    [Range(1_024, 256 << 20)]
    public int BatchBytes { get; set; } = 8 << 20;

    /// <summary>Reports on their way to the shards at once; beyond it phones get 503. Each costs about 500 bytes. Default: 100,000.</summary>
    [Range(1, 10_000_000)]
    public int WaitingReports { get; set; } = 100_000;

    /// <summary>Percent of <see cref="WaitingReports"/> that one organization may hold, so that its storm leaves room for the others. Default: 50.</summary>
    [Range(1, 100)]
    public int OrganizationShare { get; set; } = 50;

    /// <summary>Reports a second that one organization may send to this node in the long run, with a burst of ten seconds' worth; beyond it its phones get 503. 0 sets no limit. Default: 100,000, more than a node takes.</summary>
    [Range(0, 10_000_000)]
    public int OrganizationRatePerSecond { get; set; } = 100_000;

    /// <summary>How long arriving reports are gathered for one call per shard, in milliseconds. Larger values make larger batches and later answers. Default: 1.</summary>
    [Range(0, 100)]
    public int GatherMilliseconds { get; set; } = 1;

    /// <summary>Messages of unknown phones and wrong passwords that this node looks at in a second; beyond it they get 503. Default: 200.</summary>
    [Range(1, 100_000)]
    public int StrangersPerSecond { get; set; } = 200;

    /// <summary>Messages of the agent protocol from one address that may fail in a minute; beyond it the address gets 429 for whatever no phone at hand has signed. Larger values give a guesser more tries. Default: 60.</summary>
    [Range(1, 100_000_000)]
    public int AgentFailuresPerMinute { get; set; } = 60;
}

[OptionsValidator]
internal sealed partial class LimitOptionsValidator : IValidateOptions<LimitOptions>;
