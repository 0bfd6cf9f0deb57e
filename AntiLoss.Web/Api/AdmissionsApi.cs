using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Admissions;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Ingest.Agents;
using AntiLoss.Web.Live;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>A token with which phones enrol, without its secret.</summary>
/// <param name="Phones">How many have joined by it, of <paramref name="MostPhones"/>.</param>
public sealed record EnrolmentTokenView(string Id, string Name, string Fleet, int Phones, int MostPhones, DateTimeOffset Until, bool Revoked, DateTimeOffset CreatedAt)
{
    internal static EnrolmentTokenView Of(EnrolmentToken token) => new(
        Numbers.Text(token.Number), token.Name, Numbers.Text(token.Fleet), token.Phones, token.MostPhones, token.Until, token.Revoked, token.CreatedAt);
}

/// <summary>A new token with its secret, which is shown this once.</summary>
public sealed record NewEnrolmentToken(EnrolmentTokenView Token, string Secret);

/// <summary>A token to be made.</summary>
/// <param name="Fleet">The first fleet if it is left out.</param>
/// <param name="Phones">How many may join by it: 1 to 10,000.</param>
/// <param name="Until">ISO 8601; at most a year from now.</param>
public sealed record EnrolmentTokenRequest(string? Name, string? Fleet, int? Phones, string? Until);

/// <summary>IMEIs and serial numbers of phones that are yours.</summary>
public sealed record EquipmentRequest(IReadOnlyList<string>? Identifiers);

/// <summary>How many the list has.</summary>
public sealed record EquipmentCount(int Identifiers);

/// <summary>A phone that showed a token and waits for you.</summary>
/// <param name="Id">Give it to <c>admit</c> or <c>refuse</c>.</param>
/// <param name="Reason">unlisted, full, lapsed, revoked, known (another phone has joined as this one) or held (a phone with its IMEI or EID is lost, wiped or written off).</param>
public sealed record WaitingPhoneView(string Id, string Token, string Fleet, string Reason, string? Imei, string? Serial, string Kind, string Software, DateTimeOffset Since)
{
    internal static WaitingPhoneView Of(WaitingPhone phone) => new(
        phone.Request.Key, Numbers.Text(phone.Token), Numbers.Text(phone.Fleet), Words.Of(phone.Reason), phone.Request.Imei, phone.Request.Serial,
        Words.Of(phone.Request.Kind), phone.Request.Software, phone.Since);
}

/// <summary>Lets many phones in: tokens, the list of the phones that are yours, and those that wait.</summary>
internal static class AdmissionsApi
{
    private const int MostAtOnce = 10_000;
    private const int LongestIdentifier = 40;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static void MapAdmissions(this IEndpointRouteBuilder api)
    {
        var tokens = api.MapGroup("/enrolment-tokens").WithTags("Enrolment");
        tokens.MapGet("/", ListTokensAsync).RequireAuthorization(Access.Manage).WithName("ListEnrolmentTokens").WithSummary("All tokens, without their secrets.");
        tokens.MapPost("/", PostTokenAsync).RequireAuthorization(Access.Manage).WithName("AddEnrolmentToken").WithSummary("Makes a token with which phones of a fleet enrol; its secret is in this answer and nowhere else.");
        tokens.MapDelete("/{id}", RevokeAsync).RequireAuthorization(Access.Manage).WithName("RevokeEnrolmentToken").WithSummary("Revokes a token: whatever shows it from now on waits.");
        var list = api.MapGroup("/equipment").WithTags("Enrolment");
        list.MapGet("/", ListEquipmentAsync).RequireAuthorization(Access.Manage).WithName("ListEquipment").WithSummary("IMEIs and serial numbers of phones that join by a token.");
        list.MapPost("/", PostEquipmentAsync).RequireAuthorization(Access.Manage).WithName("AddEquipment").WithSummary("Adds IMEIs and serial numbers, all or none.");
        list.MapDelete("/{identifier}", DeleteEquipmentAsync).RequireAuthorization(Access.Manage).WithName("RemoveEquipment").WithSummary("Takes one out of the list; a phone that has joined stays.");
        var waiting = api.MapGroup("/waiting-phones").WithTags("Enrolment");
        waiting.MapGet("/", ListWaitingAsync).RequireAuthorization(Access.Read).WithName("ListWaitingPhones").WithSummary("Phones that wait for you, the longest waiting first.");
        waiting.MapPost("/{id}/admit", (Caller caller, string id, IGrainFactory grains, CancellationToken stop) => DecideAsync(caller, id, true, grains, stop))
            .RequireAuthorization(Access.Act).WithName("AdmitPhone").WithSummary("Lets a phone in: it is made when it asks next.");
        waiting.MapPost("/{id}/refuse", (Caller caller, string id, IGrainFactory grains, CancellationToken stop) => DecideAsync(caller, id, false, grains, stop))
            .RequireAuthorization(Access.Act).WithName("RefusePhone").WithSummary("Refuses a phone.");
    }

    private static IAdmissionsGrain GrainOf(Caller caller, IGrainFactory grains) => grains.GetGrain<IAdmissionsGrain>(caller.Organization.Value);

    private static async Task<Ok<Page<EnrolmentTokenView>>> ListTokensAsync(Caller caller, IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<EnrolmentTokenView>([.. (await GrainOf(caller, grains).ReadAsync(cancellationToken)).Tokens.Select(EnrolmentTokenView.Of)], Next: null));

    private static async Task<Results<Created<NewEnrolmentToken>, ValidationProblem>> PostTokenAsync(
        Caller caller, EnrolmentTokenRequest body, OrganizationDirectory directory, IGrainFactory grains, TimeProvider time, HttpContext context, CancellationToken cancellationToken)
    {
        var organization = await directory.OfAsync(caller, cancellationToken);
        var now = time.GetUtcNow();
        var errors = new FieldErrors();
        var name = errors.Name("name", body.Name);
        var fleet = body.Fleet is null ? PeopleApi.FirstFleetOf(errors, caller, organization) : PeopleApi.FleetOf(errors, body.Fleet, caller, organization);
        if (body.Phones is not (>= 1 and <= AdmissionBook.MostPhones))
            errors.Add("phones", $"expected 1 to {AdmissionBook.MostPhones}");
        var until = errors.Moment("until", body.Until);
        if (body.Until is null || (until <= now || until > now + Longest))
            errors.Add("until", "expected a moment within a year from now");
        if (errors.Any)
            return errors.ToProblem();
        var secret = FleetTokens.New(caller.Organization);
        var token = new EnrolmentToken(0, name, FleetTokens.HashOf(secret), fleet, body.Phones!.Value, until!.Value, now, caller.Account);
        if (await GrainOf(caller, grains).AddTokenAsync(token, cancellationToken) is not { } made)
            return FieldErrors.Problem("name", $"there are {AdmissionBook.MostTokens} tokens already: revoke one");
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/v1/enrolment-tokens/{made.Number}", new NewEnrolmentToken(EnrolmentTokenView.Of(made), secret));
    }

    private static async Task<Results<NoContent, NotFound>> RevokeAsync(Caller caller, string id, IGrainFactory grains, CancellationToken cancellationToken) =>
        Numbers.Parse(id) is { } number && await GrainOf(caller, grains).RevokeTokenAsync(number, caller.Account, cancellationToken) ? TypedResults.NoContent() : TypedResults.NotFound();

    private static async Task<Results<Ok<Page<string>>, ValidationProblem>> ListEquipmentAsync(
        Caller caller, IGrainFactory grains, CancellationToken cancellationToken, string? cursor = null, int? limit = null)
    {
        var most = Page<string>.LimitOf(limit);
        var rest = (await GrainOf(caller, grains).ListedAsync(cancellationToken)).Where(identifier => string.CompareOrdinal(identifier, cursor) > 0).Take(most + 1).ToList();
        return TypedResults.Ok(new Page<string>([.. rest.Take(most)], rest.Count > most ? rest[most - 1] : null));
    }

    private static async Task<Results<Ok<EquipmentCount>, ValidationProblem>> PostEquipmentAsync(
        Caller caller, EquipmentRequest body, IGrainFactory grains, CancellationToken cancellationToken)
    {
        if (body.Identifiers is not { Count: >= 1 and <= MostAtOnce } given)
            return FieldErrors.Problem("identifiers", $"expected 1 to {MostAtOnce} IMEIs or serial numbers");
        var errors = new FieldErrors();
        for (var i = 0; i < given.Count; i++)
        {
            if (Canonical(given[i]) is null)
                errors.Add($"identifiers[{i}]", $"is neither an IMEI nor a serial number: letters, digits and hyphens, at most {LongestIdentifier}");
        }
        if (errors.Any)
            return errors.ToProblem();
        return await GrainOf(caller, grains).ListAsync([.. given.Select(identifier => Canonical(identifier)!)], cancellationToken) is { } count
            ? TypedResults.Ok(new EquipmentCount(count))
            : FieldErrors.Problem("identifiers", $"the list would have more than {EquipmentList.Most}");
    }

    private static async Task<Results<NoContent, NotFound>> DeleteEquipmentAsync(Caller caller, string identifier, IGrainFactory grains, CancellationToken cancellationToken) =>
        Canonical(identifier) is { } canonical && await GrainOf(caller, grains).UnlistAsync(canonical, cancellationToken) ? TypedResults.NoContent() : TypedResults.NotFound();

    private static async Task<Ok<Page<WaitingPhoneView>>> ListWaitingAsync(Caller caller, IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<WaitingPhoneView>(
            [.. (await GrainOf(caller, grains).ReadAsync(cancellationToken)).Waiting.Values.Where(phone => phone.Admitted is null && caller.Fleets.Contains(phone.Fleet)).OrderBy(phone => phone.Since).Select(WaitingPhoneView.Of)],
            Next: null));

    private static async Task<Results<NoContent, NotFound, ProblemHttpResult>> DecideAsync(Caller caller, string id, bool admitted, IGrainFactory grains, CancellationToken cancellationToken)
    {
        if (caller.Session is null)
            return GuardActs.KeyIsNoPerson();
        if (!caller.Fleets.IsAll && !((await GrainOf(caller, grains).ReadAsync(cancellationToken)).Waiting.TryGetValue(id, out var phone) && caller.Fleets.Contains(phone.Fleet)))
            return TypedResults.NotFound();
        return await GrainOf(caller, grains).DecideAsync(id, admitted, caller.Account, cancellationToken) ? TypedResults.NoContent() : TypedResults.NotFound();
    }

    private static string? Canonical(string text) => Imei.TryParse(text, out var imei) ? imei.Value
        : text.Length is >= 1 and <= LongestIdentifier && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') ? text
        : null;
}
