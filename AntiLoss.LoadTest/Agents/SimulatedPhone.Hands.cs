using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Guards;

namespace AntiLoss.LoadTest.Agents;

// What hands do to the phone, its user's or a thief's.
public sealed partial class SimulatedPhone
{
    private readonly SortedDictionary<int, Sim> _slots = [];
    private BootReason _wouldStartAs = BootReason.User;
    private bool _isAgentKilled;
    private bool _isUnlockedSinceStart = true;
    private TimeSpan? _challengedUntil;
    private TimeSpan? _releasedUntil;

    public async Task InsertSimAsync(Sim sim, int slot = 0)
    {
        _slots[slot] = sim;
        await ReactAsync();
    }

    public async Task RemoveSimAsync(int slot = 0)
    {
        _slots.Remove(slot);
        await ReactAsync();
    }

    /// <summary>Carries the phone somewhere; from walking speed on it reports as a moving one.</summary>
    public async Task CarryAsync(GeoPoint place, double metresPerSecond = 0)
    {
        (Place, MetresPerSecond) = (place, metresPerSecond);
        if (AgentRuns)
            ReportPlace('t');
        await ReactAsync();
    }

    public async Task PutInPouchAsync(bool inside)
    {
        IsInPouch = inside;
        await ReactAsync();
    }

    /// <summary>A guarded phone refuses the switch.</summary>
    public async Task<bool> SetAirplaneAsync(bool on)
    {
        if (!IsOn || (on && _flash.IsGuarded))
            return false;
        // Said before the radios go: afterwards there is nobody to say it to.
        if (on)
            Say(new AirplaneModeSet(true, IsLocked));
        await ReactAsync();
        IsAirplane = on;
        if (!on)
            Say(new AirplaneModeSet(false, IsLocked));
        await ReactAsync();
        return true;
    }

    /// <summary>Chooses the guard PIN.</summary>
    public async Task SetPinAsync(string pin)
    {
        _pad.SetPin(pin);
        Say(new PinSet());
        await ReactAsync();
    }

    /// <summary>Holds the power button: the menu asks a guarded phone's user for the PIN. False while it is locked out.</summary>
    public async Task<bool> PressPowerAsync()
    {
        if (!IsOn)
            return false;
        if (!_flash.IsGuarded || _flash.MayPowerOffOnce)
        {
            await PowerOffAsync();
            return true;
        }
        Say(new PowerOffRequested());
        _challengedUntil = Uptime + PowerOffGuard.Window;
        await ReactAsync();
        return _pad.WaitAt(Uptime) == TimeSpan.Zero;
    }

    /// <summary>Enters a PIN for what the phone asks for: the power menu, else a stranger's SIM, else the suspicion.</summary>
    public async Task<PadAnswer> EnterPinAsync(string pin)
    {
        if (!IsOn || !_pad.HasPin)
            return PadAnswer.Shut;
        var foreign = ForeignSlot();
        var purpose = _challengedUntil > Uptime ? PinPurpose.PowerOff : foreign is not null ? PinPurpose.Sim : PinPurpose.Suspected;
        var slot = purpose == PinPurpose.Sim ? foreign : null;
        var answer = _pad.TryPin(pin, Uptime);
        if (answer == PadAnswer.Right)
            AcceptPin(purpose, slot);
        else if (answer == PadAnswer.Wrong)
            RejectPin(purpose, slot);
        await ReactAsync();
        return answer;
    }

    /// <summary>Asks the phone for the digits that the help desk wants to hear.</summary>
    public string AskForCode(RecoveryPurpose purpose) => _pad.Challenge(purpose, Uptime);

    /// <summary>Enters the help desk's ten digits.</summary>
    public async Task<PadAnswer> EnterCodeAsync(string code)
    {
        var (answer, purpose) = _pad.TryCode(code, Uptime, _flash.CodeOf);
        if (answer == PadAnswer.Right)
        {
            Say(new CodeAccepted(purpose));
            _flash.MayPowerOffOnce = purpose == RecoveryPurpose.PowerOffOnce;
        }
        else if (answer == PadAnswer.Wrong)
        {
            Say(new CodeRejected(_pad.WrongCodes));
        }
        await ReactAsync();
        return answer;
    }

    /// <summary>Taps "switch off" in the menu; does so only where a PIN or a code has released the phone.</summary>
    public async Task<bool> SwitchOffAsync()
    {
        if (!IsOn || !(_releasedUntil > Uptime))
            return false;
        await PowerOffAsync();
        return true;
    }

    /// <summary>Holds the keys down, or pulls the battery: no software is asked.</summary>
    public void CutPower() => GoDark(BootReason.Forced);

    /// <summary>Starts the phone; what was in memory is gone, what was on flash is not.</summary>
    public async Task StartAsync()
    {
        if (IsOn || BatteryPercent <= 0)
            return;
        (IsOn, _startedAt, _batteryReadAt) = (true, _time.GetTimestamp(), _time.GetUtcNow());
        (_pad, _isAgentKilled, _isUnlockedSinceStart) = (PadFromFlash(), false, false);
        (_challengedUntil, _releasedUntil, _lastReplyUptime, IsAirplane) = (null, null, TimeSpan.Zero, false);
        _nextReportAt = TimeSpan.Zero;
        Say(new Booted(_wouldStartAs));
        _wouldStartAs = BootReason.Forced;
        await ReactAsync();
    }

    /// <summary>The first unlock after a start, by the person whose screen lock it is.</summary>
    public async Task UnlockScreenAsync()
    {
        _isUnlockedSinceStart = IsOn;
        await ReactAsync();
    }

    /// <summary>The system stops the agent, which says so if it still can.</summary>
    public async Task KillAgentAsync(string why)
    {
        Say(new AgentStopped(why));
        await ReactAsync();
        _isAgentKilled = true;
    }

    public async Task RestartAgentAsync()
    {
        _isAgentKilled = false;
        _nextReportAt = Uptime;
        await ReactAsync();
    }

    /// <summary>Everything on the phone is gone, its key and its outbox among it, until it is enrolled again.</summary>
    public void FactoryReset()
    {
        _isAgentKilled = true;
        _flash = new PhoneFlash(0, (_, _) => "");
        _pad = PadFromFlash();
    }

    /// <summary>A new enrolment: a new key, a new outbox, nothing of the one before.</summary>
    public async Task EnrolAsync(IAgentTransport transport, int enrolment, Func<RecoveryPurpose, string, string> codeOf)
    {
        (_transport, _flash, _isAgentKilled) = (transport, new PhoneFlash(enrolment, codeOf), false);
        _pad = PadFromFlash();
        await ReactAsync();
    }

    private async Task PowerOffAsync()
    {
        _flash.MayPowerOffOnce = false;
        Say(new PoweredOff(Authorised: true));
        await ReactAsync();
        GoDark(BootReason.User);
    }

    private void GoDark(BootReason reason)
    {
        SetBattery(BatteryPercent);
        (IsOn, _wouldStartAs) = (false, reason);
    }

    private void AcceptPin(PinPurpose purpose, int? slot)
    {
        // A lost phone says that only a recovery code releases it.
        if (purpose == PinPurpose.PowerOff && !IsLost)
            _releasedUntil = Uptime + PowerOffGuard.Window;
        if (slot is { } number)
            _flash.AuthorisedSims.Add(_slots[number].Iccid);
        Say(new PinAccepted(purpose, slot));
        if (!IsLost)
            EndSuspicion();
    }

    private void RejectPin(PinPurpose purpose, int? slot)
    {
        var wait = _pad.WaitAt(Uptime);
        Say(new PinRejected(purpose, _pad.Failures, wait > TimeSpan.Zero ? WallClock + wait : null, slot));
        if (slot is { } number && ++_simTries >= _flash.Policy.ForeignSimTries)
        {
            _flash.RefusedSims.Add(_slots[number].Iccid);
            Say(new SimRefused(number));
        }
        if (_pad.Failures >= _flash.Policy.PinFailuresToTamper)
            Suspect();
    }

    /// <summary>The slot with a SIM that nobody has let in yet.</summary>
    private int? ForeignSlot()
    {
        foreach (var (slot, sim) in _slots)
        {
            if (_flash.IsGuarded && !_flash.BoundSims.Contains(sim.Iccid) && !_flash.AuthorisedSims.Contains(sim.Iccid) && !_flash.RefusedSims.Contains(sim.Iccid))
                return slot;
        }
        return null;
    }
}
