using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Live;
using AntiLoss.Web.Wake;

namespace AntiLoss.Web.Api;

/// <summary>Whoever did something: an account or key by id and name; or <c>policy</c>, <c>phone</c>, <c>person</c>, <c>pin</c>, <c>facts</c>, <c>clock</c>.</summary>
public sealed record ActorView(string Id, string Name)
{
    internal static ActorView Of(string actor, Organization organization) => new(actor, Operators.NameOf(actor, organization));
}

/// <summary>One reason to suspect the phone.</summary>
/// <param name="Reason">simRemoved, foreignSim, simElsewhere, powerOffRefused, radiosOff, wentDark, esimTampered, reportForged or agentTampered.</param>
/// <param name="Silence">For wentDark: how the silence was classified.</param>
/// <param name="Cleared">The facts took it back.</param>
public sealed record TamperView(string Reason, DateTimeOffset Since, string? Detail, string? Silence, int? Slot, bool Cleared);

/// <summary>How the phone was lost.</summary>
public sealed record LossView(DateTimeOffset At, ActorView By, string Reason, string? Message, string? PhoneNumber);

/// <summary>The screen lock: what is wanted (null: the phone decides), and what the phone last told (null: nothing).</summary>
public sealed record LockView(bool? Wanted, bool? Reported);

/// <summary>The power menu, as the phone last told.</summary>
/// <param name="Stage">ready, challenged, released or lockedOut.</param>
/// <param name="Failures">Wrong PINs in a row.</param>
public sealed record PowerOffView(string Stage, DateTimeOffset? Until, int Failures, bool MayPowerOffOnce);

/// <summary>The guard PIN, of which the server knows no more than this.</summary>
/// <param name="SetAt">When the person who has the phone chose it; null while that person has not.</param>
/// <param name="HandedOver">Another person has had the phone since the last one was chosen.</param>
/// <param name="WhyNotYet">Why the new one is not set, in words; null if none is wanted.</param>
public sealed record PinView(DateTimeOffset? SetAt, bool NewWanted, bool HandedOver, string? WhyNotYet)
{
    internal static PinView Of(GuardState guards) => new(guards.PinSetAt, guards.NewPinWanted, guards.IsHandedOver, WhyNotYetOf(guards));

    private static string? WhyNotYetOf(GuardState guards) => guards switch
    {
        { NewPinWanted: false } => null,
        { IsHandedOver: false } => "the phone asks for a new PIN, and none has been chosen",
        { IsHandOverUntold: true } => "the phone was handed to another person, and has not yet been told to ask for a new PIN",
        _ => "the phone was handed to another person, who has not chosen a PIN yet",
    };
}

/// <summary>One SIM slot.</summary>
/// <param name="Guard">unbound, matched, missing, foreignPending, foreignAuthorised, foreignRejected or borrowed.</param>
/// <param name="Iccid">What is, or was last, in it; null where only its operator is known.</param>
/// <param name="Exact">The ICCID was read; false: the SIM is known by slot, operator and network only.</param>
public sealed record SimSlotView(int Slot, string Guard, string? Iccid, string? Operator, string? Network, bool Exact, DateTimeOffset Since, int WrongPins);

/// <summary>A SIM that belongs into the phone.</summary>
/// <param name="Sim">Its ICCID, or slot/operator/network.</param>
/// <param name="Proven">The phone read it in its own slot and signed that, or the carrier confirmed it.</param>
public sealed record BoundSimView(string Sim, bool Proven, DateTimeOffset At, ActorView By);

/// <summary>A window that an operator opened.</summary>
public sealed record WindowView(DateTimeOffset? From, DateTimeOffset Until, ActorView By, string Reason);

/// <summary>The eSIM profile, as the phone last told.</summary>
/// <param name="Profile">none, disabled, enabled or deleted.</param>
public sealed record EsimView(string Profile, string? Eid, string? Iccid, string? Operator, DateTimeOffset At);

/// <summary>An action that waits for a second person's word.</summary>
/// <param name="Id">Give it to <c>agree</c>.</param>
/// <param name="Action">found, retire, enrolAgain or recoveryCode.</param>
/// <param name="Until">When it lapses.</param>
/// <param name="RecoveryCall">For recoveryCode: what the second person agrees to.</param>
public sealed record PendingView(string Id, string Action, ActorView By, string Reason, DateTimeOffset At, DateTimeOffset Until, RecoveryCallView? RecoveryCall = null);

/// <summary>A call for a recovery code.</summary>
/// <param name="Purpose">endLockout, powerOffOnce or newPin.</param>
/// <param name="CallerCheck">signedIn, calledBack or inPerson.</param>
/// <param name="CalledNumber">The number that was called back.</param>
public sealed record RecoveryCallView(string Purpose, string CallerCheck, string? CalledNumber)
{
    internal static RecoveryCallView Of(RecoveryCall call) => new(Words.Of(call.Purpose), Words.Of(call.Check), call.CalledNumber);
}

/// <summary>That somebody was allowed to read out a recovery code.</summary>
public sealed record RecoveryGrantView(RecoveryCallView Call, ActorView By, ActorView? AgreedBy, DateTimeOffset At, string Reason);

/// <summary>A wipe that is wanted.</summary>
/// <param name="RequestedAt">Give it to <c>wipe/approve</c>.</param>
/// <param name="Until">Until when it waits for the second person, or can be undone before the phone is told; null once the phone is told.</param>
public sealed record WipeView(DateTimeOffset RequestedAt, ActorView By, string Reason, ActorView? ApprovedBy, DateTimeOffset? ApprovedAt, DateTimeOffset? Until);

/// <summary>The policy version that the fleet wants, and the one that the phone has confirmed (0: none).</summary>
public sealed record PolicyState(int Wanted, int Confirmed);

/// <summary>What runs on the phone.</summary>
/// <param name="Kind">trackingApp, managed, deviceOwner or oemAgent.</param>
/// <param name="Enrolment">0 for an app that is not ours.</param>
public sealed record AgentView(string Kind, int Enrolment, string? Software, DateTimeOffset? EnrolledAt, bool SilentUntilUnlocked);

/// <summary>How a push service reaches the phone, as its software told; its token is not shown.</summary>
/// <param name="Service">fcm, apns, or a vendor's name.</param>
/// <param name="Served">Whether this server's settings name that service; if not, the phone hears of commands when it asks by itself.</param>
/// <param name="Reaches">False once the service knows the phone no more, or the phone took its token back.</param>
/// <param name="WokenAt">When a push service last took a wake for it.</param>
public sealed record PushView(string Service, DateTimeOffset At, bool Served, bool Reaches, DateTimeOffset? WokenAt);

/// <summary>What guards a phone, what was reported of it, and what is wanted.</summary>
/// <param name="Protection">disarmed, armed, suspected, lost, wiped or retired.</param>
/// <param name="Since">Null for a phone that was never armed.</param>
/// <param name="EscalatesAt">When the policy declares it lost by itself.</param>
/// <param name="NextContactBy">When the phone is next expected to speak; past if it is overdue, null if it never spoke.</param>
/// <param name="Commands">Newest first.</param>
/// <param name="RecoveryCodes">Those of the last 24 hours, newest first.</param>
/// <param name="IncidentReopenedAt">Since when the incident of a written-off phone, which asked to enrol, is open again; <c>close-incident</c> closes it.</param>
/// <param name="Push">Null for a phone that told of no push service: it hears of commands when it asks by itself.</param>
public sealed record GuardsView(
    string Protection, DateTimeOffset? Since, IReadOnlyList<TamperView> Reasons, DateTimeOffset? EscalatesAt, LossView? Loss,
    LockView Lock, PowerOffView PowerOff, PinView Pin, IReadOnlyList<SimSlotView> Slots, IReadOnlyList<BoundSimView> BoundSims,
    WindowView? AcceptNextSim, WindowView? Maintenance, EsimView? Esim, PendingView? Pending, WipeView? Wipe, PolicyState Policy,
    AgentView Agent, IReadOnlyList<CapabilityView> Capabilities, DateTimeOffset? NextContactBy, IReadOnlyList<CommandView> Commands,
    IReadOnlyList<RecoveryGrantView> RecoveryCodes, PushView? Push, DateTimeOffset? IncidentReopenedAt)
{
    internal static GuardsView Of(DeviceState state, Organization organization, PushServices pushes, DateTimeOffset now)
    {
        var guards = state.Guards ?? GuardState.Empty;
        var policy = organization.PolicyOfFleet(state.Fleet);
        var power = guards.PowerOff.At(now);
        var agent = guards.Agent;
        var expected = state.LastContactAt + Expectation.Interval(state, policy);
        var canBeTold = agent is not null || AppCommands.AreHeardBy(state);
        ActorView By(string actor) => ActorView.Of(actor, organization);
        return new GuardsView(
            Words.Of(guards.Protection),
            state.Guards is null ? null : guards.ProtectionSince,
            [.. guards.Tampers.Select(tamper => new TamperView(
                Words.Of(tamper.Reason), tamper.Since, tamper.Detail, tamper.Silence is { } silence ? Words.Of(silence) : null, tamper.Slot, tamper.Cleared))],
            guards.EscalatesAt,
            guards.Loss is { } loss ? new LossView(loss.At, By(loss.By), loss.Reason, loss.Message, loss.PhoneNumber) : null,
            new LockView(guards.WantsLocked, guards.ReportedLocked),
            new PowerOffView(Words.Of(power.Stage), power.Until, power.Failures, power.MayPowerOffOnce),
            PinView.Of(guards),
            [.. guards.Slots.Select(slot => new SimSlotView(
                slot.Slot, Words.Of(slot.Guard), slot.Sim is { } sim && SimName.IsIccid(sim) ? sim : null, slot.Operator, slot.Plmn,
                slot.Confidence == SimConfidence.Exact, slot.Since, slot.Tries))],
            [.. guards.BoundSims.Select(sim => new BoundSimView(sim.Sim, sim.Proven, sim.At, By(sim.By)))],
            guards.AcceptNextSim is { } next && next.Until > now ? new WindowView(null, next.Until, By(next.By), next.Reason) : null,
            guards.Maintenance is { } work && work.Until > now ? new WindowView(work.From, work.Until, By(work.By), work.Reason) : null,
            guards.Esim is { } esim ? new EsimView(Words.Of(esim.Profile), esim.Eid, esim.Iccid, esim.Operator, esim.At) : null,
            guards.Pending is { } pending && pending.At + PendingAction.GoodFor > now
                ? new PendingView(pending.Id, Words.Of(pending.Action), By(pending.By.Id), pending.Reason, pending.At, pending.At + PendingAction.GoodFor,
                    pending.Recovery is { } call ? RecoveryCallView.Of(call) : null)
                : null,
            guards.Wipe is { } wipe
                ? new WipeView(wipe.At, By(wipe.By.Id), wipe.Reason, wipe.ApprovedBy is { } other ? By(other) : null, wipe.ApprovedAt, wipe.DueAt)
                : null,
            new PolicyState(policy.Version, guards.PolicyApplied),
            new AgentView(Words.Of(agent?.Kind ?? AgentKind.TrackingApp), agent?.Enrolment ?? 0, agent?.Software, agent?.EnrolledAt, agent?.SilentUntilUnlocked == true),
            CapabilityView.Of(agent?.Kind ?? AgentKind.TrackingApp),
            expected,
            [.. guards.Commands.All.Reverse().Select(command => CommandView.Of(command, organization, expected, now, canBeTold))],
            [.. guards.RecoveryGrants.Reverse().Where(grant => now - grant.At < RecoveryGrant.CountedFor).Select(grant => new RecoveryGrantView(
                RecoveryCallView.Of(grant.Call), By(grant.By), grant.AgreedBy is { } second ? By(second) : null, grant.At, grant.Reason))],
            state.Push is { } push ? new PushView(push.Service, push.At, pushes.Of(push.Service) is not null, push.IsUsable, push.WokenAt) : null,
            guards.ReopenedAt);
    }
}
