using AntiLoss.Domain.Tracks;

namespace AntiLoss.Web.Api.Positions;

/// <summary>
/// An answer of positions that are sent while they are read. The first of them have been read before it begins, so that a
/// storage that does not answer is still a 503; one that fails later breaks the connection off, and is never a short list
/// that looks whole.
/// </summary>
internal sealed class PositionStream(PositionFormat format, IAsyncEnumerator<IReadOnlyList<TrackFix>> runs, bool hasFirst, int? limit) : IResult
{
    private const int FlushAt = 64 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var _ = runs;
        var output = httpContext.Response.BodyWriter;
        httpContext.Response.ContentType = format.ContentType;
        format.Begin(output);
        var left = limit ?? int.MaxValue;
        for (var hasRun = hasFirst; hasRun && left > 0; hasRun = left > 0 && await runs.MoveNextAsync())
        {
            foreach (var fix in runs.Current.Take(left))
            {
                format.Write(output, fix);
                if (output.UnflushedBytes >= FlushAt)
                    await output.FlushAsync(httpContext.RequestAborted);
            }
            left -= runs.Current.Count;
        }
        format.End(output);
        await output.FlushAsync(httpContext.RequestAborted);
    }
}
