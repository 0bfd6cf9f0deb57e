using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Sims;

/// <summary>Whether a line may be used. Stored: numbers are never reused.</summary>
public enum LineStatus : byte
{
    Active = 0,

    /// <summary>By an operator, or because its real-name record lapsed.</summary>
    Suspended = 1,

    /// <summary>Reported stolen.</summary>
    Reported = 2,
}

/// <summary>What an operator does about a line; the carrier is asked for it too. Stored: numbers are never reused.</summary>
public enum LineAct : byte
{
    Suspend = 0,
    Resume = 1,
    ReportStolen = 2,

    /// <summary>The carrier is asked whether the line is the organization's, which proves that it is.</summary>
    Confirm = 3,
}

/// <summary>Why something was not done to a line.</summary>
public enum LineRefusal : byte
{
    /// <summary>Its status is what the act would make it, or does not lead there.</summary>
    Status = 0,

    /// <summary>No phone of the organization has proved that the line is its own, so that no carrier is asked.</summary>
    NotProven = 1,

    /// <summary>Its real-name record has lapsed.</summary>
    Lapsed = 2,

    /// <summary>The person holds as many lines as one may.</summary>
    TooMany = 3,

    /// <summary>It has no real-name record.</summary>
    NoRecord = 4,

    /// <summary>It is proven to be the organization's already.</summary>
    Proven = 5,

    /// <summary>It is bound to no phone of the organization.</summary>
    Unbound = 6,
}

/// <summary>Who last changed a line's status, when and why.</summary>
/// <param name="By">An account, or <see cref="Clock"/>.</param>
[GenerateSerializer, Immutable, Alias("line-change")]
public sealed record LineChange([property: Id(0)] string By, [property: Id(1)] DateTimeOffset At, [property: Id(2)] string Reason)
{
    /// <summary>Nobody: a real-name record lapsed.</summary>
    public const string Clock = "clock";

    /// <summary>The reason of what the clock did.</summary>
    public const string Lapsed = "lapsed";
}

/// <summary>A SIM's line as one organization keeps it, and nobody else sees it. Pure.</summary>
[GenerateSerializer, Immutable, Alias("sim-line")]
public sealed record SimLine([property: Id(0)] OrganizationNumber Organization)
{
    private const int RequestsKept = 20;

    [Id(1)] public LineStatus Status { get; init; }

    /// <summary>How it came to its status; null while it was never changed.</summary>
    [Id(2)] public LineChange? Change { get; init; }

    /// <summary>Null if none was recorded, or it was withdrawn.</summary>
    [Id(3)] public RealName? RealName { get; init; }

    /// <summary>What the carrier was asked for, newest last.</summary>
    [Id(4)] public ImmutableArray<CarrierRequest> Requests { get; init; } = [];

    /// <summary>The subscription that its carrier confirmed last; null while none was told.</summary>
    [Id(5)] public string? Imsi { get; init; }

    /// <summary>It is suspended for nothing but a record that lapsed.</summary>
    public bool IsLapsed => Status == LineStatus.Suspended && Change?.By == LineChange.Clock;

    /// <summary>The line at a moment: suspended once its record has lapsed.</summary>
    public SimLine At(DateTimeOffset now) => Status == LineStatus.Active && RealName?.IsCurrent(now) == false
        ? this with { Status = LineStatus.Suspended, Change = new LineChange(LineChange.Clock, RealName.Until, LineChange.Lapsed) }
        : this;

    /// <summary>Why an act is not possible; null if it is.</summary>
    public LineRefusal? RefusalOf(LineAct act, DateTimeOffset now) => act switch
    {
        LineAct.Suspend when Status == LineStatus.Active || IsLapsed => null,
        LineAct.ReportStolen when Status != LineStatus.Reported => null,
        LineAct.Confirm => null,
        LineAct.Resume when IsLapsed || (Status != LineStatus.Active && RealName?.IsCurrent(now) == false) => LineRefusal.Lapsed,
        LineAct.Resume when Status != LineStatus.Active => null,
        _ => LineRefusal.Status,
    };

    /// <summary>The line after an act that is possible, with the request that takes it to the carrier.</summary>
    public SimLine After(CarrierRequest request) => this with
    {
        Status = request.Act switch
        {
            LineAct.Suspend => LineStatus.Suspended,
            LineAct.ReportStolen => LineStatus.Reported,
            LineAct.Resume => LineStatus.Active,
            _ => Status,
        },
        Change = request.Act == LineAct.Confirm ? Change : new LineChange(request.By, request.At, request.Reason),
        // A carrier that has not heard of what was wanted before need not hear of it any more.
        Requests = [.. Requests.TakeLast(RequestsKept - 1).Select(before => before.IsUnderWay ? before with { State = CarrierState.Superseded } : before), request],
    };

    /// <summary>The line under a new record, or none. What only a lapsed record suspended is active again under a new one.</summary>
    public SimLine With(RealName? name, LineChange change) => name is not null && IsLapsed
        ? this with { RealName = name, Status = LineStatus.Active, Change = change }
        : this with { RealName = name };

    /// <summary>
    /// The line with what became of a request; the same line if it knows more. A carrier that confirms another
    /// subscription than before speaks of another line.
    /// </summary>
    public SimLine Answered(CarrierRequest request)
    {
        if (Requests.FirstOrDefault(known => known.Id == request.Id) is not { } known
            || !(known.IsUnderWay || (known.State == CarrierState.Superseded && request.State == CarrierState.PassedOn)))
            return this;
        if (request.Imsi is not null && Imsi is not null && request.Imsi != Imsi)
            request = request with { State = CarrierState.Failed, Trouble = "it answered for another subscription", Imsi = null };
        return this with { Requests = Requests.Replace(known, request), Imsi = request.Imsi ?? Imsi };
    }
}
