using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Domain.Guards;

// The SIM guard: one slot at a time, by the newest event about it.
internal sealed partial class GuardStep
{
    private void See(SimSeen seen, EventOrder order)
    {
        if (IsOlder(seen.Slot, order))
            return;
        var name = SimName.Of(seen);
        var before = SlotOf(seen.Slot);
        var known = before.Sim == name && before.Guard != SimGuard.Missing;
        var slot = before with
        {
            Sim = name,
            Operator = seen.Operator,
            Plmn = seen.Plmn,
            Confidence = SimName.IsIccid(name) ? seen.Confidence : SimConfidence.Fingerprint,
            Since = known ? before.Since : HappenedAt,
            Order = order,
            Tries = known ? before.Tries : 0,
            Guard = known ? before.Guard : SimGuard.Unbound,
        };
        if (_guards.BoundSims.Any(bound => bound.Sim == name))
        {
            Put(slot with { Guard = SimGuard.Matched });
            ClearRemoval(removed => removed.Detail == name);
            return;
        }
        if (known && slot.Guard is not SimGuard.Unbound)
        {
            Put(slot);
            return;
        }
        if (_guards.AcceptNextSim is { } window && ReceivedAt < window.Until)
        {
            _guards = _guards with { AcceptNextSim = null };
            BindSeen(slot);
            ClearRemoval(removed => removed.Slot == seen.Slot);
            return;
        }
        Put(slot with { Guard = _guards.IsGuarded ? SimGuard.ForeignPending : SimGuard.Unbound });
        if (SimName.IsIccid(name))
            Sight(slot, bind: false);
        if (_guards.IsGuarded)
            Tamper(TamperReason.ForeignSim, name, seen.Slot);
    }

    private void Gone(SimGone gone, EventOrder order)
    {
        if (IsOlder(gone.Slot, order))
            return;
        var before = SlotOf(gone.Slot);
        if (before.Sim is null || before.Guard == SimGuard.Missing)
        {
            Put(before with { Order = order });
            return;
        }
        Put(before with { Guard = SimGuard.Missing, Since = HappenedAt, Order = order });
        // A SIM that leaves where it does not belong is no loss.
        if (before.IsForeign || before.Guard == SimGuard.Borrowed)
            return;
        _guards = _guards with { Power = _guards.Power with { SimOutAt = HappenedAt } };
        Tamper(TamperReason.SimRemoved, before.Sim, gone.Slot);
    }

    private void Challenge(AgentEvent said, EventOrder order, int? slotNumber)
    {
        if (slotNumber is not { } number || SlotOf(number) is not { IsForeign: true } slot || order < slot.Order)
            return;
        slot = said switch
        {
            PinAccepted => slot with { Guard = SimGuard.ForeignAuthorised, Tries = 0 },
            PinRejected when slot.Tries + 1 >= _policy.ForeignSimTries => slot with { Guard = SimGuard.ForeignRejected, Tries = slot.Tries + 1 },
            PinRejected => slot with { Tries = slot.Tries + 1 },
            SimRefused => slot with { Guard = SimGuard.ForeignRejected },
            _ => slot,
        };
        Put(slot with { Order = order });
    }

    /// <summary>The registry's word on a SIM that is, or was, in this phone or bound to it.</summary>
    public void Judge(SimJudged judged)
    {
        _actor = "registry";
        switch (judged.Verdict)
        {
            case SimVerdict.Ours:
                BindTo(new BoundSim(judged.Sim, judged.Proven, ReceivedAt, "registry"));
                foreach (var slot in SlotsWith(judged.Sim))
                    Put(slot with { Guard = SimGuard.Matched });
                Clear(tamper => tamper.Reason is TamperReason.ForeignSim or TamperReason.SimElsewhere && tamper.Detail == judged.Sim);
                break;
            case SimVerdict.Moved:
                _guards = _guards with { BoundSims = _guards.BoundSims.RemoveAll(bound => bound.Sim == judged.Sim) };
                Clear(tamper => tamper.Reason == TamperReason.SimElsewhere && tamper.Detail == judged.Sim);
                break;
            case SimVerdict.OtherDevice:
                Lend(judged);
                break;
            case SimVerdict.OtherOrganization:
                foreach (var slot in SlotsWith(judged.Sim))
                    Put(slot with { Guard = SimGuard.Borrowed });
                break;
            case SimVerdict.SeenElsewhere when IsRefused(judged):
                Tamper(TamperReason.SimElsewhere, judged.Sim);
                break;
            case SimVerdict.SeenElsewhere:
                Alert("SimBorrowed", Severity.Info, $"{judged.Sim} is in {judged.Other}");
                break;
            case SimVerdict.SeenAbroad:
                Alert("SimSeenAbroad", Severity.Warning, judged.Sim);
                break;
            default:
                break;
        }
    }

    private void Lend(SimJudged judged)
    {
        var slots = SlotsWith(judged.Sim).ToList();
        if (slots.Count == 0)
            return;
        foreach (var slot in slots)
            Put(slot with { Guard = SimGuard.Borrowed });
        if (IsRefused(judged))
            Tamper(TamperReason.SimElsewhere, judged.Sim, slots[0].Slot);
        else
            Alert("SimBorrowed", Severity.Info, $"{judged.Sim} belongs to {judged.Other}");
        // What looked like a stranger's SIM is one of ours.
        Clear(tamper => IsOf(tamper, judged));
    }

    private bool IsRefused(SimJudged judged) => _policy.OwnSimInOtherPhone == OwnSimRule.Refuse || judged.OtherIsTroubled
        || Is(Protection.Lost)
        || (Is(Protection.Suspected) && _guards.Tampers.Any(tamper => !tamper.Cleared && !IsOf(tamper, judged)));

    /// <summary>That it looked like a stranger's SIM until the registry spoke is no trouble of its own.</summary>
    private static bool IsOf(Tamper tamper, SimJudged judged) => tamper.Reason == TamperReason.ForeignSim && tamper.Detail == judged.Sim;

    private bool IsTroubled => _guards.Protection is Protection.Suspected or Protection.Lost;

    private void Bind(SimBound act)
    {
        if (!Iccid.TryParse(act.Iccid, out var iccid))
        {
            Refuse("iccid: this is not an ICCID");
            return;
        }
        // The registry decides between two phones that want it; until then nothing is bound.
        _effects.Add(new SimSighted(NextId(), iccid.Canonical, -1, ReceivedAt, Proven: false, Bind: true, IsTroubled));
        Want(CommandKind.RebindSim, _actor, iccid.Canonical);
    }

    private void Unbind(SimUnbound act)
    {
        if (!Iccid.TryParse(act.Iccid, out var iccid) || _guards.BoundSims.All(bound => bound.Sim != iccid.Canonical))
        {
            Refuse("iccid: no such SIM is bound to this phone");
            return;
        }
        _guards = _guards with { BoundSims = _guards.BoundSims.RemoveAll(bound => bound.Sim == iccid.Canonical) };
        _effects.Add(new SimReleased(NextId(), iccid.Canonical, ReceivedAt));
    }

    /// <summary>Binds what is in a slot: at once where only this phone can know it, else as the registry decides.</summary>
    private void BindSeen(SimSlot slot)
    {
        var exact = slot.Confidence == SimConfidence.Exact && SimName.IsIccid(slot.Sim!);
        BindTo(new BoundSim(slot.Sim!, Proven: false, ReceivedAt, _actor));
        Put(slot with { Guard = SimGuard.Matched });
        if (exact)
            Sight(slot, bind: true);
    }

    private void BindTo(BoundSim sim) => _guards = _guards with
    {
        BoundSims = _guards.BoundSims.RemoveAll(bound => bound.Sim == sim.Sim).Add(sim),
    };

    private void Sight(SimSlot slot, bool bind) => _effects.Add(new SimSighted(
        NextId(), slot.Sim!, slot.Slot, HappenedAt, slot.Confidence == SimConfidence.Exact, bind, IsTroubled));

    /// <summary>
    /// A bound SIM that is back soon, in whichever slot, clears its own removal and nothing else. What counts is when it
    /// went, not when a stranger's SIM that lay in its place did.
    /// </summary>
    private void ClearRemoval(Func<Tamper, bool> own) => Clear(tamper =>
        tamper.Reason == TamperReason.SimRemoved && own(tamper) && HappenedAt - tamper.Since <= _policy.ReseatWithin);

    private bool IsOlder(int slot, EventOrder order) => order <= SlotOf(slot).Order;

    private SimSlot SlotOf(int number) => _guards.Slots.FirstOrDefault(slot => slot.Slot == number) ?? new SimSlot(number);

    private IEnumerable<SimSlot> SlotsWith(string sim) =>
        _guards.Slots.Where(slot => slot.Sim == sim && slot.Guard != SimGuard.Missing);

    private void Put(SimSlot slot) => _guards = _guards with
    {
        Slots = [.. _guards.Slots.Where(other => other.Slot != slot.Slot), slot],
    };
}
