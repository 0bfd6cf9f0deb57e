using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Domain.Guards;

// What the agent tells of its phone. Each facet keeps the event that set it, and an older one changes nothing.
internal sealed partial class GuardStep
{
    /// <summary>Applies one event of the phone's present enrolment.</summary>
    public void Say(AgentEvent said, EventOrder order)
    {
        switch (said)
        {
            case SimSeen seen:
                See(seen, order);
                break;
            case SimGone gone:
                Gone(gone, order);
                break;
            case SimRefused refused:
                Challenge(said, order, refused.Slot);
                break;
            case PowerOffRequested or PowerOffCancelled or PinAccepted or PinRejected or CodeAccepted or CodeRejected or PoweredOff or Booted:
                SayOfPower(said, order);
                break;
            case PinSet when order > _guards.PinOrder:
                SayOfPin(order);
                break;
            case AirplaneModeSet airplane when order > _guards.Power.Order:
                SayOfAirplane(airplane, order);
                break;
            case AgentTampered tampered:
                Tamper(TamperReason.AgentTampered, tampered.What);
                break;
            case AgentStopped stopped when order > _guards.Power.Order:
                _guards = _guards with { Power = _guards.Power with { AgentStopped = stopped.Why, Order = order } };
                break;
            case ScreenLockSet locked when order > _guards.LockOrder:
                _guards = _guards with { ReportedLocked = locked.Locked, LockOrder = order };
                break;
            case PolicyApplied applied when order > _guards.PolicyOrder:
                _guards = _guards with { PolicyApplied = applied.Version, PolicyOrder = order };
                break;
            case LinkChanged link when !(_device.Link?.Order >= order):
                _device = _device with { Link = Follow(_device.Link, link, order) };
                break;
            case EsimSeen esim when !(_guards.Esim?.Order >= order):
                _guards = _guards with { Esim = new EsimReading(esim.Eid, esim.Iccid, esim.Profile, esim.Operator, HappenedAt, order) };
                if (Eid.TryParse(esim.Eid, out var eid))
                    _device = _device with { Eid = eid.Value };
                break;
            case MessageRefused refused:
                Alert("MessageRefused", Alerts.Severity.Warning, refused.Why);
                break;
            case CommandTold told:
                SayOfCommand(told);
                break;
            case PushTokenSet push when !(_device.Push?.Order >= order):
                _device = _device with { Push = new PushAddress(push.Service, push.Token ?? "", HappenedAt) { Order = order } };
                break;
            default:
                break;
        }
    }

    /// <summary>A report in the phone's name that its key did not sign.</summary>
    public void Forged(string what)
    {
        _actor = "server";
        Tamper(TamperReason.ReportForged, what);
    }

    /// <summary>What was lost, wiped or written off has turned up: its incident opens again.</summary>
    public void Hold(EnrolmentHeld held)
    {
        if (!Is(Protection.Lost) && !Is(Protection.Wiped) && _device.Retired is not { WrittenOff: true })
            return;
        if (_device.Retired is not null)
            _guards = _guards with { ReopenedAt = _guards.ReopenedAt ?? ReceivedAt };
        Audit("enrolment", "enrolment-held", $"{_guards.Protection}", $"{_guards.Protection}", held.Software);
        Alert("EnrolmentHeld", Alerts.Severity.Critical, held.Software);
        _effects.Add(new IncidentChanged(NextId(), Open: true, ReceivedAt, "enrolment", "asked to enrol"));
    }

    /// <summary>The agent was enrolled, anew or for the first time: what was queued is cancelled, and what is wanted is told again.</summary>
    public void Enrol(AgentEnrolled enrolled)
    {
        _actor = "enrolment";
        if (enrolled.Enrolment <= (_guards.Agent?.Enrolment ?? 0))
            return;
        if (_guards.Protection is Protection.Wiped or Protection.Retired)
        {
            Refuse($"the phone is {_guards.Protection}");
            return;
        }
        if (Is(Protection.Lost) && !(ReceivedAt < _device.MayEnrolUntil))
        {
            Refuse("a lost phone is enrolled again only by two operators");
            return;
        }
        _guards = _guards with
        {
            Agent = new Agent(enrolled.Kind, enrolled.Enrolment, enrolled.PublicKey, ReceivedAt, enrolled.Software)
            {
                SilentUntilUnlocked = enrolled.SilentUntilUnlocked,
                Earlier = _guards.Agent?.WithEarlier() ?? [],
                MasterKey = enrolled.MasterKey,
            },
            Commands = _guards.Commands.Reenrolled(ReceivedAt),
            Wipe = _guards.Wipe is { CommandId: not null } wipe ? wipe with { CommandId = null } : _guards.Wipe,
            PowerOff = new PowerOffGuard(),
            ReportedLocked = null,
            PinSetAt = null,
            NewPinWanted = true,
            IsHandedOver = false,
            IsHandOverUntold = false,
            PolicyApplied = 0,
        };
        _device = _device with { Imei = enrolled.Imei ?? _device.Imei, Eid = enrolled.Eid ?? _device.Eid, MayEnrolUntil = null, Push = null };
        Audit(_actor, "agent-enrolled", $"{_before.Agent?.Enrolment ?? 0}", $"{enrolled.Enrolment}", enrolled.Software);
        if (Is(Protection.Lost))
            Want(CommandKind.Lock, "policy", "lost");
    }

    private void SayOfPin(EventOrder order)
    {
        _guards = _guards with { PinOrder = order };
        // Until the phone has heard of the hand-over, whoever chooses a PIN is the person who had it before.
        if (!_guards.IsHandOverUntold)
            _guards = _guards with { PinSetAt = HappenedAt, NewPinWanted = false, IsHandedOver = false };
    }

    private void SayOfPower(AgentEvent said, EventOrder order)
    {
        if (order <= _guards.PowerOff.Order)
            return;
        if (!_guards.IsGuarded)
        {
            NoteOff(said, order, authorised: said is PoweredOff { Authorised: true });
            _guards = _guards with { PowerOff = _guards.PowerOff with { Order = order } };
            return;
        }
        var allowed = _guards.PowerOff.AllowsPowerOff(HappenedAt);
        var stage = _guards.PowerOff.At(HappenedAt).Stage;
        _guards = _guards with
        {
            PowerOff = _guards.PowerOff.Take(said, order, HappenedAt, Is(Protection.Lost), _policy.PinFailuresToTamper),
        };
        NoteOff(said, order, authorised: said is PoweredOff { Authorised: true } && allowed);
        switch (said)
        {
            case PinAccepted accepted:
                Challenge(said, order, accepted.Slot);
                AcceptPin();
                // A lost phone goes off for no PIN: whoever wanted it off may force it next.
                if (Is(Protection.Lost) && accepted.Purpose == PinPurpose.PowerOff)
                    _guards = _guards with { Power = _guards.Power with { RefusedAt = HappenedAt } };
                break;
            case PinRejected rejected:
                Challenge(said, order, rejected.Slot);
                if (_guards.PowerOff.Stage == PowerOffStage.LockedOut && stage != PowerOffStage.LockedOut)
                    RefusePowerOff();
                break;
            case CodeAccepted { Purpose: RecoveryPurpose.NewPin }:
                _guards = _guards with { NewPinWanted = true };
                break;
            case CodeRejected { Failures: >= 5 }:
                Alert("RecoveryCodeRefused", Alerts.Severity.Warning, null);
                break;
            default:
                break;
        }
    }

    private void RefusePowerOff()
    {
        _guards = _guards with { Power = _guards.Power with { RefusedAt = HappenedAt } };
        Tamper(TamperReason.PowerOffRefused);
    }

    /// <summary>The right PIN on the phone ends a suspicion, unless a SIM of ours is in the wrong phone: no PIN helps there.</summary>
    private void AcceptPin()
    {
        if (Is(Protection.Suspected) && !_guards.Tampers.Any(tamper => tamper is { Reason: TamperReason.SimElsewhere, Cleared: false }))
            EndSuspicion("pin", "the right PIN on the phone");
    }

    private void NoteOff(AgentEvent said, EventOrder order, bool authorised)
    {
        if (order <= _guards.Power.Order)
            return;
        _guards = said switch
        {
            PoweredOff => _guards with
            {
                Power = _guards.Power with
                {
                    IsAuthorisedOff = authorised,
                    RefusedAt = authorised ? _guards.Power.RefusedAt : HappenedAt,
                    Order = order,
                },
            },
            Booted => _guards with { Power = _guards.Power with { IsAuthorisedOff = false, Order = order } },
            _ => _guards,
        };
    }

    private void SayOfAirplane(AirplaneModeSet airplane, EventOrder order)
    {
        _guards = _guards with { Power = _guards.Power with { IsAirplane = airplane.On, Order = order } };
        var justTampered = _guards.Tampers.Any(tamper => HappenedAt - tamper.Since <= TimeSpan.FromMinutes(30));
        if (airplane.On && (airplane.ScreenLocked || justTampered))
            Tamper(TamperReason.RadiosOff);
    }

    private void SayOfCommand(CommandTold told)
    {
        _guards = _guards with { Commands = _guards.Commands.Told(told.Id, told.State, told.Code, ReceivedAt) };
        if (_guards.Commands.Find(told.Id) is { NewPin: true, State: CommandState.Acknowledged or CommandState.Succeeded or CommandState.Failed })
            _guards = _guards with { IsHandOverUntold = false };
        if (told.State != CommandState.Succeeded || _guards.Wipe?.CommandId != told.Id)
            return;
        // Nothing can report after a wipe: that it begins is its last word.
        _effects.Add(new IncidentChanged(NextId(), Open: true, ReceivedAt, "phone", "wiped"));
        Enter(Protection.Wiped);
    }

    private LinkReading Follow(LinkReading? before, LinkChanged link, EventOrder order) =>
        new(link.Bearer, before?.Bearer == link.Bearer ? before.Since : HappenedAt, HappenedAt)
        {
            Plmn = link.Plmn,
            Radio = link.Radio,
            SignalDbm = link.SignalDbm,
            Roaming = link.Roaming,
            Order = order,
        };
}
