using AntiLoss.Domain.Devices;

namespace AntiLoss.Web.Live;

/// <summary>The one state that a phone is shown with, its most urgent. On the wire: numbers are never reused.</summary>
public enum LiveState : byte
{
    /// <summary>It has never spoken.</summary>
    Never = 0,
    Online = 1,
    Overdue = 2,
    Offline = 3,

    /// <summary>Its state could not be read.</summary>
    Damaged = 4,
}

internal static class LiveStates
{
    /// <summary>Room for every state that the wire has: three bits.</summary>
    public const int Count = 8;

    public static LiveState Of(DeviceRow row) => row.Damaged ? LiveState.Damaged : (LiveState)row.Presence;
}
