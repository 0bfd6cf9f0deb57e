using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Sims;
using AntiLoss.Web.Live;

namespace AntiLoss.Web.Api;

/// <summary>Whether a line may be used, and how that came.</summary>
/// <param name="State">active, suspended or reported (stolen).</param>
/// <param name="By">Who changed it last: <c>clock</c> if its real-name record lapsed; null while nobody has.</param>
public sealed record LineView(string State, DateTimeOffset? Since, ActorView? By, string? Reason);

/// <summary>In whose name a line is. The identity number is kept nowhere.</summary>
/// <param name="Subject">organization or person.</param>
/// <param name="Person">The person, its name empty if it has been removed; null where the subject is the organization.</param>
/// <param name="VerifiedBy">Who compared number and subject.</param>
/// <param name="Current">It has not lapsed.</param>
/// <param name="Jurisdiction">The country under whose rules it is registered; null if nobody said.</param>
public sealed record RealNameView(
    string Subject, PersonReference? Person, string VerifiedBy, DateTimeOffset VerifiedAt, DateTimeOffset Until, bool Current,
    ActorView RecordedBy, DateTimeOffset RecordedAt, string? Jurisdiction);

/// <summary>What a carrier was asked for.</summary>
/// <param name="Act">suspend, resume, reportStolen or confirm.</param>
/// <param name="State">requested (it is tried until it arrives), recorded (no carrier is connected: tell it), passedOn, failed (given up after three days) or superseded (something newer was wanted).</param>
/// <param name="Trouble">What stood in the way when it was last tried.</param>
public sealed record CarrierRequestView(
    string Id, string Act, string State, ActorView By, DateTimeOffset At, string Reason, int Tries, DateTimeOffset? TriedAt, string? Trouble)
{
    internal static CarrierRequestView Of(CarrierRequest request, Organization organization) => new(
        request.Id, Words.Of(request.Act), Words.Of(request.State), ActorView.Of(request.By, organization), request.At, request.Reason,
        request.Tries, request.TriedAt, request.Trouble);
}

/// <summary>A SIM as your organization sees it: never whose phone it is in elsewhere, or where.</summary>
/// <param name="BoundTo">Your phone that it belongs into.</param>
/// <param name="Proven">That phone read it in its own slot and signed that, or the carrier confirmed it.</param>
/// <param name="SeenAbroadAt">When it was last in a phone that is not yours.</param>
/// <param name="Satisfies">A phone of yours may rely on the line.</param>
/// <param name="Reasons">Why not: unbound, suspended, reported, noRecord, lapsed, otherSubject (it is in the name of a person who does not have the phone).</param>
/// <param name="CarrierRequests">Newest first.</param>
public sealed record SimDetail(
    string Iccid, string? BoundTo, bool Proven, DateTimeOffset? BoundAt, DateTimeOffset? SeenAbroadAt, LineView Line, RealNameView? RealName,
    bool Satisfies, IReadOnlyList<string> Reasons, IReadOnlyList<CarrierRequestView> CarrierRequests)
{
    /// <param name="bound">The phone that it is bound to, if there is one.</param>
    internal static SimDetail Of(SimView view, DeviceView? bound, Organization organization, DateTimeOffset now)
    {
        var line = view.Line;
        var reasons = ReasonsOf(view, bound, now).ToList();
        return new SimDetail(
            view.Iccid, view.BoundTo, view.Proven, view.BoundAt, view.SeenAbroadAt,
            new LineView(Words.Of(line.Status), line.Change?.At, line.Change is { } change ? ActorView.Of(change.By, organization) : null, line.Change?.Reason),
            line.RealName is { } name
                ? new RealNameView(
                    Words.Of(name.Subject),
                    name.Subject == LineSubject.Person ? new PersonReference(Numbers.Text(name.Person), organization.People.GetValueOrDefault(name.Person)?.Name ?? "") : null,
                    name.VerifiedBy, name.VerifiedAt, name.Until, name.IsCurrent(now), ActorView.Of(name.RecordedBy, organization), name.RecordedAt, name.Jurisdiction)
                : null,
            reasons.Count == 0, reasons, [.. line.Requests.Reverse().Select(request => CarrierRequestView.Of(request, organization))]);
    }

    private static IEnumerable<string> ReasonsOf(SimView view, DeviceView? bound, DateTimeOffset now)
    {
        var line = view.Line;
        if (view.BoundTo is null)
            yield return "unbound";
        if (line.Status != LineStatus.Active && !line.IsLapsed)
            yield return Words.Of(line.Status);
        if (line.RealName is not { } name)
            yield return "noRecord";
        else if (!name.IsCurrent(now))
            yield return "lapsed";
        else if (name.Subject == LineSubject.Person && bound is not null && bound.Row.Person != name.Person)
            yield return "otherSubject";
    }
}
