using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Geography;

namespace AntiLoss.Grains.Alerts;

/// <summary>Where an alert stands. Stored: numbers are never reused.</summary>
public enum AlertState : byte
{
    Open = 0,
    Acknowledged = 1,
    Resolved = 2,
}

/// <summary>Something about a phone that a person should know, as its organization's grain keeps it.</summary>
[GenerateSerializer, Immutable, Alias("alert")]
public sealed record Alert
{
    /// <summary>Sorts by when it was received.</summary>
    [Id(0)] public required string Id { get; init; }

    [Id(1)] public required string Device { get; init; }
    [Id(2)] public required string DeviceName { get; init; }
    [Id(3)] public required int Fleet { get; init; }

    /// <summary>PascalCase: a tamper reason's name, <c>Lost</c>, <c>SimBorrowed</c>, <c>Storm</c>, <c>Flapping</c>, …</summary>
    [Id(4)] public required string Kind { get; init; }

    [Id(5)] public Severity Severity { get; init; }
    [Id(6)] public DateTimeOffset HappenedAt { get; init; }
    [Id(7)] public DateTimeOffset ReceivedAt { get; init; }
    [Id(8)] public string? Detail { get; init; }
    [Id(9)] public GeoPoint? Place { get; init; }

    /// <summary>It reached us after something newer.</summary>
    [Id(10)] public bool Late { get; init; }

    [Id(11)] public AlertState State { get; init; }

    /// <summary>Ids of the effects in it, this one's first: a repeated delivery is the same alert, and a new one a repeat.</summary>
    [Id(12)] public ImmutableArray<string> Told { get; init; } = [];

    [Id(13)] public string? AcknowledgedBy { get; init; }
    [Id(14)] public DateTimeOffset? AcknowledgedAt { get; init; }
    [Id(15)] public string? ResolvedBy { get; init; }
    [Id(16)] public DateTimeOffset? ResolvedAt { get; init; }
    [Id(17)] public string? How { get; init; }

    /// <summary>Serving network of the phone then.</summary>
    [Id(18)] public string? Plmn { get; init; }

    /// <summary>Times that the phone was received with this alert, for one that is opened again.</summary>
    [Id(19)] public int Reopened { get; init; }

    /// <summary>Ids of the alerts that a storm folds.</summary>
    [Id(20)] public ImmutableArray<string> Folds { get; init; } = [];

    /// <summary>Ids of the effects that said it is over, newest last: a repeat of one ends nothing that was opened again since.</summary>
    [Id(21)] public ImmutableArray<string> Ended { get; init; } = [];

    /// <summary>When it last became other by what a phone told, by the grain's clock: telling may come late.</summary>
    [Id(22)] public DateTimeOffset ToldAt { get; init; }

    /// <summary>How often it happened.</summary>
    public int Count => Told.Length;

    public bool IsOver => State == AlertState.Resolved;
}
