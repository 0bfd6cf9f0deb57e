using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Live;

/// <summary>
/// Sends every viewer its frames: one loop for all of them. It never waits for a viewer: one that has not acknowledged
/// its last frame is passed over, and after a while closed.
/// </summary>
internal sealed partial class LiveLoop(
    Viewers viewers, FleetMirror mirror, IHubContext<FleetHub, IFleetClient> hub, IOptions<LiveOptions> options, TimeProvider time, ILogger<LiveLoop> log)
    : BackgroundService
{
    /// <summary>How often it looks: what a frame waits at most beyond its viewer's pace.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly FrameWriter _writer = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                SendAll();
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void SendAll()
    {
        var now = time.GetUtcNow();
        var isStale = mirror.IsStale;
        foreach (var viewer in viewers.All)
        {
            try
            {
                Send(viewer, now, isStale);
            }
            // One viewer's fault must not end the loop for all.
            catch (Exception cause)
            {
                LogFailed(cause, viewer.Connection);
                viewer.Close();
            }
        }
    }

    private void Send(Viewer viewer, DateTimeOffset now, bool isStale)
    {
        if (viewer.Session is not { } session)
            return;
        if (session.IsLate(now, options.Value.AckWithin))
        {
            LogLate(viewer.Connection, options.Value.AckWithin);
            viewer.Close();
        }
        else if (session.Next(now, isStale, _writer) is { } frame)
        {
            var sending = hub.Clients.Client(viewer.Connection).Frame(frame);
            // A connection that broke says so by closing; what became of its last frame is of no interest.
            if (!sending.IsCompletedSuccessfully)
                _ = sending.ContinueWith(sent => _ = sent.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    [LoggerMessage(EventId = 4010, Level = LogLevel.Information, Message = "Viewer {Connection} has not acknowledged a frame for {Limit}: closed.")]
    private partial void LogLate(string connection, TimeSpan limit);

    [LoggerMessage(EventId = 4011, Level = LogLevel.Error, Message = "Viewer {Connection}: its frame could not be made; closed.")]
    private partial void LogFailed(Exception cause, string connection);
}
