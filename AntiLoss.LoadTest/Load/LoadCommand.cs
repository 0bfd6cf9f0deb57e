using System.Diagnostics;
using System.Net;
using System.Text.Json;
using AntiLoss.LoadTest.Wire;

namespace AntiLoss.LoadTest.Load;

/// <summary>The command <c>load</c>: enrols phones, loads the server, audits what it promised, tells the result.</summary>
public static class LoadCommand
{
    private const int EnrolAtOnce = 16;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private static readonly TimeSpan AuditMargin = TimeSpan.FromHours(1);

    /// <summary>Runs it; the exit code is 0 if every promise was kept.</summary>
    public static async Task<int> RunAsync(LoadOptions options, TextWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        var result = await MeasureAsync(options, output, time, cancellationToken);
        await output.WriteAsync(result.ToText());
        if (options.Json is not null)
            await File.WriteAllTextAsync(options.Json, JsonSerializer.Serialize(result, Json), cancellationToken);
        return result.Audit is { IsClean: false } ? 1 : 0;
    }

    private static async Task<LoadResult> MeasureAsync(LoadOptions options, TextWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        using var server = options.ServerPid > 0 ? Process.GetProcessById(options.ServerPid) : null;
        var memoryBefore = MegabytesOf(server);
        using var api = new ApiClient(options.Url, options.ApiKey, time);
        await api.UntilReadyAsync(TimeSpan.FromSeconds(30), cancellationToken);
        var began = time.GetUtcNow();
        var phones = await EnrolAsync(api, options, cancellationToken);
        await output.WriteLineAsync($"{phones.Length} phones enrolled in {(time.GetUtcNow() - began).TotalSeconds:0.0} s");

        var ledger = new Ledger(new ReportPlan(options.Phones, options.Batch), options.Schedule.Requests);
        var heads = phones.Select(phone => RequestBytes.HeadOf(options.Url, phone.Id, phone.Credential));
        var address = new IPEndPoint(IPAddress.Parse(options.Url.Host.Trim('[', ']')), options.Url.Port);
        var generator = new LoadGenerator(address, options.Schedule, [.. heads], ledger, time);
        await using var viewers = await WatchedAsync(api, options, time, cancellationToken);
        using var loaded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var cpu = new CpuMeter(server, time);
        var watching = viewers?.ReportAsync(loaded.Token) ?? Task.CompletedTask;
        await generator.RunAsync(cancellationToken);
        var (own, theirs) = cpu.Read();
        await loaded.CancelAsync();
        await watching;

        return ResultOf(options, generator, ledger) with
        {
            ReportToViewer = viewers is null ? null : Percentiles.Of(viewers.Times),
            FrameBytesPerRow = viewers?.BytesPerRow,
            OwnCores = own,
            ServerCores = theirs,
            ServerMegabytesBefore = memoryBefore,
            ServerMegabytesAfter = MegabytesOf(server),
            Audit = options.Audit
                ? await LossAudit.RunAsync(
                    api, ledger, [.. phones.Select(phone => phone.Id)], began - AuditMargin, time.GetUtcNow() + AuditMargin, cancellationToken)
                : null,
        };
    }

    private static async Task<ViewerMeter?> WatchedAsync(ApiClient api, LoadOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (options.Viewers == 0)
            return null;
        var probe = await api.EnrolAsync(new NewDevice("Load probe", null, null, null, ["load"]), cancellationToken);
        var viewers = new ViewerMeter(options.Url, options.ApiKey, probe, time);
        await viewers.WatchAsync(options.Viewers, cancellationToken);
        return viewers;
    }

    private static LoadResult ResultOf(LoadOptions options, LoadGenerator generator, Ledger ledger) => new()
    {
        Url = options.Url.ToString(),
        Phones = options.Phones,
        Batch = options.Batch,
        Connections = options.Connections,
        Viewers = options.Viewers,
        WarmUpSeconds = options.WarmUp,
        Seconds = options.Seconds,
        TargetRate = options.Rate,
        AcknowledgedRate = Math.Round(generator.Latency.TotalCount * options.Batch / (double)options.Seconds, 1),
        Acknowledged = ledger.Count(RequestFate.Acknowledged),
        Refused = ledger.Count(RequestFate.Refused),
        Unknown = ledger.Count(RequestFate.Unknown),
        Unsent = ledger.Count(RequestFate.Unsent),
        Statuses = generator.Statuses,
        Acknowledgement = Percentiles.Of(generator.Latency),
        OwnCores = 0,
    };

    private static async Task<EnrolledItem[]> EnrolAsync(ApiClient api, LoadOptions options, CancellationToken cancellationToken)
    {
        var phones = new EnrolledItem[options.Phones];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = EnrolAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, options.Phones, limits, async (phone, cancel) =>
            phones[phone] = await api.EnrolAsync(new NewDevice($"Load {phone:000000}", null, null, null, ["load"]), cancel));
        return phones;
    }

    private static double? MegabytesOf(Process? process)
    {
        process?.Refresh();
        return process is null ? null : Math.Round(process.WorkingSet64 / 1e6);
    }
}
