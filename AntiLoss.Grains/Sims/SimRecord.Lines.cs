using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Grains.Sims;

// The line behind a SIM, as each organization that has to do with it keeps it.
public sealed partial record SimRecord
{
    /// <summary>One for each organization that recorded or did something.</summary>
    [Id(4)] public ImmutableArray<SimLine> Lines { get; init; } = [];

    /// <summary>The last phone of each organization that had it in a slot.</summary>
    [Id(5)] public ImmutableArray<DeviceKey> Seen { get; init; } = [];

    /// <summary>Places among a person's lines that are to be given back.</summary>
    [Id(6)] public ImmutableArray<LineSeat> Seats { get; init; } = [];

    /// <summary>Entries that the audit is still to be given, oldest first.</summary>
    [Id(7)] public ImmutableArray<Told> Audits { get; init; } = [];

    /// <summary>How many entries it made: each has its number.</summary>
    [Id(8)] public long LastAudit { get; init; }

    /// <summary>Requests that the carriers' desk is still to be given.</summary>
    [Id(9)] public ImmutableArray<CarrierRequest> ForDesk { get; init; } = [];

    /// <summary>Everybody has been told everything.</summary>
    public bool OwesNothing => Owed.IsEmpty && Audits.IsEmpty && ForDesk.IsEmpty && Seats.IsEmpty;

    /// <summary>Those who are no phones were told.</summary>
    public SimRecord Settled(ImmutableArray<Told> audits, ImmutableArray<CarrierRequest> requests, ImmutableArray<LineSeat> seats) =>
        this with { Audits = Audits.RemoveRange(audits), ForDesk = ForDesk.RemoveRange(requests), Seats = Seats.RemoveRange(seats) };

    /// <summary>An organization's line; one without a history if it has none.</summary>
    public SimLine LineOf(OrganizationNumber organization) => Lines.FirstOrDefault(line => line.Organization == organization) ?? new SimLine(organization);

    /// <summary>Whether an organization has to do with it.</summary>
    public bool IsKnownTo(OrganizationNumber organization) => Of(organization) is not null || Lines.Any(line => line.Organization == organization);

    /// <summary>The record at a moment: lines whose real-name record has lapsed are suspended. The same record if none has.</summary>
    public SimRecord At(string iccid, DateTimeOffset now) => Lines.Aggregate(this, (record, line) => line.At(now) is var next && ReferenceEquals(next, line)
        ? record
        : record.With(next).Audit(iccid, next.Organization, LineChange.Clock, "line-lapsed", now, $"{line.Status}", $"{next.Status}", LineChange.Lapsed));

    /// <summary>A place is about to be taken among a person's lines: given back unless <see cref="Register"/> follows.</summary>
    public SimRecord Reserve(LineSeat seat) => Seats.Contains(seat) || seat == SeatOf(new OrganizationNumber(seat.Organization))
        ? this
        : this with { Seats = Seats.Add(seat) };

    /// <summary>Records in whose name the line is, or (null) that it is in nobody's any more.</summary>
    public SimRecord Register(string iccid, OrganizationNumber organization, RealName? name, LineChange change)
    {
        var line = LineOf(organization);
        var before = SeatOf(organization);
        var after = LineSeat.Of(organization.Value, name);
        var record = With(line.With(name, change));
        record = record with { Seats = [.. record.Seats.Where(seat => seat != after), .. before is { } left && left != after ? [left] : Array.Empty<LineSeat>()] };
        return record.Audit(iccid, organization, change.By, name is null ? "real-name-withdrawn" : "real-name-recorded", change.At, Words(line.RealName), Words(name), change.Reason);
    }

    /// <summary>Does to the line what a request asks its carrier for.</summary>
    public SimRecord Act(CarrierRequest request)
    {
        var line = LineOf(request.Organization);
        var next = line.After(request);
        var action = request.Act switch
        {
            LineAct.Suspend => "line-suspended",
            LineAct.ReportStolen => "line-reported-stolen",
            LineAct.Confirm => "line-confirmation-asked",
            _ => "line-resumed",
        };
        return (With(next) with { ForDesk = ForDesk.Add(request) })
            .Audit(request.Iccid, request.Organization, request.By, action, request.At, $"{line.Status}", $"{next.Status}", request.Reason);
    }

    /// <summary>Notes how far a request has got; the same record if it knows more.</summary>
    public SimRecord Answered(CarrierRequest request)
    {
        var line = LineOf(request.Organization);
        var next = line.Answered(request);
        if (ReferenceEquals(next, line))
            return this;
        request = next.Requests.First(known => known.Id == request.Id);
        var record = request is { Act: LineAct.Confirm, State: CarrierState.PassedOn } ? With(next).Confirm(request) : With(next);
        return request.IsUnderWay
            ? record
            : record.Audit(request.Iccid, request.Organization, "carrier", "carrier-answered", request.TriedAt ?? request.At, $"{request.Act}", $"{request.State}", request.Trouble);
    }

    /// <summary>The carrier says that the line is the organization's: its binding is proven, unless somebody else's is.</summary>
    private SimRecord Confirm(CarrierRequest request) => Of(request.Organization) is { Proven: false } own && Proven is null
        ? Bind(own.Device, own, new SimSighted(request.Id, request.Iccid, 0, request.TriedAt ?? request.At, Proven: true, Bind: true, Troubled: false))
        : this;

    private SimRecord With(SimLine line) => this with { Lines = [.. Lines.Where(other => other.Organization != line.Organization), line] };

    private LineSeat? SeatOf(OrganizationNumber organization) => LineSeat.Of(organization.Value, LineOf(organization).RealName);

    private SimRecord Audit(
        string iccid, OrganizationNumber organization, string actor, string action, DateTimeOffset at, string before, string after, string? reason)
    {
        var device = Of(organization)?.Device ?? new DeviceKey(organization, default);
        var entry = new Audited($"sim/{iccid}/{LastAudit + 1}", actor, action, at, $"{iccid} {before}", $"{iccid} {after}", reason);
        return this with { Audits = Audits.Add(new Told(device, entry, new TellerContext("", 0, 0))), LastAudit = LastAudit + 1 };
    }

    private static string Words(RealName? name) => name is null ? "without a name" : $"{name.SubjectWords} until {name.Until:yyyy-MM-dd}";
}
