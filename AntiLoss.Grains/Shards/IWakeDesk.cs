using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Shards;

/// <summary>
/// Hears of phones for which commands wait, and has them woken by whatever can. The command does not need it: it is
/// durable, and goes out at the phone's next contact, woken or not.
/// </summary>
public interface IWakeDesk
{
    /// <summary>Takes note that a phone may have to be woken. Never waits, and never throws.</summary>
    void Note(DeviceKey device);
}

/// <summary>Nothing here can wake a phone.</summary>
public sealed class NoWakeDesk : IWakeDesk
{
    public void Note(DeviceKey device)
    {
    }
}
