using System.Globalization;
using AntiLoss.Grains.Fleets;
using MessagePack;
using Microsoft.AspNetCore.SignalR;

namespace AntiLoss.Web.Live;

/// <summary>What a viewer wants to look at. See docs/live-feed.md.</summary>
[MessagePackObject]
public sealed record WatchRequest
{
    /// <summary>Number of a fleet; null for all that the viewer sees.</summary>
    [Key("fleet")]
    public string? Fleet { get; init; }

    /// <summary>Null for everywhere, phones without a place too.</summary>
    [Key("viewport")]
    public ViewportRequest? Viewport { get; init; }

    /// <summary>The most phones to send one by one; null for 20,000.</summary>
    [Key("limit")]
    public int? Limit { get; init; }

    /// <summary>Token of the last frame that had one.</summary>
    [Key("resume")]
    public string? Resume { get; init; }

    /// <param name="seen">What the viewer sees at all. A fleet beyond it has no phones, like one that there is not.</param>
    internal ViewScope ToScope(FleetScope seen) => new(seen.Within(FleetNumber()), Viewport?.ToViewport());

    internal int ToLimit() => Limit switch
    {
        null => ViewerSession.LargestLimit,
        >= 0 and <= ViewerSession.LargestLimit => Limit.Value,
        _ => throw new HubException($"limit: 0 to {ViewerSession.LargestLimit}."),
    };

    private int? FleetNumber() => Fleet switch
    {
        null => null,
        _ when int.TryParse(Fleet, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw new HubException("fleet: not the number of a fleet."),
    };
}

/// <summary>A part of the map in degrees; west beyond east crosses the antimeridian.</summary>
[MessagePackObject]
public sealed record ViewportRequest
{
    [Key("west")]
    public double West { get; init; }

    [Key("south")]
    public double South { get; init; }

    [Key("east")]
    public double East { get; init; }

    [Key("north")]
    public double North { get; init; }

    [Key("zoom")]
    public double Zoom { get; init; }

    internal Viewport ToViewport()
    {
        var south = Degrees(South, 90, "south");
        var north = Degrees(North, 90, "north");
        if (south > north)
            throw new HubException("south: beyond north.");
        if (Zoom is not (>= 0 and <= Viewport.LargestZoom))
            throw new HubException($"zoom: 0 to {Viewport.LargestZoom}.");
        return new Viewport(Degrees(West, 180, "west"), south, Degrees(East, 180, "east"), north, Zoom);
    }

    private static int Degrees(double value, double largest, string name) => value >= -largest && value <= largest
        ? (int)Math.Round(value * 1e6)
        : throw new HubException($"{name}: -{largest} to {largest} degrees.");
}
