using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;

namespace AntiLoss.Domain.Guards;

/// <summary>
/// One entry on its way through a phone's guards: the state as it becomes, and what others are to be told. Lives for
/// one step and is seen by nobody else.
/// </summary>
internal sealed partial class GuardStep
{
    private readonly GuardState _before;
    private readonly DevicePolicy _policy;
    private readonly string _identity;
    private readonly ImmutableArray<DeviceEffect>.Builder _effects = ImmutableArray.CreateBuilder<DeviceEffect>();
    private DeviceState _device;
    private GuardState _guards;

    /// <param name="happenedAt">The phone's own time of what it said; the received time for everything else.</param>
    /// <param name="identity">What makes the ids of this entry's effects: of the report, never of its delivery.</param>
    public GuardStep(DeviceState device, DevicePolicy policy, DateTimeOffset receivedAt, DateTimeOffset happenedAt, string identity)
    {
        (_device, _policy, _identity) = (device, policy, identity);
        _before = _guards = device.Guards ?? GuardState.Empty;
        (ReceivedAt, HappenedAt) = (receivedAt, happenedAt);
    }

    /// <summary>Why an operator's action was refused; null if it was not.</summary>
    public string? Refusal { get; private set; }

    private DateTimeOffset ReceivedAt { get; }

    private DateTimeOffset HappenedAt { get; set; }

    private Capabilities Capabilities => CapabilitiesOf.Kind(_guards.Agent?.Kind ?? AgentKind.TrackingApp);

    /// <summary>The phone after the step, its outbox grown by what others are to be told.</summary>
    public DeviceState Finish()
    {
        AuditChanges();
        AskToWake();
        if (ReferenceEquals(_guards, _before) && _effects.Count == 0)
            return _device;
        return _device with
        {
            Guards = _guards,
            Outbox = _effects.Count == 0 ? _device.Outbox : _device.Outbox.AddRange(_effects),
        };
    }

    private string NextId() => $"{_identity}.{_effects.Count}";

    private void Alert(string kind, Severity severity, string? detail, bool alwaysNew = false, bool late = false) =>
        _effects.Add(new AlertRaised(NextId(), kind, severity, HappenedAt, ReceivedAt)
        {
            Detail = detail,
            Place = _device.Latest?.Place,
            Plmn = _device.Link?.Plmn,
            AlwaysNew = alwaysNew,
            Late = late,
        });

    private void Resolve(string kind, string by, string how) =>
        _effects.Add(new AlertResolved(NextId(), kind, by, how, ReceivedAt));

    private void Audit(string actor, string action, string before, string after, string? reason) =>
        _effects.Add(new Audited(NextId(), actor, action, ReceivedAt, before, after, reason));

    /// <summary>Every change of a guard is a leaf of the audit tree, whoever made it.</summary>
    private void AuditChanges()
    {
        if (_guards.Protection != _before.Protection)
            Audit(_actor, "protection", $"{_before.Protection}", $"{_guards.Protection}", _reason);
        if (_guards.PowerOff.Stage != _before.PowerOff.Stage)
            Audit(_actor, "power-off-guard", $"{_before.PowerOff.Stage}", $"{_guards.PowerOff.Stage}", null);
        if (_guards.PolicyApplied != _before.PolicyApplied)
            Audit("phone", "policy-applied", $"{_before.PolicyApplied}", $"{_guards.PolicyApplied}", null);
        if (_guards.Slots == _before.Slots)
            return;
        foreach (var slot in _guards.Slots)
        {
            var before = _before.Slots.FirstOrDefault(other => other.Slot == slot.Slot);
            if (before?.Guard != slot.Guard || before?.Sim != slot.Sim)
                Audit(_actor, "sim-guard", $"{slot.Slot}:{before?.Guard}:{before?.Sim}", $"{slot.Slot}:{slot.Guard}:{slot.Sim}", null);
        }
    }

    /// <summary>What is queued while the phone speaks goes out with the answer; for anything else it may have to be woken.</summary>
    private void AskToWake()
    {
        if (_isInContact || _device.Push is not { IsUsable: true } || ReferenceEquals(_guards.Commands, _before.Commands))
            return;
        if (_guards.Commands.All.Any(command => command.State == CommandState.Queued && _before.Commands.Find(command.Id) is null))
            _effects.Add(new WakeWanted(NextId()));
    }

    private bool _isInContact;

    // Who changes things in this step: the phone, until an operator or the clock says otherwise.
    private string _actor = "phone";
    private string? _reason;
}
