using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;

namespace AntiLoss.Web.Live;

/// <summary>
/// What one viewer looks at and knows of it, and the next frame that it needs. Knows no connection: orders come in from
/// any thread, frames are taken by one. It holds no rows and no queue: a number up to which it has seen the view's
/// changes, a bit for each phone that the viewer knows, and the handles of a snapshot that is under way.
/// </summary>
/// <param name="seen">The fleets of which it may be told anything: also a chosen phone lies in one of them.</param>
internal sealed partial class ViewerSession(OrganizationView view, FleetScope seen, Func<DeviceRow, byte[]> describe)
{
    /// <summary>The most phones that any viewer gets one by one.</summary>
    public const int LargestLimit = 20_000;

    /// <summary>At most 10 frames a second.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>A frame at least this often: it says that the connection lives.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Orders _orders = new();
    private uint _number;
    private long _inFlight;
    private DateTimeOffset _sentAt = DateTimeOffset.MinValue;

    public OrganizationView View => view;

    /// <summary>Looks at another scope, from the start or from a moment that the viewer had seen.</summary>
    public void Watch(ViewScope scope, int limit, ResumeToken? resume)
    {
        lock (_gate)
            _orders = new Orders { Watch = (scope, Math.Clamp(limit, 0, LargestLimit), resume), Choose = _orders.Choose };
    }

    /// <summary>Moves the viewport; the last of many moves counts.</summary>
    public void Move(Viewport? viewport)
    {
        lock (_gate)
        {
            _orders = _orders.Watch is var (scope, limit, _)
                ? _orders with { Watch = (scope with { Viewport = viewport }, limit, null) }
                : _orders with { Move = (true, viewport) };
        }
    }

    /// <summary>Chooses a phone to be told of in full, or none.</summary>
    public void Choose(DeviceId? device)
    {
        lock (_gate)
            _orders = _orders with { Choose = (true, device) };
    }

    /// <summary>The viewer has applied a frame. One that is not in flight changes nothing.</summary>
    public void Ack(long number) => Interlocked.CompareExchange(ref _inFlight, 0, number);

    /// <summary>Whether the viewer has not acknowledged a frame for too long.</summary>
    public bool IsLate(DateTimeOffset now, TimeSpan limit) => Volatile.Read(ref _inFlight) != 0 && now - _sentAt > limit;

    /// <summary>The next frame, if the viewer is ready for one and there is something to say; else null.</summary>
    public byte[]? Next(DateTimeOffset now, bool isStale, FrameWriter writer)
    {
        if (Volatile.Read(ref _inFlight) != 0 || now - _sentAt < Pace)
            return null;
        byte[]? frame;
        lock (view.Gate)
            frame = Build(now, isStale, writer);
        if (frame is not null)
        {
            _sentAt = now;
            Volatile.Write(ref _inFlight, _number);
        }
        return frame;
    }

    private Orders TakeOrders()
    {
        lock (_gate)
        {
            var orders = _orders;
            _orders = new Orders();
            return orders;
        }
    }

    /// <summary>What the viewer has asked for since the last frame.</summary>
    private sealed record Orders
    {
        public (ViewScope Scope, int Limit, ResumeToken? Resume)? Watch { get; init; }

        public (bool Is, Viewport? To) Move { get; init; }

        public (bool Is, DeviceId? Device) Choose { get; init; }
    }
}
