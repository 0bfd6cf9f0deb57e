using System.Collections.Concurrent;
using System.Security.Claims;
using AntiLoss.Web.Accounts;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Live;

/// <summary>The connections to the hub of this node.</summary>
internal sealed class Viewers(IOptions<LiveOptions> options)
{
    private readonly ConcurrentDictionary<string, Viewer> _viewers = new();

    public IEnumerable<Viewer> All => _viewers.Select(entry => entry.Value);

    public int Count => _viewers.Count;

    /// <summary>Adds a connection; false if there are too many.</summary>
    public bool Add(Viewer viewer) =>
        _viewers.Count < options.Value.Connections && _viewers.TryAdd(viewer.Connection, viewer);

    public void Remove(string connection) => _viewers.TryRemove(connection, out _);

    public Viewer? Find(string connection) => _viewers.GetValueOrDefault(connection);
}

/// <summary>A connection to the hub: whose it is, what it looks at, and how often it has called.</summary>
internal sealed class Viewer(string connection, Caller caller, ClaimsPrincipal user, Action abort, TimeProvider time)
{
    private readonly CallBudget _calls = new(time);
    private volatile ViewerSession? _session;

    public string Connection => connection;

    public Caller Caller => caller;

    public ClaimsPrincipal User => user;

    /// <summary>What it looks at; null before it has said so.</summary>
    public ViewerSession? Session => _session;

    /// <summary>Its session on a view. Calls of one connection never overlap.</summary>
    public ViewerSession Watching(OrganizationView view)
    {
        if (_session is { } session && session.View == view)
            return session;
        return _session = new ViewerSession(view, caller.Fleets, row => DeviceItem.Write(row, view.PersonNameOf(row)));
    }

    public bool MayCall() => _calls.Spend();

    public void Close() => abort();
}

/// <summary>How many calls a connection may still make: 40 a second.</summary>
internal sealed class CallBudget(TimeProvider time)
{
    public const int CallsPerSecond = 40;
    private double _left = CallsPerSecond;
    private long _filledAt = time.GetTimestamp();

    public bool Spend()
    {
        var now = time.GetTimestamp();
        _left = Math.Min(CallsPerSecond, _left + time.GetElapsedTime(_filledAt, now).TotalSeconds * CallsPerSecond);
        _filledAt = now;
        if (_left < 1)
            return false;
        _left--;
        return true;
    }
}
