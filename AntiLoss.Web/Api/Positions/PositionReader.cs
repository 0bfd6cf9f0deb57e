using System.Runtime.CompilerServices;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Tracks;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Web.Api.Positions;

/// <summary>
/// Reads a phone's history in order of fix time, window by window, so that a year of it is never in memory at once: a
/// window grows while it holds little and shrinks when it holds much.
/// </summary>
internal sealed class PositionReader(DeviceOperations devices)
{
    private const int FewRows = 2_000;
    private const int ManyRows = 20_000;
    private static readonly TimeSpan _first = TimeSpan.FromDays(1);
    private static readonly TimeSpan _shortest = TimeSpan.FromHours(1);
    private static readonly TimeSpan _longest = TimeSpan.FromDays(64);

    /// <summary>Runs of positions with a fix time within [since, until], every position once, in order.</summary>
    public async IAsyncEnumerable<IReadOnlyList<TrackFix>> ReadAsync(
        DeviceKey device, DateTimeOffset since, DateTimeOffset until, PositionCursor? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var shard = devices.ShardOf(device);
        var from = after is { } cursor && cursor.FixedAt > since ? cursor.FixedAt : since;
        var window = _first;
        while (from <= until)
        {
            var isLast = until - from <= window;
            var end = isLast ? until : from + window;
            var rows = Within(await shard.ReadTrackAsync(device, from, end, cancellationToken), from, end, isLast, after);
            if (rows.Count > 0)
                yield return rows;
            if (isLast)
                yield break;
            from = end;
            window = rows.Count switch
            {
                < FewRows => TimeSpan.FromTicks(Math.Min(window.Ticks * 4, _longest.Ticks)),
                > ManyRows => TimeSpan.FromTicks(Math.Max(window.Ticks / 4, _shortest.Ticks)),
                _ => window,
            };
        }
    }

    private static List<TrackFix> Within(DeviceTrack track, DateTimeOffset from, DateTimeOffset end, bool isLast, PositionCursor? after) =>
        [.. TrackMerge.InTimeOrder(track.Chunks.SelectMany(chunk => TrackChunk.Decode(chunk.Bytes.Span)), from, end).Where(fix =>
            (fix.FixedAt < end || isLast) && (after is not { } cursor || PositionCursor.Of(fix) > cursor))];
}
