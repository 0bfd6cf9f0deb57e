using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Domain.Devices;

/// <summary>Makes a phone's row from its state.</summary>
public static class DeviceRowOf
{
    public static DeviceRow State(DeviceKey key, DeviceState state, DevicePolicy policy) => new()
    {
        Key = key,
        Version = state.Applied,
        Name = state.Name,
        Fleet = state.Fleet,
        Person = state.Assigned?.Person ?? 0,
        Imei = state.Imei,
        Eid = state.Eid,
        Tags = state.Tags,
        CredentialVersion = state.CredentialVersion,
        CredentialUsed = state.FirstUse is not null,
        Retired = state.Retired is not null,
        Presence = state.Presence,
        DueAtS = DeviceMachine.DueAt(state, policy)?.ToUnixTimeSeconds() + 1 ?? 0,
        LastContactAtS = state.LastContactAt?.ToUnixTimeSeconds() ?? 0,
        Place = state.Latest?.Place,
        FixedAtMs = state.Latest?.FixedAtMs ?? 0,
        AccuracyMetres = state.Latest?.AccuracyMetres,
        SpeedDecimetresPerSecond = state.Latest?.SpeedDecimetresPerSecond,
        CourseDegrees = state.Latest?.CourseDegrees,
        BatteryPercent = state.Battery?.Percent,
        Charging = state.Battery?.Charging,
        Bearer = state.Link?.Bearer ?? Bearer.Unknown,
        Protection = state.Guards?.Protection ?? Protection.Disarmed,
        Silence = state.Silence?.Class,
        AgentEnrolment = state.Guards?.Agent?.Enrolment ?? 0,
        HasEffects = !state.Outbox.IsEmpty,
        HasCommands = state.Guards?.Commands.All.Any(command => command.IsToSend) == true,
        Plmn = state.Link?.Plmn,
        PolicyVersion = policy.Version,
        DarkSpots = state.DarkSpots,
    };
}
