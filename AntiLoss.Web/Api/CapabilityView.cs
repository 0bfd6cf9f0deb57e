using AntiLoss.Domain.Agents;

namespace AntiLoss.Web.Api;

/// <summary>One thing that a guard needs, and how far this phone gives it.</summary>
/// <param name="Name">simSeen, foreignSimRefused, powerOffNeedsPin, radiosAndResetBlocked, obeys, positions or esimFallback.</param>
/// <param name="Given">yes, partly or no.</param>
/// <param name="Words">What that means, in English.</param>
public sealed record CapabilityView(string Name, string Given, string Words)
{
    private const string Yes = "yes";
    private const string Partly = "partly";
    private const string No = "no";

    /// <summary>What a phone with such software can do: nothing beyond that is ever pretended.</summary>
    internal static IReadOnlyList<CapabilityView> Of(AgentKind kind)
    {
        var can = CapabilitiesOf.Kind(kind);
        bool Has(Capabilities capability) => can.HasFlag(capability);
        return
        [
            Has(Capabilities.SimSeenAtOnce) ? new("simSeen", Yes, "A SIM that goes out, or a stranger's that goes in, is seen at once.")
                : Has(Capabilities.SimSeenLater) ? new("simSeen", Partly, "A SIM that goes out or in is seen at the next inventory, hours later.")
                : new("simSeen", No, "A SIM that goes out is seen only as silence."),
            Has(Capabilities.RefusesForeignSim) ? new("foreignSimRefused", Yes, "A stranger's SIM stays disabled until the PIN is right.")
                : Has(Capabilities.LocksOnForeignSim) ? new("foreignSimRefused", Partly, "A stranger's SIM is not refused; the screen locks.")
                : new("foreignSimRefused", No, "A stranger's SIM is not refused."),
            Has(Capabilities.PowerOffNeedsPin) ? new("powerOffNeedsPin", Yes, "Switching it off needs the PIN.")
                : Has(Capabilities.PowerOffBlockedInKiosk) ? new("powerOffNeedsPin", Partly, "Switching it off is blocked only in kiosk mode.")
                : new("powerOffNeedsPin", No, "Anybody can switch it off."),
            Has(Capabilities.BlocksRadiosOffAndReset) ? new("radiosAndResetBlocked", Yes, "Airplane mode, factory reset and safe start are blocked.")
                : new("radiosAndResetBlocked", No, "Airplane mode and factory reset are not blocked by us."),
            Has(Capabilities.ObeysLater) ? new("obeys", Partly, "It locks, rings and wipes at its next contact with its management.")
                : Has(Capabilities.ObeysCommands) ? new("obeys", Yes, "It locks, rings and wipes.")
                : new("obeys", No, "It cannot be locked, rung or wiped."),
            Has(Capabilities.PositionsAlways) ? new("positions", Yes, "It tells where it is.")
                : new("positions", Partly, "It tells where it is only while it is lost."),
            Has(Capabilities.EnablesProfileOnDemand) ? new("esimFallback", Yes, "Without its SIM it goes on over an eSIM.")
                : Has(Capabilities.FallsBackToEnabledProfile) ? new("esimFallback", Partly, "Without its SIM it goes on over an eSIM profile that is kept enabled.")
                : new("esimFallback", No, "Without its SIM it does not go on over an eSIM by our doing."),
        ];
    }
}
