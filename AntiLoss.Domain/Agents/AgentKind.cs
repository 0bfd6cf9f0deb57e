namespace AntiLoss.Domain.Agents;

/// <summary>What runs on the phone, and with it what the phone can do. Stored: numbers are never reused.</summary>
public enum AgentKind : byte
{
    /// <summary>OwnTracks, Traccar Client: it tells where it is and nothing else.</summary>
    TrackingApp = 0,

    /// <summary>A mobile device management console speaks for the phone; it hears of a SIM hours later.</summary>
    Managed = 1,

    /// <summary>Our agent as Android's device owner, or on a supervised iPhone: it locks the screen, it cannot refuse a SIM.</summary>
    DeviceOwner = 2,

    /// <summary>Our agent built into the system by the phone's maker: it guards the power menu and the SIM slots.</summary>
    OemAgent = 3,
}
