using System.Text.Json;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;
using AntiLoss.Grains.Shards;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Ingest.Protocols;
using AntiLoss.Web.Ingest.Submission;
using AntiLoss.Web.Live;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary>
/// <c>POST /api/v1/reports</c>: an operator's program sends the reports of many phones of its organization. 200 if every
/// report is durable or refused for good, else 503; either with a result for each. Sending all of it again is safe.
/// </summary>
internal sealed class ReportsApi(ReportSubmitter submitter, FleetMirror mirror, IngestInstruments instruments, IOptions<LimitOptions> limits)
{
    private static readonly AntiLossReports Protocol = new();
    private static readonly ReportResult NoSuchDevice = new(ReportResult.Refused, "device", "the organization has no such device");

    public async Task HandleAsync(HttpContext context)
    {
        var caller = Caller.From(context.User);
        using var body = await RequestBody.ReadAsync(context.Request, limits.Value.BatchBytes, context.RequestAborted);
        var decoded = body.IsTooLong ? new Decoded.Malformed($"reports: more than {limits.Value.BatchBytes} bytes in one request") : Protocol.Decode(body.Bytes.Span);
        if (decoded is not Decoded.Batch batch)
        {
            instruments.OnUnread(Protocol.Name);
            await ProblemOf(decoded, body.IsTooLong).ExecuteAsync(context);
            return;
        }
        var results = await SubmitAsync(caller, batch.Items, context);
        if (Array.Exists(results, result => result.Outcome == ReportResult.Retry))
            AppAnswers.SetLater(context.Response);
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, new ReportResults(results), ReportResultJson.Default.ReportResults, context.RequestAborted);
    }

    private async Task<ReportResult[]> SubmitAsync(Caller caller, ImmutableArray<BatchItem> items, HttpContext context)
    {
        var results = new ReportResult[items.Length];
        var byPhone = new Dictionary<DeviceId, List<int>>();
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i].Report is null)
                results[i] = new ReportResult(ReportResult.Refused, items[i].Field, items[i].Error);
            else if (byPhone.TryGetValue(items[i].Device, out var known))
                known.Add(i);
            else
                byPhone.Add(items[i].Device, [i]);
        }
        var origin = Phones.PhoneOrigin.Of(context);
        if (!caller.Fleets.IsAll)
            await RefuseUnseenAsync(caller, byPhone, results, context.RequestAborted);
        await Task.WhenAll(byPhone.Select(phone => SubmitAsync(new DeviceKey(caller.Organization, phone.Key), phone.Value, items, results, origin)));
        return results;
    }

    /// <summary>Refuses the reports of phones in fleets that the caller does not see, as those of phones that there are not.</summary>
    private async Task RefuseUnseenAsync(Caller caller, Dictionary<DeviceId, List<int>> byPhone, ReportResult[] results, CancellationToken cancellationToken)
    {
        var phones = await mirror.ViewOfAsync(caller.Organization, cancellationToken);
        foreach (var (device, indices) in byPhone)
        {
            if (phones.Find(device) is { } row && caller.Fleets.Contains(row.Fleet))
                continue;
            foreach (var index in indices)
                results[index] = NoSuchDevice;
            byPhone.Remove(device);
        }
    }

    private async Task SubmitAsync(DeviceKey device, List<int> indices, ImmutableArray<BatchItem> items, ReportResult[] results, Phones.PhoneOrigin origin)
    {
        var reports = ImmutableArray.CreateBuilder<Report>(indices.Count);
        foreach (var index in indices)
            reports.Add(items[index].Report!);
        var answer = await submitter.SubmitAsync(new PhoneRequest
        {
            Device = device,
            CredentialVersion = 0,
            Reports = reports.MoveToImmutable(),
            App = origin.App,
            Address = origin.Address,
            ByPhone = false,
        });
        for (var i = 0; i < indices.Count; i++)
            results[indices[i]] = ResultOf(answer, i);
        if (answer.Outcome == RequestOutcome.Taken)
            instruments.OnTaken(Protocol.Name, indices.Count);
    }

    private static ReportResult ResultOf(RequestAnswer answer, int report) => answer.Outcome switch
    {
        RequestOutcome.Taken => answer.Reports[report] switch
        {
            ReportOutcome.Accepted => new(ReportResult.Accepted),
            ReportOutcome.Duplicate => new(ReportResult.Duplicate),
            _ => new(ReportResult.SetAside),
        },
        RequestOutcome.Unknown or RequestOutcome.Revoked => NoSuchDevice,
        RequestOutcome.Retired => new(ReportResult.Refused, "device", "the device is retired"),
        RequestOutcome.RateLimited => new(ReportResult.Retry, "device", "the device sends faster than its limit"),
        _ => new(ReportResult.Retry),
    };

    private static IResult ProblemOf(Decoded decoded, bool isTooLong)
    {
        var reason = decoded is Decoded.Malformed malformed ? malformed.Reason : "unreadable";
        return Results.ValidationProblem(
            new Dictionary<string, string[]> { ["reports"] = [reason] },
            detail: reason,
            statusCode: isTooLong ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest);
    }
}
