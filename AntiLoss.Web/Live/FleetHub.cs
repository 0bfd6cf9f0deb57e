using AntiLoss.Domain.Identity;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace AntiLoss.Web.Live;

/// <summary>
/// The live feed: a viewer says what it looks at, <see cref="LiveLoop"/> sends it frames. The organization is the
/// caller's own, and of it the fleets that it sees, whatever is asked for. See docs/live-feed.md.
/// </summary>
[Authorize(Access.Read)]
public sealed class FleetHub : Hub<IFleetClient>
{
    public const string Path = "/hubs/fleet";

    private static readonly TimeSpan LoadWithin = TimeSpan.FromSeconds(20);
    private readonly FleetMirror _mirror;
    private readonly Viewers _viewers;
    private readonly TimeProvider _time;

    // Through the services: the viewers are an internal matter, and a hub has to be public.
    public FleetHub(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        _time = services.GetRequiredService<TimeProvider>();
        _mirror = services.GetRequiredService<FleetMirror>();
        _viewers = services.GetRequiredService<Viewers>();
    }

    public override Task OnConnectedAsync()
    {
        var context = Context;
        if (Caller.TryFrom(context.User!) is not { } caller || !_viewers.Add(new Viewer(context.ConnectionId, caller, context.User!, context.Abort, _time)))
            context.Abort();
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        _viewers.Remove(Context.ConnectionId);
        return Task.CompletedTask;
    }

    /// <summary>Starts, or starts again with another scope.</summary>
    [Authorize(Access.Read)]
    public async Task Watch(WatchRequest request)
    {
        if (Spend() is not { } viewer)
            return;
        if (request is null)
            throw new HubException("request: missing.");
        var (scope, limit) = (request.ToScope(viewer.Caller.Fleets), request.ToLimit());
        viewer.Watching(await ViewOfAsync(viewer.Caller.Organization)).Watch(scope, limit, ResumeToken.Parse(request.Resume));
    }

    /// <summary>Moves the viewport.</summary>
    [Authorize(Access.Read)]
    public void Move(ViewportRequest? viewport) =>
        Spend()?.Session?.Move((viewport ?? throw new HubException("viewport: is missing.")).ToViewport());

    /// <summary>Chooses a phone to be told of in full.</summary>
    [Authorize(Access.Read)]
    public void Choose(string? deviceId)
    {
        if (Spend()?.Session is not { } session)
            return;
        if (deviceId is null)
            session.Choose(null);
        else if (DeviceId.TryParse(deviceId, out var device))
            session.Choose(device);
        else
            throw new HubException("deviceId: not the id of a phone.");
    }

    /// <summary>Says that a frame has been applied.</summary>
    [Authorize(Access.Read)]
    public void Ack(long n) => Spend()?.Session?.Ack(n);

    private Viewer? Spend()
    {
        var viewer = _viewers.Find(Context.ConnectionId);
        if (viewer is not null && viewer.MayCall())
            return viewer;
        Context.Abort();
        return null;
    }

    private async Task<OrganizationView> ViewOfAsync(OrganizationNumber organization)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Context.ConnectionAborted);
        patience.CancelAfter(LoadWithin);
        try
        {
            return await _mirror.ViewOfAsync(organization, patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new HubException("The server cannot read its phones yet; try again.");
        }
    }
}
