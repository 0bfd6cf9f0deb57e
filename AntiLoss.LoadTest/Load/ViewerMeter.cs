using System.Collections.Concurrent;
using System.Globalization;
using AntiLoss.Domain.Identity;
using AntiLoss.LoadTest.Live;
using AntiLoss.LoadTest.Wire;
using HdrHistogram;

namespace AntiLoss.LoadTest.Load;

/// <summary>
/// Viewers of the whole organization while it is loaded, and one phone of their own that they wait for: it reports ten
/// times a second, a micro-degree further north each time, and a report's time ends when a viewer has applied the frame
/// that shows it. A report that a viewer skipped, because a later one was there already, is not counted.
/// </summary>
internal sealed class ViewerMeter(Uri server, string apiKey, EnrolledItem probe, TimeProvider time) : IAsyncDisposable
{
    private const int StartE6 = 48_500_000;
    private static readonly TimeSpan _every = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<int, long> _sentAt = new();
    private readonly LongConcurrentHistogram _times = new(1, 600_000_000, 3);
    private readonly List<LiveClient> _viewers = [];
    private long _rows;

    /// <summary>From the request's start to the frame, in microseconds.</summary>
    public HistogramBase Times => _times;

    /// <summary>Bytes of frames for each row in them; null if there was none.</summary>
    public double? BytesPerRow => _rows == 0 ? null : Math.Round(_viewers.Sum(viewer => viewer.BytesReceived) / (double)_rows, 1);

    /// <summary>Opens the viewers' connections.</summary>
    public async Task WatchAsync(int viewers, CancellationToken cancellationToken)
    {
        for (var i = 0; i < viewers; i++)
        {
            var viewer = LiveClient.WithKey(server, apiKey);
            _viewers.Add(viewer);
            int? handle = null;
            viewer.OnFrame = (frame, fleet) =>
            {
                handle = frame.Introductions.FirstOrDefault(introduction => introduction.Device.ToString() == probe.Id)?.Handle ?? handle;
                Interlocked.Add(ref _rows, frame.Rows.Length);
                if (handle is { } known && frame.Rows.Any(row => row.Handle == known && row.PlaceChange is not null))
                    Seen(fleet.Phones[known].LatitudeE6 - StartE6);
                return Task.CompletedTask;
            };
            await viewer.StartAsync(cancellationToken);
            await viewer.WatchAsync(cancellationToken: cancellationToken);
        }
    }

    /// <summary>Lets the phone report until told to stop.</summary>
    public async Task ReportAsync(CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = server };
        using var timer = new PeriodicTimer(_every, time);
        try
        {
            for (var number = 1; await timer.WaitForNextTickAsync(stop); number++)
            {
                _sentAt[number] = time.GetTimestamp();
                var place = string.Create(CultureInfo.InvariantCulture,
                    $"lat={(StartE6 + number) / 1e6:0.000000}&lon=11&timestamp={time.GetUtcNow().ToUnixTimeMilliseconds()}");
                using var answer = await http.GetAsync(new Uri($"/ingest/osmand?id={probe.Id}.{probe.Credential}&{place}", UriKind.Relative), stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The load is over.
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var viewer in _viewers)
            await viewer.DisposeAsync();
    }

    private void Seen(int number)
    {
        if (_sentAt.TryGetValue(number, out var sentAt))
            _times.RecordValue(Math.Max(1, (long)time.GetElapsedTime(sentAt).TotalMicroseconds));
    }
}
