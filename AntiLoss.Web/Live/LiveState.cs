using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;

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

    /// <summary>Something happened to it that its user would not do.</summary>
    Suspected = 6,

    /// <summary>Declared lost.</summary>
    Lost = 7,
}

internal static class LiveStates
{
    /// <summary>Room for every state that the wire has: three bits.</summary>
    public const int Count = 8;

    public static LiveState Of(DeviceRow row) => row switch
    {
        { Protection: Protection.Lost } => LiveState.Lost,
        { Protection: Protection.Suspected } => LiveState.Suspected,
        { Damaged: true } => LiveState.Damaged,
        _ => (LiveState)row.Presence,
    };

    /// <summary>Place among the phones that need attention, the most urgent first; 3 for one that needs none.</summary>
    public static int CalmOf(DeviceRow row) => Of(row) switch
    {
        LiveState.Lost => 0,
        LiveState.Suspected => 1,
        LiveState.Damaged => 2,
        _ => 3,
    };
}
