using AntiLoss.Domain.Devices;
using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Live;
using CsvHelper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>Phones as CSV files, in and out.</summary>
internal static class DeviceFilesApi
{
    private const int LargestFile = 5_000_000;

    public static void MapDeviceFiles(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/devices").WithTags("Devices");
        group.MapPost("/import", ImportAsync).RequireAuthorization(Access.Act).WithName("ImportDevices")
            .WithSummary("Makes phones from a CSV file; with dryRun=true only says what is wrong with it.")
            .Accepts<string>("text/csv").WithMetadata(new RequestSize(LargestFile));
        group.MapGet("/export", Export).RequireAuthorization(Access.Read).WithName("ExportDevices").WithSummary("All phones that you see as CSV.")
            .Produces<string>(StatusCodes.Status200OK, "text/csv");
    }

    private static async Task<Results<Ok<ImportResult>, BadRequest<ImportResult>>> ImportAsync(
        Caller caller, DeviceImport import, HttpContext context, CancellationToken cancellationToken, bool dryRun = false)
    {
        var result = await import.RunAsync(caller, context.Request.Body, dryRun, cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        return dryRun || result.Errors.Count == 0 || result.Devices.Count > 0 ? TypedResults.Ok(result) : TypedResults.BadRequest(result);
    }

    private static PushStreamHttpResult Export(
        Caller caller, DeviceRows rows, OrganizationDirectory directory, CancellationToken cancellationToken) =>
        TypedResults.Stream(
            async stream => await WriteAsync(stream, rows.AllAsync(caller.Organization, caller.Fleets, cancellationToken), await directory.OfAsync(caller, cancellationToken)),
            "text/csv; charset=utf-8", "devices.csv");

    private static async Task WriteAsync(Stream stream, IAsyncEnumerable<DeviceRow> rows, Organization organization)
    {
        await using var csv = CsvWriter.Create(stream, CsvWriterOptions.Default, leaveOpen: true);
        foreach (var column in (string[])["id", "name", "fleet", "person", "imei", "tags", "state", "lastContactAt", "time", "latitude", "longitude", "accuracy", "battery"])
            csv.WriteField(column);
        await csv.EndRecordAsync();
        await foreach (var row in rows)
        {
            var item = DeviceItem.Of(row, organization);
            csv.WriteField(item.Id);
            csv.WriteText(item.Name);
            csv.WriteText(organization.Fleets.GetValueOrDefault(row.Fleet)?.Name ?? item.Fleet);
            csv.WriteText(item.Person?.Name);
            csv.WriteField(item.Imei);
            csv.WriteText(string.Join(';', item.Tags));
            csv.WriteField(item.State);
            csv.WriteField(Time(item.LastContactAt));
            csv.WriteField(Time(item.Latest?.Time));
            csv.WriteField(item.Latest?.Latitude, default);
            csv.WriteField(item.Latest?.Longitude, default);
            csv.WriteField(item.Latest?.Accuracy, default);
            csv.WriteField(item.Battery?.Percent, default);
            await csv.EndRecordAsync();
        }
    }

    private static string? Time(DateTimeOffset? moment) => moment is { } at ? Moments.Text(at, TimeZoneInfo.Utc) : null;

    private sealed record RequestSize(long? MaxRequestBodySize) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata;
}
