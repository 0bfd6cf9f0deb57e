using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Reports;

namespace AntiLoss.LoadTest.Agents;

// What the agent does by itself: it looks, reports, locks, and obeys its server.
public sealed partial class SimulatedPhone
{
    private const int ItemsAMessage = 100;
    private const double WalkingMetresPerSecond = 1;
    private const double LowBattery = 20;
    private const double LastReportBattery = 5;

    private TimeSpan _nextReportAt;
    private TimeSpan _lastReplyUptime;
    private TimeSpan? _suspectedAt;
    private TimeSpan? _lostAt;
    private bool _saidLastWord;
    private bool _isTalking;
    private (Bearer, string?) _toldLink;
    private int _simTries;

    /// <summary>How long nothing happens on the phone by itself.</summary>
    public TimeSpan QuietFor
    {
        get
        {
            if (!IsOn)
                return TimeSpan.MaxValue;
            var flat = DrainPerHour > 0 ? TimeSpan.FromHours(BatteryPercent / DrainPerHour) : TimeSpan.MaxValue;
            if (!AgentRuns)
                return flat;
            var report = _nextReportAt - Uptime;
            var quiet = report < flat ? report : flat;
            if (_challengedUntil is { } menu)
                quiet = Shorter(quiet, menu - Uptime);
            if (_flash is { IsGuarded: true, IsLocked: false })
                quiet = Shorter(quiet, _lastReplyUptime + _flash.Policy.OfflineLockAfter - Uptime);
            return quiet > TimeSpan.Zero ? quiet : TimeSpan.Zero;
        }
    }

    /// <summary>Time has passed: the phone does what it does by itself.</summary>
    public async Task TickAsync()
    {
        if (IsOn && BatteryPercent <= 0)
            GoDark(BootReason.FlatBattery);
        if (!AgentRuns)
            return;
        if (_challengedUntil <= Uptime)
        {
            _challengedUntil = null;
            if (!(_releasedUntil > Uptime))
                Say(new PowerOffCancelled());
        }
        if (_flash.IsGuarded && Uptime - _lastReplyUptime >= _flash.Policy.OfflineLockAfter)
            Lock(true, null);
        if (BatteryPercent <= LastReportBattery && !_saidLastWord)
        {
            _saidLastWord = true;
            ReportPlace('p');
        }
        if (Uptime >= _nextReportAt)
            ReportPlace('p');
        await ReactAsync();
    }

    /// <summary>The agent looks at its phone, says what is new, and talks to its server.</summary>
    private async Task ReactAsync()
    {
        if (!AgentRuns || _isTalking)
            return;
        _isTalking = true;
        try
        {
            LookAtSlots();
            if (Link is { Bearer: not Bearer.None } link && link != _toldLink)
            {
                _toldLink = link;
                Say(new LinkChanged(link.Bearer, link.Plmn, "LTE", -90));
            }
            await TalkAsync();
        }
        finally
        {
            _isTalking = false;
        }
    }

    private async Task TalkAsync()
    {
        while (Waiting > 0 && Link.Bearer != Bearer.None)
        {
            var sent = _flash.Outbox.Take(ItemsAMessage).ToImmutableArray();
            if (await _transport.ExchangeAsync(new AgentMessage(_flash.Enrolment, _flash.OutboxId, sent), CancellationToken.None) is not { } reply)
                return;
            _flash.Acknowledge(reply.Through);
            _lastReplyUptime = Uptime;
            foreach (var command in reply.Commands)
                await ObeyAsync(command);
            if (reply.Through < sent[0].Sequence)
                return;
        }
    }

    private void LookAtSlots()
    {
        foreach (var (slot, sim) in _slots)
        {
            if (_flash.SeenSims.TryGetValue(slot, out var seen) && seen == sim.Iccid)
                continue;
            _flash.SeenSims[slot] = sim.Iccid;
            _simTries = 0;
            Say(new SimSeen(slot, sim.Iccid, sim.Operator, sim.Plmn));
            if (_flash.IsGuarded && !_flash.BoundSims.Contains(sim.Iccid))
                Suspect();
        }
        foreach (var slot in _flash.SeenSims.Keys.Where(slot => !_slots.ContainsKey(slot)).ToList())
        {
            var gone = _flash.SeenSims[slot];
            _flash.SeenSims.Remove(slot);
            // A stranger's SIM is let in until it is removed, and its leaving is no loss.
            _flash.AuthorisedSims.Remove(gone);
            Say(new SimGone(slot));
            if (_flash.IsGuarded && _flash.BoundSims.Contains(gone))
                Suspect();
        }
    }

    private void Say(AgentEvent said)
    {
        if (AgentRuns)
            _flash.Add(WallClock, said, null);
    }

    private void ReportPlace(char trigger)
    {
        _nextReportAt = Uptime + Interval();
        _flash.Add(WallClock, null, new Report
        {
            Kind = ReportKind.Position,
            FixedAt = DateTimeOffset.FromUnixTimeMilliseconds(WallClock.ToUnixTimeMilliseconds()),
            Place = Place,
            AccuracyMetres = 10,
            SpeedMetresPerSecond = MetresPerSecond,
            BatteryPercent = Math.Floor(BatteryPercent),
            Charging = false,
            Trigger = trigger,
        });
    }

    private TimeSpan Interval()
    {
        var reporting = _flash.Policy.Reporting;
        var still = MetresPerSecond > WalkingMetresPerSecond ? reporting.Moving : reporting.Still;
        if (IsLost)
        {
            return BatteryPercent < LowBattery ? reporting.LostOnLowBattery
                : Uptime - _lostAt <= reporting.LostAtFirstFor ? reporting.LostAtFirst : reporting.LostLater;
        }
        return IsSuspected && Uptime - _suspectedAt <= reporting.SuspectedFor ? reporting.Suspected : still;
    }

    /// <summary>A tamper locks the screen at once, with or without a server, and makes the phone report more often.</summary>
    private void Suspect()
    {
        if (!_flash.IsSuspected)
            (_flash.IsSuspected, _suspectedAt, _nextReportAt) = (true, Uptime, Uptime + _flash.Policy.Reporting.Suspected);
        if (_flash.Policy.LockOnSuspected)
            Lock(true, null);
    }

    private void EndSuspicion()
    {
        _flash.IsSuspected = false;
        Lock(false, null);
    }

    private void Lock(bool on, string? text)
    {
        _flash.ScreenText = text;
        if (_flash.IsLocked == on)
            return;
        _flash.IsLocked = on;
        Say(new ScreenLockSet(on));
    }

    private async Task ObeyAsync(Command command)
    {
        var (novelty, refusal) = _flash.Admit(command, WallClock);
        if (refusal is not null)
        {
            Say(new MessageRefused(refusal, command.Id));
            return;
        }
        if (novelty == CommandNovelty.Repeat)
        {
            Say(_flash.Executed.Receipts[command.Counter]);
            return;
        }
        switch (command.Kind)
        {
            case CommandKind.Lock:
                (_flash.IsLost, _lostAt, _nextReportAt) = (true, Uptime, Uptime);
                Lock(true, string.Join(' ', new[] { command.Text, command.PhoneNumber }.Where(part => part is not null)));
                break;
            case CommandKind.Unlock:
                _flash.IsLost = false;
                EndSuspicion();
                break;
            case CommandKind.SetPolicy:
                await ApplyPolicyAsync(command.PolicyVersion ?? 1);
                if (command.NewPin)
                    _pad.ForgetPin();
                break;
            case CommandKind.RebindSim when command.Iccid is { } iccid:
                _flash.BoundSims.Add(iccid);
                break;
            case CommandKind.Locate:
                ReportPlace('r');
                break;
            case CommandKind.Ring:
                Rings++;
                break;
            case CommandKind.Message:
                _flash.ScreenText = command.Text;
                break;
            case CommandKind.Wipe:
                await WipeAsync(command);
                return;
            default:
                Finish(command, CommandState.Failed, "not-capable");
                return;
        }
        Finish(command, CommandState.Succeeded);
    }

    /// <summary>Keeps the command's receipt and tells it.</summary>
    private void Finish(Command command, CommandState state, string? code = null)
    {
        var receipt = new CommandTold(command.Id, state, code);
        _flash.Executed = _flash.Executed.With(command.Counter, receipt);
        Say(receipt);
    }

    private async Task ApplyPolicyAsync(int version)
    {
        _flash.Policy = await _transport.PolicyAsync(version, CancellationToken.None);
        if (!_flash.IsGuarded)
            _flash.BoundSims.UnionWith(_slots.Values.Select(sim => sim.Iccid));
        _flash.IsGuarded = true;
        Say(new PolicyApplied(version));
    }

    /// <summary>That it begins is the last word; if the server can't be told, the wipe waits for it.</summary>
    private async Task WipeAsync(Command command)
    {
        Finish(command, CommandState.Succeeded);
        await _transport.ExchangeAsync(new AgentMessage(_flash.Enrolment, _flash.OutboxId, [.. _flash.Outbox]), CancellationToken.None);
        FactoryReset();
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
