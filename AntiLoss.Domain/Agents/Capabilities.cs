namespace AntiLoss.Domain.Agents;

/// <summary>What a phone can be asked for. Decided by what runs on it and never assumed beyond that.</summary>
[Flags]
public enum Capabilities
{
    None = 0,

    /// <summary>A SIM that goes out or in is told at once; without it, hours later or only as silence.</summary>
    SimSeenAtOnce = 1,

    /// <summary>A SIM that goes out or in is told at the next inventory, hours later.</summary>
    SimSeenLater = 2,

    /// <summary>A stranger's SIM is kept disabled until the PIN is right.</summary>
    RefusesForeignSim = 4,

    /// <summary>The screen locks when a stranger's SIM goes in.</summary>
    LocksOnForeignSim = 8,

    /// <summary>The power menu asks for the PIN.</summary>
    PowerOffNeedsPin = 16,

    /// <summary>Power-off is blocked only while the phone runs in kiosk mode.</summary>
    PowerOffBlockedInKiosk = 32,

    /// <summary>Airplane mode, factory reset and safe start are blocked, by itself or by policy.</summary>
    BlocksRadiosOffAndReset = 64,

    /// <summary>Lock, ring and wipe.</summary>
    ObeysCommands = 128,

    /// <summary>Obeys at its next contact with its management only.</summary>
    ObeysLater = 256,

    /// <summary>Positions at any time; without it, only while lost.</summary>
    PositionsAlways = 512,

    /// <summary>Moves data to an eSIM profile that is kept enabled.</summary>
    FallsBackToEnabledProfile = 1024,

    /// <summary>Enables an eSIM profile by itself when the SIM is gone.</summary>
    EnablesProfileOnDemand = 2048,

    /// <summary>Keeps its key, its outbox and the guard PIN.</summary>
    HasAgent = 4096,
}

/// <summary>The capability table.</summary>
public static class CapabilitiesOf
{
    public static Capabilities Kind(AgentKind kind) => kind switch
    {
        AgentKind.TrackingApp => Capabilities.PositionsAlways,
        AgentKind.Managed => Capabilities.SimSeenLater | Capabilities.PowerOffBlockedInKiosk
            | Capabilities.ObeysCommands | Capabilities.ObeysLater,
        AgentKind.DeviceOwner => Capabilities.SimSeenAtOnce | Capabilities.LocksOnForeignSim
            | Capabilities.PowerOffBlockedInKiosk | Capabilities.BlocksRadiosOffAndReset | Capabilities.ObeysCommands
            | Capabilities.PositionsAlways | Capabilities.FallsBackToEnabledProfile | Capabilities.HasAgent,
        AgentKind.OemAgent => Capabilities.SimSeenAtOnce | Capabilities.RefusesForeignSim | Capabilities.PowerOffNeedsPin
            | Capabilities.BlocksRadiosOffAndReset | Capabilities.ObeysCommands | Capabilities.PositionsAlways
            | Capabilities.FallsBackToEnabledProfile | Capabilities.EnablesProfileOnDemand | Capabilities.HasAgent,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind of agent."),
    };
}
