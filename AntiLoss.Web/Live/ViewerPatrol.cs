using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace AntiLoss.Web.Live;

/// <summary>
/// Looks every 2 s whether each viewer may still look: its session may have ended, its key may
/// have been deleted, its role or its fleets may be others. And
/// keeps what viewers look at in the mirror, with the names people have now.
/// </summary>
internal sealed partial class ViewerPatrol(
    Viewers viewers, FleetMirror mirror, Session sessions, OrganizationDirectory directory, TimeProvider time, ILogger<ViewerPatrol> log)
    : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await CheckAllAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task CheckAllAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var organization in viewers.All.Where(viewer => viewer.Session is not null).Select(viewer => viewer.Caller.Organization).ToHashSet())
                await mirror.KeepAsync(organization, stoppingToken);
            foreach (var viewer in viewers.All)
            {
                if (await MayLookAsync(viewer, stoppingToken))
                    continue;
                LogEnded(viewer.Connection);
                viewer.Close();
            }
        }
        // The directory may be out of reach for a while: the next round asks again.
        catch (Exception cause) when (!stoppingToken.IsCancellationRequested)
        {
            LogFailed(cause);
        }
    }

    /// <summary>Whether the viewer is still who it was, with the rights and fleets that it had.</summary>
    private async ValueTask<bool> MayLookAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        if (viewer.User.Identity?.AuthenticationType == CookieAuthenticationDefaults.AuthenticationScheme)
            return await sessions.CallerOfAsync(viewer.User, cancellationToken) == viewer.Caller;
        var organization = await directory.FindAsync(viewer.Caller.Organization, cancellationToken);
        return organization is not null && organization.ApiKeys.Any(key => ApiKeys.CallerOf(viewer.Caller.Organization, key) == viewer.Caller);
    }

    [LoggerMessage(EventId = 4020, Level = LogLevel.Information, Message = "Viewer {Connection} may look no longer: closed.")]
    private partial void LogEnded(string connection);

    [LoggerMessage(EventId = 4021, Level = LogLevel.Warning, Message = "Whether the viewers may still look could not be checked.")]
    private partial void LogFailed(Exception cause);
}
