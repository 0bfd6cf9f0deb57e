namespace AntiLoss.Web.Live;

/// <summary>What the server says to a viewer. The method's name is the wire's.</summary>
public interface IFleetClient
{
    /// <summary>A frame; see docs/live-feed.md.</summary>
    Task Frame(byte[] frame);
}
