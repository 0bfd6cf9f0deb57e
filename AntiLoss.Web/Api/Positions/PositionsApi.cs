using AntiLoss.Domain.Tracks;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api.Positions;

/// <summary>What to read of a phone's history.</summary>
/// <param name="Since">From this fix time on; the phone's own <c>since</c> if it is left out, before which every fix is impossible.</param>
/// <param name="Until">Up to this fix time; 5 minutes from now if it is left out, after which every fix is impossible.</param>
/// <param name="Format">json (a page), or ndjson, csv, gpx, geojson (everything at once).</param>
/// <param name="TimeZone">IANA name of the zone whose clock times are written in, and read in if they carry no offset; UTC if it is left out.</param>
/// <param name="Cursor">The last page's <c>next</c>.</param>
/// <param name="Limit">At most that many; json: 1,000 if it is left out, at most 10,000.</param>
internal sealed record PositionQuery(string? Since, string? Until, string? Format, string? TimeZone, string? Cursor, int? Limit);

/// <summary>A phone's history.</summary>
internal static class PositionsApi
{
    private const int DefaultLimit = 1_000;
    private const int MostRows = 10_000;

    /// <summary>Fixes further ahead of the server's clock are impossible.</summary>
    private static readonly TimeSpan _ahead = TimeSpan.FromMinutes(5);

    public static void MapPositions(this IEndpointRouteBuilder api) => api
        .MapGet("/devices/{id}/positions", GetAsync).RequireAuthorization(Access.Read).WithTags("Positions").WithName("GetPositions")
        .WithSummary("A phone's history in order of fix time.")
        .Produces<Page<PositionView>>(StatusCodes.Status200OK, "application/json", "application/x-ndjson", "text/csv", "application/gpx+xml", "application/geo+json");

    private static async Task<Results<Ok<Page<PositionView>>, PositionStream, NotFound, ValidationProblem>> GetAsync(
        Caller caller, string id, [AsParameters] PositionQuery query, DeviceOperations devices, PositionReader reader, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await devices.FindAsync(caller, id, cancellationToken) is not { } device)
            return TypedResults.NotFound();

        var errors = new FieldErrors();
        var zone = errors.TimeZone("timeZone", query.TimeZone) ?? TimeZoneInfo.Utc;
        var since = errors.Moment("since", query.Since, zone) ?? device.State.Since;
        var until = errors.Moment("until", query.Until, zone) ?? time.GetUtcNow() + _ahead;
        if (until < since && query.Until is not null)
            errors.Add("until", "lies before since");
        var format = string.IsNullOrEmpty(query.Format) ? "json" : query.Format;
        var stream = PositionFormat.Of(format, device.Row.Name, zone);
        if (stream is null && format != "json")
            errors.Add("format", "is none of json, ndjson, csv, gpx, geojson");
        var after = string.IsNullOrEmpty(query.Cursor) ? null : PositionCursor.Parse(query.Cursor);
        if (!string.IsNullOrEmpty(query.Cursor) && after is null)
            errors.Add("cursor", "is no cursor of this list");
        if (query.Limit is < 1)
            errors.Add("limit", "must be at least 1");
        if (errors.Any)
            return errors.ToProblem();

        var runs = reader.ReadAsync(device.Row.Key, since, until, after, cancellationToken);
        if (stream is null)
            return TypedResults.Ok(await PageOfAsync(runs, Math.Min(query.Limit ?? DefaultLimit, MostRows), zone));
        var enumerator = runs.GetAsyncEnumerator(cancellationToken);
        return new PositionStream(stream, enumerator, await enumerator.MoveNextAsync(), query.Limit);
    }

    private static async Task<Page<PositionView>> PageOfAsync(IAsyncEnumerable<IReadOnlyList<TrackFix>> runs, int limit, TimeZoneInfo zone)
    {
        var rows = new List<PositionView>();
        var last = default(PositionCursor);
        await foreach (var run in runs)
        {
            foreach (var fix in run)
            {
                if (rows.Count == limit)
                    return new(rows, last.ToString());
                rows.Add(PositionView.Of(fix, zone));
                last = PositionCursor.Of(fix);
            }
        }
        return new(rows, Next: null);
    }
}
