using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Silences;

namespace AntiLoss.Domain.Guards;

// Tampers and what ends a suspicion.
internal sealed partial class GuardStep
{
    /// <summary>Something happened to the phone that its user would not do.</summary>
    private void Tamper(TamperReason reason, string? detail = null, int? slot = null, SilenceClass? silence = null)
    {
        var kind = $"{reason}";
        if (_guards.Maintenance?.Includes(ReceivedAt) == true
            && reason is TamperReason.SimRemoved or TamperReason.ForeignSim or TamperReason.WentDark)
        {
            Audit(_actor, "tamper-in-maintenance", "", kind, detail);
            return;
        }
        switch (_guards.Protection)
        {
            case Protection.Lost:
                Alert(kind, Severity.Critical, detail, alwaysNew: true);
                break;
            case Protection.Armed or Protection.Suspected:
                Suspect(new Tamper(reason, HappenedAt, detail) { Slot = slot, Silence = silence, AlertId = NextId() });
                break;
            default:
                Alert(kind, Severity.Info, detail);
                break;
        }
    }

    private void Suspect(Tamper tamper)
    {
        var known = _guards.Tampers.FirstOrDefault(open => !open.Cleared && open.Reason == tamper.Reason && open.Detail == tamper.Detail);
        if (known is not null)
            return;
        Alert($"{tamper.Reason}", Severity.Critical, tamper.Detail, alwaysNew: tamper.Reason == TamperReason.ForeignSim);
        _guards = _guards with { Tampers = _guards.Tampers.Add(tamper) };
        if (_guards.Protection == Protection.Armed)
            Enter(Protection.Suspected);
        if (_policy.EscalateAfter is { } patience && MayEscalate(_guards.Tampers))
            _guards = _guards with { EscalatesAt = Earlier(_guards.EscalatesAt, ReceivedAt + patience) };
    }

    /// <summary>A single silence that nothing explains is never enough for the policy to declare a phone lost.</summary>
    private static bool MayEscalate(ImmutableArray<Tamper> tampers)
    {
        var open = tampers.Where(tamper => !tamper.Cleared).ToList();
        return open.Any(tamper => tamper.Reason is TamperReason.ForeignSim or TamperReason.RadiosOff
                || tamper.Silence is SilenceClass.ForcedOff or SilenceClass.SimPulled)
            || open.Select(tamper => tamper.Reason).Distinct().Skip(1).Any();
    }

    /// <summary>The facts take a reason back; when none is left the phone is armed again.</summary>
    private void Clear(Func<Tamper, bool> which)
    {
        if (_guards.Protection != Protection.Suspected || !_guards.Tampers.Any(tamper => !tamper.Cleared && which(tamper)))
            return;
        _guards = _guards with
        {
            Tampers = [.. _guards.Tampers.Select(tamper => which(tamper) ? tamper with { Cleared = true } : tamper)],
        };
        if (_guards.Tampers.All(tamper => tamper.Cleared))
            EndSuspicion("facts", "cleared itself");
    }

    private void EndSuspicion(string by, string how)
    {
        foreach (var reason in _guards.Tampers.Select(tamper => tamper.Reason).Distinct())
            Resolve($"{reason}", by, how);
        Enter(Protection.Armed);
        // By its PIN the phone has unlocked itself.
        if (by != "pin" && _policy.LockOnSuspected)
            Want(CommandKind.Unlock, _actor, how);
    }

    private void Enter(Protection protection) => _guards = _guards with
    {
        Protection = protection,
        ProtectionSince = ReceivedAt,
        Tampers = protection == Protection.Suspected ? _guards.Tampers : [],
        EscalatesAt = protection == Protection.Suspected ? _guards.EscalatesAt : null,
        Loss = protection == Protection.Lost ? _guards.Loss : null,
        Wipe = protection == Protection.Lost ? _guards.Wipe : null,
        Pending = null,
    };

    private void EnterLost(Loss loss)
    {
        Enter(Protection.Lost);
        _guards = _guards with { Loss = loss };
        _effects.Add(new IncidentChanged(NextId(), Open: true, ReceivedAt, loss.By, loss.Reason));
        Alert("Lost", Severity.Critical, loss.Reason, alwaysNew: true);
        Want(CommandKind.Lock, loss.By, loss.Reason);
        WantRate(loss.By, loss.Reason);
    }

    private void EnterFound(string by, string reason)
    {
        CancelCommands(command => command.Kind is CommandKind.Lock or CommandKind.Ring or CommandKind.Wipe, "found");
        Enter(Protection.Armed);
        _guards = _guards with { NewPinWanted = true };
        _effects.Add(new IncidentChanged(NextId(), Open: false, ReceivedAt, by, reason));
        Want(CommandKind.Unlock, by, reason);
        WantRate(by, reason);
    }

    /// <summary>An agent knows from its policy how often to report; an app has to be told, and how it goes on is asked when it is told.</summary>
    private void WantRate(string by, string? reason)
    {
        if (AppCommands.AreHeardBy(_device))
            Queue(CommandOf(CommandKind.SetPolicy, by, reason));
    }

    /// <summary>Queues what the server itself wants of the phone, if the phone can do it.</summary>
    private void Want(CommandKind kind, string by, string? reason)
    {
        if (!Capabilities.HasFlag(Capabilities.ObeysCommands))
            return;
        Queue(CommandOf(kind, by, reason));
    }

    private Command CommandOf(CommandKind kind, string by, string? reason) => new()
    {
        Id = DerivedId.From(ReceivedAt, $"{_identity}.{_guards.Commands.Counter}"),
        Kind = kind,
        By = by,
        Reason = reason,
        At = ReceivedAt,
        Text = kind == CommandKind.Lock ? _guards.Loss?.Message : null,
        PhoneNumber = kind == CommandKind.Lock ? _guards.Loss?.PhoneNumber : null,
        PolicyVersion = kind == CommandKind.SetPolicy ? _policy.Version : null,
        NewPin = kind == CommandKind.SetPolicy && _guards.IsHandOverUntold,
        Iccid = kind == CommandKind.RebindSim ? reason : null,
    };

    private Command Queue(Command command)
    {
        var (queue, queued) = _guards.Commands.Add(command, _guards.Agent?.Enrolment ?? 0);
        _guards = _guards with { Commands = queue };
        return queued;
    }

    private void CancelCommands(Func<Command, bool> which, string code) =>
        _guards = _guards with { Commands = _guards.Commands.Cancel(which, ReceivedAt, code) };

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one < other ? one.Value : other;
}
