using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Geography;

namespace AntiLoss.Domain.Devices;

/// <summary>
/// What a step wants of others. It stays in the phone's outbox until its owner has confirmed it, and is delivered at
/// least once: the owner inserts by <see cref="Id"/>. Nothing in it is relative.
/// </summary>
[GenerateSerializer, Immutable, Alias("device-effect")]
public abstract record DeviceEffect([property: Id(0)] string Id);

/// <summary>Something that a person should know.</summary>
/// <param name="Kind">PascalCase, such as a tamper reason's name.</param>
[GenerateSerializer, Immutable, Alias("alert-raised")]
public sealed record AlertRaised(
    string Id, [property: Id(0)] string Kind, [property: Id(1)] Severity Severity,
    [property: Id(2)] DateTimeOffset HappenedAt, [property: Id(3)] DateTimeOffset ReceivedAt) : DeviceEffect(Id)
{
    /// <summary>The ICCID, the class of a silence, or what the agent said.</summary>
    [Id(4)] public string? Detail { get; init; }

    /// <summary>The phone's latest place then.</summary>
    [Id(5)] public GeoPoint? Place { get; init; }

    /// <summary>It is a new alert even while one of its kind is open: a lost phone's, or another ICCID.</summary>
    [Id(6)] public bool AlwaysNew { get; init; }

    /// <summary>It reached us after something newer.</summary>
    [Id(7)] public bool Late { get; init; }

    /// <summary>Serving network of the phone then, for telling an outage from a theft.</summary>
    [Id(8)] public string? Plmn { get; init; }
}

/// <summary>Open alerts of a kind are over.</summary>
/// <param name="By">Who ended it: an account, <c>pin</c>, or <c>facts</c>.</param>
[GenerateSerializer, Immutable, Alias("alert-resolved")]
public sealed record AlertResolved(
    string Id, [property: Id(0)] string Kind, [property: Id(1)] string By, [property: Id(2)] string How, [property: Id(3)] DateTimeOffset At) : DeviceEffect(Id);

/// <summary>A change that the audit tree keeps: an operator's action, or a change of a guard.</summary>
/// <param name="Actor">An account, <c>policy</c>, <c>phone</c> or <c>clock</c>.</param>
/// <param name="Action">Kebab-case.</param>
[GenerateSerializer, Immutable, Alias("audited")]
public sealed record Audited(
    string Id, [property: Id(0)] string Actor, [property: Id(1)] string Action, [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] string Before, [property: Id(4)] string After, [property: Id(5)] string? Reason) : DeviceEffect(Id);

/// <summary>A phone became lost, or is so no more.</summary>
[GenerateSerializer, Immutable, Alias("incident-changed")]
public sealed record IncidentChanged(
    string Id, [property: Id(0)] bool Open, [property: Id(1)] DateTimeOffset At, [property: Id(2)] string By, [property: Id(3)] string? Reason) : DeviceEffect(Id);

/// <summary>A SIM was seen in a slot, or is to be bound: for the registry to judge.</summary>
/// <param name="Slot">-1: an operator wants it bound, whoever has it.</param>
/// <param name="Proven">The phone read it in its own slot and signed that.</param>
/// <param name="Bind">It is to belong into this phone.</param>
/// <param name="Troubled">The phone is suspected or lost.</param>
[GenerateSerializer, Immutable, Alias("sim-sighted")]
public sealed record SimSighted(
    string Id, [property: Id(0)] string Iccid, [property: Id(1)] int Slot, [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] bool Proven, [property: Id(4)] bool Bind, [property: Id(5)] bool Troubled) : DeviceEffect(Id);

/// <summary>A SIM belongs into this phone no more.</summary>
[GenerateSerializer, Immutable, Alias("sim-released")]
public sealed record SimReleased(string Id, [property: Id(0)] string Iccid, [property: Id(1)] DateTimeOffset At) : DeviceEffect(Id);

/// <summary>Commands wait for a phone that was not in contact when they were queued, and that a push service may reach.</summary>
[GenerateSerializer, Immutable, Alias("wake-wanted")]
public sealed record WakeWanted(string Id) : DeviceEffect(Id);
