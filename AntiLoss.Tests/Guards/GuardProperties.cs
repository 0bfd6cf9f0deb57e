using System.Text.Json;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Tests.Devices;
using AntiLoss.Tests.Support;
using CsCheck;
using static AntiLoss.Tests.Devices.PhoneStory;

namespace AntiLoss.Tests.Guards;

/// <summary>The invariants of a guarded phone over random lives, each watched from outside. A failure prints CsCheck's seed.</summary>
public sealed class GuardProperties
{
    private static readonly string[] Sims = [OwnSim, StrangersSim, "8944110068956574213"];

    [Fact]
    public void Every_life_keeps_the_invariants() => RandomStep.AnyLife.Sample(life => Live(life, watch: true), iter: Tier.Count(20_000, 100_000, 1_000_000));

    [Fact]
    public void A_replay_gives_the_same_bytes() => RandomStep.AnyLife.Sample(
        life => Assert.Equal(Bytes(Live(life, watch: false)), Bytes(Live(life, watch: false))), iter: Tier.Count(200, 2_000, 20_000));

    private static byte[] Bytes(PhoneStory phone) => JsonSerializer.SerializeToUtf8Bytes(phone.State);

    private static PhoneStory Live(ulong[] life, bool watch)
    {
        var phone = new PhoneStory().Guard();
        var watcher = new Watcher();
        var sent = new List<AgentReported>();
        var (clock, sequence, enrolment) = (10.0, 10L, 1);
        foreach (var number in life)
        {
            var step = new RandomStep(number);
            clock += step.Pause;
            var now = Start.AddSeconds(clock);
            var before = phone.State;
            DeviceChange change;
            if (step.Kind < 32)
            {
                // Within the window numbers come shuffled, and some never do.
                sequence += step.B % 4;
                change = new AgentReported(enrolment, 7, sequence - step.B / 4 % 6) { Event = step.Event(phone.Guards, Sims), HappenedAt = now.AddSeconds(-(step.B % 90)) };
                sent.Add((AgentReported)change);
            }
            else if (step.Kind < 37 && sent.Count > 0)
                change = sent[(step.A << 8 | step.B) % sent.Count];
            else if (step.Kind < 55)
                change = step.Act(phone.Guards, now);
            else if (step.Kind < 57)
                change = step.Judged(Sims);
            else if (step.Kind == 57 && step.A < 64)
                change = new AgentEnrolled(phone.Guards.Agent!.Enrolment + 1, AgentKind.OemAgent, [1], "test agent 2");
            else if (step.Kind == 58)
                change = new CommandsHandedOver([.. phone.Guards.Commands.ToSend.Select(command => command.Id)]);
            else if (step.Kind == 59)
                change = new EffectsConfirmed([.. phone.State.Outbox.Select(effect => effect.Id)]);
            else
                change = new DueReached();
            if (step.Kind == 60)
                phone.Policy = RandomStep.Policies[step.A % RandomStep.Policies.Length];

            var known = change is AgentReported again && sent.Take(sent.Count - 1).Concat(step.Kind < 32 ? [] : sent)
                .Any(other => (other.Enrolment, other.Sequence) == (again.Enrolment, again.Sequence));
            phone.Take(change, clock);
            if (change is AgentEnrolled && phone.Last.Refusal is null)
                (enrolment, sequence) = (phone.Guards.Agent!.Enrolment, 1);
            if (watch)
                watcher.Watch(before, phone, change, known, clock);
        }
        return phone;
    }

    /// <summary>Remembers who did what in its own words, and compares.</summary>
    private sealed class Watcher
    {
        private readonly HashSet<string> _wipers = [];
        private readonly HashSet<string> _askers = [];
        private bool _releasedByPerson;

        // A code is good for one power-off, however long that takes.
        private bool _hasCode;

        public void Watch(DeviceState before, PhoneStory phone, DeviceChange change, bool known, double clock)
        {
            var (was, now) = (before.Guards ?? GuardState.Empty, phone.Guards);
            var fresh = phone.State.Outbox.Except(before.Outbox).ToArray();
            Remember(was, change, phone.Last.Refusal is null);

            // 1 and 8: out of Lost by found, by a wipe of two that the phone began, or by retirement of two.
            if (was.Protection == Protection.Lost && now.Protection != Protection.Lost)
            {
                Assert.Contains(now.Protection, new[] { Protection.Armed, Protection.Wiped, Protection.Retired });
                if (now.Protection == Protection.Armed)
                    Assert.True(change is FoundDeclared or ActionAgreed);
                if (now.Protection == Protection.Wiped)
                    Assert.True(change is AgentReported { Event: CommandTold { State: CommandState.Succeeded } } && _wipers.Count >= 2);
                if (now.Protection == Protection.Retired)
                    Assert.True(change is ActionAgreed agreed && _askers.Any(asker => asker != agreed.By.Id));
            }
            if (now.Commands.Pending(CommandKind.Wipe) is { } wipe && was.Commands.Find(wipe.Id) is null)
                Assert.True(_wipers.Count >= 2, $"{change} queues a wipe of {_wipers.Count}");

            // 2: guarded, off with leave only after a PIN, a code or an operator.
            if (was.IsGuarded && !was.Power.IsAuthorisedOff && now.Power.IsAuthorisedOff)
                Assert.True(_releasedByPerson || _hasCode, $"{change} after {was.PowerOff}");

            // 5: what was delivered before is inert.
            if (known && phone.Last.IsDuplicate)
                Assert.Equal(before with { Applied = phone.State.Applied }, phone.State);
            if (known && change is AgentReported { Enrolment: var enrolment } && enrolment == was.Agent!.Enrolment)
                Assert.True(phone.Last.IsDuplicate || phone.Last.IsBeyond || phone.Last.Refusal is not null || !IsTaken(before, change));

            // 6: no facet goes back.
            Assert.True(now.PowerOff.Order >= was.PowerOff.Order || now.Agent!.Enrolment > was.Agent!.Enrolment);
            Assert.True(now.Power.Order >= was.Power.Order && now.LockOrder >= was.LockOrder && now.PolicyOrder >= was.PolicyOrder);
            foreach (var slot in was.Slots)
                Assert.True(now.Slots.Single(other => other.Slot == slot.Slot).Order >= slot.Order);

            // 7: exactly one entry for each audited change.
            var audited = fresh.OfType<Audited>().ToArray();
            Assert.Equal(was.Protection == now.Protection ? 0 : 1, audited.Count(entry => entry.Action == "protection"));
            Assert.Equal(was.PowerOff.Stage == now.PowerOff.Stage ? 0 : 1, audited.Count(entry => entry.Action == "power-off-guard"));
            Assert.Equal(was.PolicyApplied == now.PolicyApplied ? 0 : 1, audited.Count(entry => entry.Action == "policy-applied"));
            if (change is OperatorAct act)
                Assert.Equal(phone.Last.Refusal is null ? 1 : 0, audited.Count(entry => entry.Reason == act.Reason && entry.Action is not "protection"));
            Assert.Equal(fresh.Length, fresh.Select(effect => effect.Id).Distinct().Count());

            // Nothing stays due once its time was told, unless it is a stage of the same silence.
            if (change is DueReached)
            {
                for (var rounds = 0; DeviceMachine.DueAt(phone.State, phone.Policy) <= Start.AddSeconds(clock); rounds++)
                {
                    Assert.True(rounds < 4);
                    phone.Take(change, clock);
                }
            }
        }

        private static bool IsTaken(DeviceState state, DeviceChange change) =>
            change is AgentReported reported && state.Guards?.Agent?.FindOutbox(reported.Outbox)?.Judge(reported.Sequence) == SequenceVerdict.Repeat;

        private void Remember(GuardState was, DeviceChange change, bool taken)
        {
            if (!taken)
                return;
            if (was.Protection != Protection.Lost)
            {
                _wipers.Clear();
                _askers.Clear();
            }
            if (was.Power.IsAuthorisedOff)
                _releasedByPerson = false;
            switch (change)
            {
                case WipeRequested asked:
                    _wipers.Clear();
                    _wipers.Add(asked.By.Id);
                    break;
                case WipeApproved approved:
                    _wipers.Add(approved.By.Id);
                    break;
                case DeviceRetired { Operator: { } by }:
                    _askers.Add(by.Id);
                    break;
                case AgentReported { Event: CodeAccepted }:
                    _hasCode = true;
                    break;
                case OperatorAct or AgentReported { Event: PinAccepted }:
                    _releasedByPerson = true;
                    break;
                default:
                    break;
            }
        }
    }
}
