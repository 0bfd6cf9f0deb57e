using System.Globalization;
using System.Text.Json.Serialization;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Privacy;
using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Live;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>How often a phone reports, in seconds. In a request a field that is left out takes its default.</summary>
/// <param name="SuspectedFor">How long a suspected phone reports as suspected.</param>
/// <param name="LostAtFirstFor">How long a lost phone reports as lost at first.</param>
/// <param name="LostOnLowBattery">Of a lost phone whose battery is under 20 %.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReportingFields(
    int? Moving, int? Still, int? Suspected, int? SuspectedFor, int? LostAtFirst, int? LostAtFirstFor, int? LostLater, int? LostOnLowBattery);

/// <summary>A shift of the week; one whose end is not after its start ends on the next day.</summary>
/// <param name="Day">sunday to saturday.</param>
/// <param name="From">Such as 08:00.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ShiftFields(string? Day, string? From, string? Until);

/// <summary>When a fleet works.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record HoursFields(string? TimeZone, IReadOnlyList<ShiftFields>? Shifts);

/// <summary>
/// What a fleet's phones are expected to do and allowed; durations in seconds. In a request a field that is left out
/// takes its default, and <c>version</c>, if it is given, is the one that the caller has read.
/// </summary>
/// <param name="SilenceAfterMoving">Least silence of a moving phone before it is classified; three expected reports if that is longer.</param>
/// <param name="EscalateAfter">How long a phone stays suspected before it is lost by itself; null: never.</param>
/// <param name="OfflineLockAfter">How long a guarded phone may go without contact before it locks itself.</param>
/// <param name="ReseatWithin">A bound SIM that is back within this time clears its own removal.</param>
/// <param name="StormSharePercent">Share of the organization's phones whose going dark together is a storm.</param>
/// <param name="OwnSimInOtherPhone">warn or refuse.</param>
/// <param name="Hours">Null: always.</param>
/// <param name="Privacy">always.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PolicyFields(
    int? Version, ReportingFields? Reporting, int? SilenceAfterMoving, int? SilenceAfterStill, int? EscalateAfter, bool? LockOnSuspected,
    int? OfflineLockAfter, int? ReseatWithin, int? PinFailuresToTamper, int? ForeignSimTries, int? FallbackWithinKeptEnabled,
    int? FallbackWithinOnDemand, int? EsimMegabytesPerDay, int? StormSharePercent, int? StormLeastPhones, string? OwnSimInOtherPhone,
    int? MaintenanceMax, HoursFields? Hours, string? Privacy)
{
    private const int Minute = 60;
    private const int Hour = 60 * Minute;
    private const int Day = 24 * Hour;
    private const int MostShifts = 50;
    private const string Clock = "HH:mm";

    internal static PolicyFields Of(DevicePolicy policy) => new(
        policy.Version,
        new ReportingFields(
            Whole(policy.Reporting.Moving), Whole(policy.Reporting.Still), Whole(policy.Reporting.Suspected), Whole(policy.Reporting.SuspectedFor),
            Whole(policy.Reporting.LostAtFirst), Whole(policy.Reporting.LostAtFirstFor), Whole(policy.Reporting.LostLater), Whole(policy.Reporting.LostOnLowBattery)),
        Whole(policy.SilenceAfterMoving), Whole(policy.SilenceAfterStill), policy.EscalateAfter is { } after ? Whole(after) : null, policy.LockOnSuspected,
        Whole(policy.OfflineLockAfter), Whole(policy.ReseatWithin), policy.PinFailuresToTamper, policy.ForeignSimTries, Whole(policy.FallbackWithinKeptEnabled),
        Whole(policy.FallbackWithinOnDemand), policy.EsimMegabytesPerDay, policy.StormSharePercent, policy.StormLeastPhones, Words.Of(policy.OwnSimInOtherPhone),
        Whole(policy.MaintenanceMax),
        policy.Hours is { } hours
            ? new HoursFields(hours.TimeZone, [.. hours.Shifts.Select(shift => new ShiftFields(Words.Of(shift.Day), Text(shift.FromMinute), Text(shift.UntilMinute)))])
            : null,
        Words.Of(policy.Privacy));

    /// <summary>The policy, without a version of its own; what is wrong goes into <paramref name="errors"/>.</summary>
    internal DevicePolicy Read(FieldErrors errors)
    {
        var usual = DevicePolicy.Default;
        var reporting = Reporting;
        return new DevicePolicy(0)
        {
            Reporting = new ReportingPolicy
            {
                Moving = Seconds("reporting.moving", reporting?.Moving, usual.Reporting.Moving, 5, Day),
                Still = Seconds("reporting.still", reporting?.Still, usual.Reporting.Still, Minute, Day),
                Suspected = Seconds("reporting.suspected", reporting?.Suspected, usual.Reporting.Suspected, 5, Day),
                SuspectedFor = Seconds("reporting.suspectedFor", reporting?.SuspectedFor, usual.Reporting.SuspectedFor, Minute, 7 * Day),
                LostAtFirst = Seconds("reporting.lostAtFirst", reporting?.LostAtFirst, usual.Reporting.LostAtFirst, 5, Day),
                LostAtFirstFor = Seconds("reporting.lostAtFirstFor", reporting?.LostAtFirstFor, usual.Reporting.LostAtFirstFor, Minute, 7 * Day),
                LostLater = Seconds("reporting.lostLater", reporting?.LostLater, usual.Reporting.LostLater, 5, Day),
                LostOnLowBattery = Seconds("reporting.lostOnLowBattery", reporting?.LostOnLowBattery, usual.Reporting.LostOnLowBattery, 5, Day),
            },
            SilenceAfterMoving = Seconds("silenceAfterMoving", SilenceAfterMoving, usual.SilenceAfterMoving, Minute, 7 * Day),
            SilenceAfterStill = Seconds("silenceAfterStill", SilenceAfterStill, usual.SilenceAfterStill, Minute, 7 * Day),
            EscalateAfter = EscalateAfter is null ? null : Seconds("escalateAfter", EscalateAfter, default, Minute, 7 * Day),
            LockOnSuspected = LockOnSuspected ?? usual.LockOnSuspected,
            OfflineLockAfter = Seconds("offlineLockAfter", OfflineLockAfter, usual.OfflineLockAfter, Hour, 30 * Day),
            ReseatWithin = Seconds("reseatWithin", ReseatWithin, usual.ReseatWithin, 0, Hour),
            PinFailuresToTamper = Number("pinFailuresToTamper", PinFailuresToTamper, usual.PinFailuresToTamper, 3, 20),
            ForeignSimTries = Number("foreignSimTries", ForeignSimTries, usual.ForeignSimTries, 1, 20),
            FallbackWithinKeptEnabled = Seconds("fallbackWithinKeptEnabled", FallbackWithinKeptEnabled, usual.FallbackWithinKeptEnabled, 10, Hour),
            FallbackWithinOnDemand = Seconds("fallbackWithinOnDemand", FallbackWithinOnDemand, usual.FallbackWithinOnDemand, 10, Hour),
            EsimMegabytesPerDay = Number("esimMegabytesPerDay", EsimMegabytesPerDay, usual.EsimMegabytesPerDay, 1, 100_000),
            StormSharePercent = Number("stormSharePercent", StormSharePercent, usual.StormSharePercent, 1, 100),
            StormLeastPhones = Number("stormLeastPhones", StormLeastPhones, usual.StormLeastPhones, 2, 1_000_000),
            OwnSimInOtherPhone = Named("ownSimInOtherPhone", OwnSimInOtherPhone, usual.OwnSimInOtherPhone),
            MaintenanceMax = Seconds("maintenanceMax", MaintenanceMax, usual.MaintenanceMax, Hour, 7 * Day),
            Hours = HoursOf(errors),
            Privacy = Named("privacy", Privacy, usual.Privacy),
        };

        TimeSpan Seconds(string field, int? value, TimeSpan usually, int least, int most) =>
            TimeSpan.FromSeconds(Number(field, value, Whole(usually), least, most));

        int Number(string field, int? value, int usually, int least, int most)
        {
            if (value < least || value > most)
                errors.Add(field, string.Create(CultureInfo.InvariantCulture, $"is {value}; it must lie between {least} and {most}"));
            return value ?? usually;
        }

        T Named<T>(string field, string? value, T usually) where T : struct, Enum
        {
            if (value is null)
                return usually;
            foreach (var known in Enum.GetValues<T>())
            {
                if (Words.Of(known) == value)
                    return known;
            }
            errors.Add(field, $"is none of {string.Join(", ", Enum.GetValues<T>().Select(Words.Of))}");
            return usually;
        }

        WorkingHours? HoursOf(FieldErrors errors)
        {
            if (Hours is null)
                return null;
            var zone = errors.TimeZone("hours.timeZone", errors.RequiredText("hours.timeZone", Hours.TimeZone, FieldErrors.LongestName));
            if (Hours.Shifts is null or { Count: 0 or > MostShifts })
                errors.Add("hours.shifts", $"must hold 1 to {MostShifts} shifts; without hours it is always");
            var shifts = (Hours.Shifts ?? []).Take(MostShifts).Select((shift, index) => new Shift(
                Named($"hours.shifts[{index}].day", shift.Day ?? "", DayOfWeek.Monday),
                MinuteOf($"hours.shifts[{index}].from", shift.From),
                MinuteOf($"hours.shifts[{index}].until", shift.Until)));
            return new WorkingHours(zone?.Id ?? "", [.. shifts]);
        }

        int MinuteOf(string field, string? text)
        {
            if (TimeOnly.TryParseExact(text, Clock, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
                return time.Hour * 60 + time.Minute;
            errors.Add(field, "is no time of day such as 08:00");
            return 0;
        }
    }

    private static int Whole(TimeSpan span) => (int)span.TotalSeconds;

    private static string Text(int minute) => new TimeOnly(minute / 60, minute % 60).ToString(Clock, CultureInfo.InvariantCulture);
}

/// <summary>The policies of the caller's fleets.</summary>
internal static class FleetPolicyApi
{
    public static void MapFleetPolicies(this IEndpointRouteBuilder api)
    {
        api.MapGet("/policy-defaults", () => TypedResults.Ok(PolicyFields.Of(DevicePolicy.Default))).RequireAuthorization(Access.Read)
            .WithTags("Fleets").WithName("GetPolicyDefaults").WithSummary("The policy of a fleet that nobody has given another: what a field that is left out takes.");
        var group = api.MapGroup("/fleets/{id}/policy").WithTags("Fleets");
        group.MapGet("/", GetAsync).RequireAuthorization(Access.Read).WithName("GetPolicy").WithSummary("The policy in force in a fleet.");
        group.MapPut("/", PutAsync).RequireAuthorization(Access.Manage).WithName("SetPolicy").WithSummary("Gives a fleet another policy; its phones confirm it at their next contact.");
    }

    private static async Task<Results<Ok<PolicyFields>, NotFound>> GetAsync(
        Caller caller, string id, OrganizationDirectory directory, CancellationToken cancellationToken)
    {
        var organization = await directory.OfAsync(caller, cancellationToken);
        return Numbers.Parse(id) is { } number && caller.Fleets.Contains(number) && organization.Fleets.ContainsKey(number)
            ? TypedResults.Ok(PolicyFields.Of(organization.PolicyOfFleet(number)))
            : TypedResults.NotFound();
    }

    private static async Task<Results<Ok<PolicyFields>, NotFound, ValidationProblem, ProblemHttpResult>> PutAsync(
        Caller caller, string id, PolicyFields body, OrganizationDirectory directory, OrganizationChanges changes, CancellationToken cancellationToken)
    {
        var organization = await directory.OfAsync(caller, cancellationToken);
        if (Numbers.Parse(id) is not { } number || !caller.Fleets.Contains(number) || !organization.Fleets.ContainsKey(number))
            return TypedResults.NotFound();
        if (caller.Session is null)
            return GuardActs.KeyIsNoPerson();
        var errors = new FieldErrors();
        var policy = body.Read(errors);
        if (errors.Any)
            return errors.ToProblem();
        var answer = await changes.MakeAsync(caller, (grain, token) => grain.SetPolicyAsync(number, policy, body.Version, token), cancellationToken);
        return answer.Refusal switch
        {
            OrganizationRefusal.None => TypedResults.Ok(PolicyFields.Of(answer.Organization.PolicyOf(answer.Number))),
            OrganizationRefusal.Outdated => TypedResults.Problem(
                "Somebody else has changed the policy since you read it: read it again.", statusCode: StatusCodes.Status409Conflict),
            _ => TypedResults.NotFound(),
        };
    }
}
