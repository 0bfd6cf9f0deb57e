using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Domain.Guards;

// What people do: each action by the table of protection, or refused in words that name the state.
internal sealed partial class GuardStep
{
    private const string NoPerson = "this takes two people who are signed in, and a program is neither of them";
    private const string Wiping = "the phone has acknowledged the wipe";
    private static readonly string OutOfCodes = $"a phone gets at most {RecoveryGrant.MostADay} recovery codes a day";
    private static readonly TimeSpan FoundAloneWithin = TimeSpan.FromHours(1);

    /// <summary>Applies an operator's action, or says in <see cref="Refusal"/> why not.</summary>
    public void Act(OperatorAct act)
    {
        (_actor, _reason) = (act.By.Id, act.Reason);
        if (act is IncidentClosed && _guards.ReopenedAt is not null)
        {
            CloseIncident(act);
            return;
        }
        if (_guards.Protection is Protection.Retired or Protection.Wiped)
        {
            Refuse($"the phone is {_guards.Protection}");
            return;
        }
        if (_guards.Pending is { } pending && pending.At + PendingAction.GoodFor <= ReceivedAt)
            _guards = _guards with { Pending = null };
        switch (act)
        {
            case Armed when Is(Protection.Disarmed):
                Arm();
                break;
            case Disarmed when Is(Protection.Armed):
                Enter(Protection.Disarmed);
                break;
            case SuspicionDismissed when Is(Protection.Suspected):
                EndSuspicion(act.By.Id, act.Reason);
                break;
            case LossDeclared declared when !Is(Protection.Lost):
                EnterLost(new Loss(ReceivedAt, declared.ByPerson ? "person" : act.By.Id, act.Reason, declared.Message, declared.PhoneNumber));
                break;
            case FoundDeclared when Is(Protection.Lost):
                Find(act);
                break;
            case WipeRequested when Is(Protection.Lost):
                RequestWipe(act);
                break;
            case WipeApproved approved when Is(Protection.Lost):
                ApproveWipe(approved);
                break;
            case WipeCancelled when Is(Protection.Lost):
                CancelWipe();
                break;
            case ActionAgreed agreed:
                Agree(agreed);
                break;
            case EnrolAgainAsked when Is(Protection.Lost):
                AwaitSecond(TwoPersonAction.EnrolAgain, act.By, act.Reason);
                break;
            case RecoveryCodeAsked asked:
                AskForCode(asked);
                break;
            case MaintenanceOpened opened:
                OpenMaintenance(opened);
                break;
            case MaintenanceClosed when _guards.Maintenance is not null:
                _guards = _guards with { Maintenance = null };
                break;
            case NextSimAccepted accepted:
                AcceptNext(accepted);
                break;
            case SimBound bound:
                Bind(bound);
                break;
            case SimUnbound unbound:
                Unbind(unbound);
                break;
            case CommandAsked asked:
                Ask(asked);
                break;
            case CommandWithdrawn withdrawn:
                Withdraw(withdrawn);
                break;
            default:
                Refuse($"{act.Action} is not possible while the phone is {_guards.Protection}");
                break;
        }
        if (Refusal is null)
            Audit(act.By.Id, act.Action, $"{_before.Protection}", act is RecoveryCodeAsked { Call: var call } ? $"{call}" : $"{_guards.Protection}", act.Reason);
    }

    /// <summary>Retires the phone: at once from every state but Lost, there by two people.</summary>
    public void Retire(Operator by, string reason)
    {
        (_actor, _reason) = (by.Id, reason);
        if (Is(Protection.Lost))
            AwaitSecond(TwoPersonAction.Retire, by, reason);
        else
            RetireNow(by.Id, reason);
    }

    /// <summary>The phone was handed to another person: the PIN of the one before is nobody's, and a new one is asked for.</summary>
    public void AskForNewPin(string by)
    {
        if (_guards.Agent is null || _guards.Protection is Protection.Retired or Protection.Wiped)
            return;
        _guards = _guards with { PinSetAt = null, NewPinWanted = true, IsHandedOver = true, IsHandOverUntold = true };
        Want(CommandKind.SetPolicy, by, "handed over");
    }

    /// <summary>Commands went out to the phone.</summary>
    public void HandOver(ImmutableArray<string> ids)
    {
        var commands = _guards.Commands.HandedOver(ids, ReceivedAt);
        if (!ReferenceEquals(commands, _guards.Commands))
            _guards = _guards with { Commands = commands };
    }

    /// <summary>A push service was asked to wake the phone.</summary>
    public void NoteWake(WakeTried tried)
    {
        var commands = _guards.Commands.Woken(tried.Commands, ReceivedAt, tried.Failure);
        if (!ReferenceEquals(commands, _guards.Commands))
            _guards = _guards with { Commands = commands };
        if (_device.Push is not { } push || push.At != tried.AddressAt)
            return;
        if (tried.Failure is null)
            _device = _device with { Push = push with { WokenAt = ReceivedAt } };
        else if (tried.Failure == WakeTried.Unregistered)
            _device = _device with { Push = push with { Token = "" } };
    }

    /// <summary>Their owners have these effects: they need not be told again.</summary>
    public void Confirm(ImmutableArray<string> ids) =>
        _device = _device with { Outbox = _device.Outbox.RemoveAll(effect => ids.Contains(effect.Id)) };

    private void CloseIncident(OperatorAct act)
    {
        _effects.Add(new IncidentChanged(NextId(), Open: false, ReceivedAt, act.By.Id, act.Reason));
        Audit(act.By.Id, act.Action, $"{_guards.Protection}", $"{_guards.Protection}", act.Reason);
        _guards = _guards with { ReopenedAt = null };
    }

    private bool Is(Protection protection) => _guards.Protection == protection;

    private void Refuse(string why) => Refusal = why;

    private void Arm()
    {
        Enter(Protection.Armed);
        foreach (var slot in _guards.Slots.Where(slot => slot.Guard == SimGuard.Unbound && slot.Sim is not null))
            BindSeen(slot);
        Want(CommandKind.SetPolicy, _actor, "armed");
    }

    private bool IsWiping => _guards.Wipe?.CommandId is { } id && _guards.Commands.Find(id) is { State: CommandState.Acknowledged };

    private void Find(OperatorAct act)
    {
        if (IsWiping)
        {
            Refuse(Wiping);
            return;
        }
        var alone = !_guards.HasForeignSim && ReceivedAt - _device.LastContactAt <= FoundAloneWithin;
        if (alone)
            EnterFound(act.By.Id, act.Reason);
        else
            AwaitSecond(TwoPersonAction.Found, act.By, act.Reason);
    }

    private void RequestWipe(OperatorAct act)
    {
        if (_guards.Wipe is { ApprovedBy: not null })
            Refuse("a wipe is approved already");
        else if (act.By.Session is null)
            Refuse(NoPerson);
        else
            _guards = _guards with { Wipe = new WipeWanted(act.By, act.Reason, ReceivedAt) };
    }

    private void ApproveWipe(WipeApproved act)
    {
        if (_guards.Wipe is not { ApprovedBy: null } wanted || wanted.At != act.RequestedAt || wanted.DueAt <= ReceivedAt)
            Refuse("this wipe does not wait for approval: it was cancelled, approved or lapsed");
        else if (act.By.RefusalBeside(wanted.By, ReceivedAt) is { } refusal)
            Refuse(refusal);
        else
            _guards = _guards with { Wipe = wanted with { ApprovedBy = act.By.Id, ApprovedAt = ReceivedAt } };
    }

    private void CancelWipe()
    {
        if (_guards.Wipe is null)
        {
            Refuse("no wipe is wanted");
            return;
        }
        if (IsWiping)
        {
            Refuse(Wiping);
            return;
        }
        CancelCommands(command => command.Kind == CommandKind.Wipe, "cancelled");
        _guards = _guards with { Wipe = null };
    }

    private void AskForCode(RecoveryCodeAsked act)
    {
        if (act.By.Session is null)
            Refuse("this takes a person who is signed in");
        else if (_guards.Agent is not { Enrolment: var enrolment })
            Refuse("no agent that knows recovery codes is on this phone");
        else if (_guards.RecoveryGrants.Any(grant => grant.Covers(act.By.Id, act.Call.Purpose, act.Call.Challenge, enrolment, ReceivedAt))
            || (_guards.Pending is { } pending && pending.Recovery == act.Call && pending.By.Id == act.By.Id))
            return; // Asked again: nobody need be told twice, and what waits for the second person stays what it is.
        else if (IsOutOfCodes)
            Refuse(OutOfCodes);
        else if (Is(Protection.Suspected) || Is(Protection.Lost))
            AwaitSecond(TwoPersonAction.RecoveryCode, act.By, act.Reason, act.Call);
        else
            GiveCode(act.Call, act.By.Id, agreedBy: null, act.Reason);
        if (Refusal is null)
            Alert("RecoveryCodeAsked", Is(Protection.Armed) || Is(Protection.Disarmed) ? Severity.Info : Severity.Warning, $"{act.Call}");
    }

    private bool IsOutOfCodes => _guards.RecoveryGrants.Count(grant => ReceivedAt - grant.At < RecoveryGrant.CountedFor) >= RecoveryGrant.MostADay;

    private void GiveCode(RecoveryCall call, string by, string? agreedBy, string reason) => _guards = _guards with
    {
        RecoveryGrants =
        [
            .. _guards.RecoveryGrants.Where(grant => ReceivedAt - grant.At < RecoveryGrant.CountedFor),
            new RecoveryGrant(call, _guards.Agent?.Enrolment ?? 0, by, agreedBy, ReceivedAt, reason),
        ],
        Pending = null,
    };

    private void AwaitSecond(TwoPersonAction action, Operator by, string reason, RecoveryCall? recovery = null)
    {
        if (by.Session is null)
            Refuse(NoPerson);
        else
            _guards = _guards with { Pending = new PendingAction(_identity, action, by, reason, ReceivedAt) { Recovery = recovery } };
    }

    private void Agree(ActionAgreed act)
    {
        if (_guards.Pending is not { } pending || pending.Id != act.PendingId)
        {
            Refuse("this action does not wait for a second person: it was done, replaced or lapsed");
            return;
        }
        if (act.By.RefusalBeside(pending.By, ReceivedAt) is { } refusal)
        {
            Refuse(refusal);
            return;
        }
        var reason = $"{pending.Reason} (with {pending.By.Id})";
        switch (pending.Action)
        {
            case TwoPersonAction.Found when IsWiping:
                Refuse(Wiping);
                break;
            case TwoPersonAction.Found when Is(Protection.Lost):
                EnterFound(act.By.Id, reason);
                break;
            case TwoPersonAction.Retire when Is(Protection.Lost):
                RetireNow(act.By.Id, reason);
                break;
            case TwoPersonAction.RecoveryCode when IsOutOfCodes:
                Refuse(OutOfCodes);
                break;
            case TwoPersonAction.RecoveryCode when pending.Recovery is { } call:
                GiveCode(call, pending.By.Id, act.By.Id, pending.Reason);
                break;
            case TwoPersonAction.EnrolAgain when Is(Protection.Lost):
                _device = _device with { MayEnrolUntil = ReceivedAt + PendingAction.GoodFor };
                _guards = _guards with { Pending = null };
                break;
            default:
                Refuse($"the phone is {_guards.Protection}");
                break;
        }
    }

    private void RetireNow(string by, string reason)
    {
        var writtenOff = Is(Protection.Lost);
        CancelCommands(_ => true, "retired");
        // A wiped phone that asked to enrol has an incident open again.
        if (Is(Protection.Lost) || Is(Protection.Wiped))
            _effects.Add(new IncidentChanged(NextId(), Open: false, ReceivedAt, by, reason));
        Enter(Protection.Retired);
        _device = _device with { Retired = new Retirement(ReceivedAt, by, reason) { WrittenOff = writtenOff } };
    }

    private void OpenMaintenance(MaintenanceOpened act)
    {
        if (act.Until <= act.From || act.Until - act.From > _policy.MaintenanceMax)
            Refuse($"a maintenance window lasts at most {_policy.MaintenanceMax.TotalHours:0.#} hours");
        else if (!Is(Protection.Armed) && !Is(Protection.Suspected) && !Is(Protection.Disarmed))
            Refuse($"maintenance is not possible while the phone is {_guards.Protection}");
        else
            _guards = _guards with { Maintenance = new Maintenance(act.From, act.Until, act.By.Id, act.Reason) };
    }

    private void AcceptNext(NextSimAccepted act)
    {
        if (act.Until <= ReceivedAt || act.Until - ReceivedAt > _policy.MaintenanceMax)
            Refuse($"the window for the next SIM ends in the future and within {_policy.MaintenanceMax.TotalHours:0.#} hours");
        else
            _guards = _guards with { AcceptNextSim = new AcceptNextSim(act.Until, act.By.Id, act.Reason) };
    }

    private void Ask(CommandAsked act)
    {
        if (act.Kind is not (CommandKind.Locate or CommandKind.Ring or CommandKind.Message or CommandKind.Lock or CommandKind.Unlock))
            Refuse($"{act.Kind} is not asked for by itself");
        else if (act.Kind == CommandKind.Unlock && _guards.IsGuarded && !Is(Protection.Armed))
            Refuse($"Unlock is not possible while the phone is {_guards.Protection}");
        else if (act.Kind != CommandKind.Locate && !Capabilities.HasFlag(Capabilities.ObeysCommands))
            Refuse($"the software on this phone can't obey {act.Kind}");
        else
            Queue(new Command { Id = act.Id, Kind = act.Kind, By = act.By.Id, Reason = act.Reason, At = ReceivedAt, Text = act.Text });
    }

    private void Withdraw(CommandWithdrawn act)
    {
        if (_guards.Commands.Find(act.Id) is not { IsToSend: true } command)
            Refuse("this command is not waiting any more");
        else if (command.Kind is CommandKind.Wipe or CommandKind.Lock && Is(Protection.Lost))
            Refuse($"{command.Kind} of a lost phone ends by the wipe's cancelling or by found");
        else
            CancelCommands(other => other.Id == act.Id, "cancelled");
    }
}
