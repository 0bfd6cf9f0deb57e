using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;
using AntiLoss.Domain.Silences;

namespace AntiLoss.Domain.Guards;

// Contact and its absence: what time does to a phone, and what being heard undoes.
internal sealed partial class GuardStep
{
    private static readonly TimeSpan IntoTheShift = TimeSpan.FromHours(1);
    private static readonly TimeSpan JustBefore = TimeSpan.FromMinutes(10);

    /// <summary>The phone was heard. <paramref name="order"/> is null for an app, whose reports have none.</summary>
    public void Heard(EventOrder? order)
    {
        _isInContact = true;
        if (_device.Silence is { } silence)
            _device = _device with { Silence = null, DarkSpots = DarkSpot.Add(_device.DarkSpots, silence) };
        if (_guards.Power is { IsAuthorisedOff: true } or { AgentStopped: not null } && !(order <= _guards.Power.Order))
            _guards = _guards with { Power = _guards.Power with { IsAuthorisedOff = false, AgentStopped = null } };
        if (HeardClearsDarkness())
            Clear(tamper => tamper.Reason == TamperReason.WentDark);
        Reconcile();
    }

    /// <summary>A boot that nothing good explains makes the silence before it a forced one.</summary>
    public void ReviseSilence(Silence? silence, Booted booted, EventOrder order)
    {
        if (silence is null || order <= _guards.Power.Order || booted.Reason is BootReason.Update or BootReason.Crash or BootReason.FlatBattery or BootReason.Platform
            || silence.Class == SilenceClass.AuthorisedOff)
            return;
        _guards = _guards with { Power = _guards.Power with { RefusedAt = HappenedAt } };
        Tamper(TamperReason.WentDark, $"{SilenceClass.ForcedOff}", silence: SilenceClass.ForcedOff);
    }

    /// <summary>The moment that the phone's row named has passed: whatever is due by now happens.</summary>
    public void Due(Surroundings? surroundings)
    {
        _actor = "clock";
        _device = _device with { Presence = Expectation.PresenceAt(_device, _policy, ReceivedAt) };
        if (_device.Guards is not null)
            DueOfGuards();
        if (Expectation.SilenceDueAt(_device, _policy) <= ReceivedAt)
            JudgeSilence(surroundings ?? new Surroundings(0, false, false));
    }

    private void DueOfGuards()
    {
        var powerOff = _guards.PowerOff.At(ReceivedAt);
        if (powerOff != _guards.PowerOff)
            _guards = _guards with { PowerOff = powerOff };
        var commands = _guards.Commands.Expire(ReceivedAt);
        if (_guards.Wipe is { CommandId: { } told } && commands.Find(told) is { State: CommandState.Expired })
            _guards = _guards with { Wipe = null };
        if (!ReferenceEquals(commands, _guards.Commands))
            _guards = _guards with { Commands = commands };
        if (_guards.Wipe is { } wipe && wipe.DueAt <= ReceivedAt)
            DueOfWipe(wipe);
        if (_guards.Pending?.At + PendingAction.GoodFor <= ReceivedAt)
            _guards = _guards with { Pending = null };
        if (_guards.AcceptNextSim?.Until <= ReceivedAt)
            _guards = _guards with { AcceptNextSim = null };
        if (_guards.Maintenance?.Until <= ReceivedAt)
            _guards = _guards with { Maintenance = null };
        if (_guards.EscalatesAt <= ReceivedAt && Is(Protection.Suspected))
            Escalate();
    }

    private void DueOfWipe(WipeWanted wipe)
    {
        if (wipe.ApprovedBy is null)
        {
            _guards = _guards with { Wipe = null };
            return;
        }
        var command = Queue(new Command
        {
            Id = DerivedId.From(ReceivedAt, _identity),
            Kind = CommandKind.Wipe,
            By = wipe.By.Id,
            Reason = wipe.Reason,
            At = ReceivedAt,
            ExpiresAt = wipe.DueAt + CommandQueue.LifetimeOf(CommandKind.Wipe),
        });
        _guards = _guards with { Wipe = wipe with { CommandId = command.Id } };
    }

    private void Escalate()
    {
        _guards = _guards with { EscalatesAt = null };
        if (!MayEscalate(_guards.Tampers))
            return;
        (_actor, _reason) = ("policy", string.Join(", ", _guards.Tampers.Where(tamper => !tamper.Cleared).Select(tamper => tamper.Reason).Distinct()));
        EnterLost(new Loss(ReceivedAt, "policy", _reason, null, null));
    }

    private void JudgeSilence(Surroundings surroundings)
    {
        var facts = FactsOf(surroundings);
        var silence = SilenceJudge.Judge(facts, ReceivedAt, _policy);
        if (_device.Silence is { } judged)
        {
            // Patience ended: only an outage that still lasts explains more than it did.
            if (!(judged.Class == SilenceClass.Outage && silence.Class == SilenceClass.Outage))
                silence = new Silence(SilenceClass.Unknown, judged.Since, ReceivedAt, $"{judged.Class} for too long: {judged.Evidence}");
        }
        var alarms = Silence.IsAlarming(silence.Class)
            && (facts.HeardInHours || _device.Silence?.Class == SilenceClass.Unknown || silence.Class is SilenceClass.ForcedOff or SilenceClass.SimPulled);
        // What nobody is woken for at night is looked at again when the fleet works.
        if (silence.Class == SilenceClass.Unknown && !alarms)
            silence = silence with { PatienceUntil = _policy.Hours?.NextStart(ReceivedAt) + IntoTheShift };
        _device = _device with { Silence = silence with { Place = _device.Latest?.Place } };
        // It happened when the phone was last heard, not when it was missed.
        HappenedAt = silence.Since;
        if (alarms)
            Tamper(TamperReason.WentDark, $"{silence.Class}", silence: silence.Class);
    }

    private SilenceFacts FactsOf(Surroundings surroundings)
    {
        var last = _device.LastContactAt ?? ReceivedAt;
        var power = _guards.Power;
        return new SilenceFacts(last, _policy.Hours is not { } hours || hours.Include(last) || hours.Include(ReceivedAt))
        {
            SaidAuthorisedOff = power.IsAuthorisedOff,
            PowerOffRefusedJustBefore = Was(power.RefusedAt, last),
            SimWentOutJustBefore = Was(power.SimOutAt, last) && !_guards.HasBoundSim && _device.Link?.Bearer != Bearer.Esim,
            SaidAirplane = power.IsAirplane,
            AgentStopped = power.AgentStopped,
            BatteryPercent = _device.Battery is { Charging: not true } battery ? battery.Percent : null,
            DrainPerHour = Expectation.DrainPerHour(_device),
            PromisedNothing = Expectation.PromisesNothing(_device),
            Surroundings = surroundings,
        };
    }

    private static bool Was(DateTimeOffset? at, DateTimeOffset before) => at is { } moment && (before - moment).Duration() <= JustBefore;

    private bool HeardClearsDarkness()
    {
        if (!Is(Protection.Suspected))
            return false;
        var seesSims = Capabilities.HasFlag(Capabilities.SimSeenAtOnce);
        return (_guards.HasBoundSim || !seesSims)
            && _guards.Tampers.All(tamper => tamper.Cleared
                || tamper is { Reason: TamperReason.WentDark, Silence: not SilenceClass.ForcedOff });
    }

    /// <summary>What is wanted of the phone and what it last told are compared at every contact.</summary>
    private void Reconcile()
    {
        var commands = _guards.Commands;
        if (_guards.Agent is null)
        {
            ReconcileApp(commands);
            return;
        }
        if (_guards.WantsLocked == true && _guards.ReportedLocked != true && commands.Pending(CommandKind.Lock) is null)
            Want(CommandKind.Lock, "policy", "lost, and not locked");
        if (_guards.PolicyApplied != _policy.Version && commands.Pending(CommandKind.SetPolicy)?.PolicyVersion != _policy.Version)
            Want(CommandKind.SetPolicy, "policy", null);
    }

    /// <summary>An app gives no receipt: what it says next has to do.</summary>
    private void ReconcileApp(CommandQueue commands)
    {
        // A place that is newer than the question is the answer, asked for or not.
        if (commands.Pending(CommandKind.Locate) is { } asked && _device.Latest?.FixedAtMs >= asked.At.ToUnixTimeMilliseconds())
            commands = commands.Told(asked.Id, CommandState.Succeeded, null, ReceivedAt);
        // It says something new only once it has had the answer to what it said before, and with that its rate.
        if (commands.Pending(CommandKind.SetPolicy) is { State: CommandState.Sent } rate)
            commands = commands.Told(rate.Id, CommandState.Succeeded, AppCommands.NoReceipt, ReceivedAt);
        if (!ReferenceEquals(commands, _guards.Commands))
            _guards = _guards with { Commands = commands };
    }
}
