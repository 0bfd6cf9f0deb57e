using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;

namespace AntiLoss.LoadTest.Agents;

/// <summary>A card as it lies in a slot.</summary>
/// <param name="Plmn">The network that it registers with.</param>
public sealed record Sim(string Iccid, string Operator, string Plmn);

/// <summary>
/// A phone with the maker's agent in it: slots, power menu, PIN pad, battery and radio as the world treats them, and an
/// agent that enforces the rules on its side, also with no server in reach. It acts when it is touched and when
/// <see cref="TickAsync"/> says that time has passed; it reads no other clock than the one it was given.
/// </summary>
public sealed partial class SimulatedPhone
{
    private readonly TimeProvider _time;
    private readonly Func<string, bool> _isOnAir;
    private IAgentTransport _transport;
    private PhoneFlash _flash;
    private PinPad _pad;
    private long _startedAt;
    private DateTimeOffset _batteryReadAt;
    private double _batteryPercent = 80;

    /// <param name="isOnAir">Whether a network, by its PLMN, can be heard where the phone is.</param>
    /// <param name="codeOf">Works out a recovery code under the secret that came with the enrolment.</param>
    public SimulatedPhone(
        string name, IAgentTransport transport, TimeProvider time, Func<string, bool> isOnAir,
        int enrolment, Func<RecoveryPurpose, string, string> codeOf)
    {
        (Name, _transport, _time, _isOnAir) = (name, transport, time, isOnAir);
        _flash = new PhoneFlash(enrolment, codeOf);
        _startedAt = time.GetTimestamp();
        _batteryReadAt = time.GetUtcNow();
        _pad = PadFromFlash();
        _lastReplyUptime = TimeSpan.Zero;
    }

    public string Name { get; }

    /// <summary>How far the phone's wall clock is off; what it is set to never shortens a wait.</summary>
    public TimeSpan ClockError { get; set; }

    public GeoPoint Place { get; private set; }

    public double MetresPerSecond { get; private set; }

    /// <summary>Percent an hour that the battery loses while the phone is on.</summary>
    public double DrainPerHour { get; set; } = 1;

    public bool IsOn { get; private set; } = true;

    /// <summary>The agent works only once the screen has been unlocked after a start.</summary>
    public bool IsSilentUntilUnlocked { get; init; }

    public bool IsLocked => _flash.IsLocked;

    public bool IsLost => _flash.IsLost;

    public bool IsSuspected => _flash.IsSuspected;

    public string? ScreenText => _flash.ScreenText;

    public int Rings { get; private set; }

    public bool IsInPouch { get; private set; }

    public bool IsAirplane { get; private set; }

    /// <summary>What it has not been able to tell yet.</summary>
    public int Waiting => _flash.Outbox.Count;

    public int PinFailures => _pad.Failures;

    public double BatteryPercent => Math.Max(0, _batteryPercent - (IsOn ? DrainPerHour * (_time.GetUtcNow() - _batteryReadAt).TotalHours : 0));

    private TimeSpan Uptime => _time.GetElapsedTime(_startedAt);

    private DateTimeOffset WallClock => _time.GetUtcNow() + ClockError;

    private bool AgentRuns => IsOn && !_isAgentKilled && !(IsSilentUntilUnlocked && !_isUnlockedSinceStart);

    private PinPad PadFromFlash() => new(_flash.HardwareKey, _flash.Pad, memory => _flash.Pad = memory);

    /// <summary>Leaves the phone with this much battery, without touching it.</summary>
    public void SetBattery(double percent)
    {
        _batteryPercent = percent;
        _batteryReadAt = _time.GetUtcNow();
    }

    /// <summary>What carries data now: a card that the phone may use, on a network that can be heard.</summary>
    private (Bearer Bearer, string? Plmn) Link
    {
        get
        {
            if (!IsOn || IsInPouch || IsAirplane)
                return (Bearer.None, null);
            var card = _slots.Values.FirstOrDefault(sim => !_flash.RefusedSims.Contains(sim.Iccid) && _isOnAir(sim.Plmn));
            return card is null ? (Bearer.None, null) : (Bearer.PhysicalSim, card.Plmn);
        }
    }
}
