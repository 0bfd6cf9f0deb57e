using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AntiLoss.Domain.Agents;
using AntiLoss.Tests.Support;
using AntiLoss.Web.Ingest.Agents;

namespace AntiLoss.Tests.Agents;

/// <summary>Many phones enrol by one token; what it is not for waits for an operator.</summary>
public sealed class FleetTokenTests : IAsyncLifetime
{
    // The book takes a thousand at once; each of these is a phone of a real server, with its key.
    private static readonly int Phones = Tier.Count(100, 1_000);
    private ServerUnderTest _server = null!;
    private HttpClient _owner = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerUnderTest.StartAsync();
        _owner = await _server.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _owner.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task As_many_phones_as_it_says_join_by_a_token_and_the_next_an_unlisted_and_a_revoked_one_wait()
    {
        using var listed = await _server.Api.PostAsJsonAsync("/api/v1/equipment", new { identifiers = Enumerable.Range(0, Phones + 3).Select(Serial) }, Stop);
        Assert.Equal(HttpStatusCode.OK, listed.StatusCode);
        var (token, id) = await TokenAsync(Phones);
        await Parallel.ForAsync(0, Phones - 1, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            using var key = NewKey();
            Assert.Equal(HttpStatusCode.OK, (await EnrolAsync(token, key, Serial(i))).StatusCode);
        });
        using var last = NewKey();
        Assert.Equal(HttpStatusCode.Accepted, (await EnrolAsync(token, NewKey(), "NOT-OURS")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await EnrolAsync(token, NewKey(), Serial(0))).StatusCode);
        var joined = await EnrolledAsync(await EnrolAsync(token, last, Serial(Phones - 1)));
        Assert.Equal(joined.Device, (await EnrolledAsync(await EnrolAsync(token, last, Serial(Phones - 1)))).Device);
        using var next = NewKey();
        Assert.Equal(HttpStatusCode.Accepted, (await EnrolAsync(token, next, Serial(Phones))).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _server.Api.DeleteAsync($"/api/v1/enrolment-tokens/{id}", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await EnrolAsync(token, NewKey(), Serial(Phones + 1))).StatusCode);

        var waiting = await ItemsAsync("/api/v1/waiting-phones");
        Assert.Equal(["unlisted", "known", "full", "revoked"], waiting.Select(phone => phone.GetProperty("reason").GetString()));
        Assert.Equal(Phones, (await ItemsAsync("/api/v1/enrolment-tokens")).Single().GetProperty("phones").GetInt32());

        // A person lets the next one in; a program can't, and another is refused.
        var ids = waiting.Select(phone => phone.GetProperty("id").GetString()).ToList();
        Assert.Equal(HttpStatusCode.Forbidden, (await _server.Api.PostAsync($"/api/v1/waiting-phones/{ids[2]}/admit", null, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _owner.PostAsync($"/api/v1/waiting-phones/{ids[2]}/admit", null, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _owner.PostAsync($"/api/v1/waiting-phones/{ids[2]}/refuse", null, Stop)).StatusCode);
        await EnrolledAsync(await EnrolAsync(token, next, Serial(Phones)));
    }

    [Fact]
    public async Task A_lost_phone_that_turns_up_is_held_and_its_people_are_told()
    {
        const string Imei = "352099001761481";
        var lost = await AddAsync("lost", Imei);
        Assert.Equal(HttpStatusCode.OK, (await _server.Api.PostAsJsonAsync($"/api/v1/devices/{lost}/lost", new { reason = "stolen" }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _server.Api.PostAsJsonAsync("/api/v1/equipment", new { identifiers = (string[])[Imei] }, Stop)).StatusCode);
        var (token, id) = await TokenAsync(10);
        using var key = NewKey();
        Assert.Equal(HttpStatusCode.Accepted, (await EnrolAsync(token, key, Serial(1), Imei)).StatusCode);
        var waiting = (await ItemsAsync("/api/v1/waiting-phones")).Single();
        Assert.Equal("held", waiting.GetProperty("reason").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await _owner.PostAsync($"/api/v1/waiting-phones/{waiting.GetProperty("id").GetString()}/admit", null, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await EnrolAsync(token, key, Serial(1), Imei)).StatusCode);

        var another = await AddAsync("another", null);
        var code = await CodeAsync(another);
        Assert.Equal(HttpStatusCode.Forbidden, (await EnrolAsync(code, key, Serial(1), Imei)).StatusCode);

        // By its eUICC it is the lost phone too, whatever it says of its IMEI.
        const string Eid = "89049032123451234512345678901235";
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await EnrolAsync(code, key, Serial(1), eid: Eid[..^1] + "0")).StatusCode);
        var eSim = await AddAsync("with an eSIM", null);
        await EnrolledAsync(await EnrolAsync(await CodeAsync(eSim), key, Serial(2), eid: Eid));
        Assert.Equal(HttpStatusCode.OK, (await _server.Api.PostAsJsonAsync($"/api/v1/devices/{eSim}/lost", new { reason = "stolen" }, Stop)).StatusCode);
        using var refused = await EnrolAsync(code, NewKey(), Serial(1), eid: Eid);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("\"eid\"", await refused.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);

        await Eventually.TrueAsync(async () => (await ItemsAsync("/api/v1/alerts?state=open")).Count(alert => alert.GetProperty("kind").GetString() == "enrolmentHeld") is 2, "the alerts are there");
        Assert.Equal(HttpStatusCode.NoContent, (await _server.Api.DeleteAsync($"/api/v1/enrolment-tokens/{id}", Stop)).StatusCode);
        var audit = (await ItemsAsync("/api/v1/audit")).Select(entry => entry.GetProperty("action").GetString()).ToList();
        foreach (var action in (string[])["enrolment-token-made", "phone-waits", "phone-admitted", "enrolment-token-revoked"])
            Assert.Single(audit, action);
        Assert.Equal(2, audit.Count(action => action == "enrolment-held"));
    }

    [Fact]
    public async Task A_token_reads_nothing_and_a_guessed_or_another_organization_s_one_enrols_nobody()
    {
        var (token, id) = await TokenAsync(1);
        using var reader = new HttpClient { BaseAddress = _server.Address, DefaultRequestHeaders = { Authorization = new("Bearer", token) } };
        foreach (var path in (string[])["devices", "enrolment-tokens", "equipment", "waiting-phones"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await reader.GetAsync($"/api/v1/{path}", Stop)).StatusCode);
        using var key = NewKey();
        foreach (var wrong in (string[])[token[..^1] + (token[^1] == '0' ? '1' : '0'), token.Replace("at_1_", "at_2_", StringComparison.Ordinal), "at_1_"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await EnrolAsync(wrong, key, Serial(1))).StatusCode);
        Assert.DoesNotContain(token, await _server.Api.GetStringAsync("/api/v1/enrolment-tokens", Stop), StringComparison.Ordinal);

        foreach (var (path, body, field) in ((string, object, string)[])
        [
            ("enrolment-tokens", new { name = "x", phones = 0, until = Later }, "phones"),
            ("enrolment-tokens", new { name = "x", phones = 1, until = "2020-01-01T00:00:00Z" }, "until"),
            ("enrolment-tokens", new { name = "x", phones = 1, until = Later, fleet = "99" }, "fleet"),
            ("equipment", new { identifiers = (string[])["good-1", "no good"] }, "identifiers[1]"),
        ])
        {
            using var answer = await _server.Api.PostAsJsonAsync($"/api/v1/{path}", body, Stop);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Equal(field, Assert.Single((await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("errors").EnumerateObject()).Name);
        }

        Assert.Equal(HttpStatusCode.Accepted, (await EnrolAsync(token, key, Serial(1))).StatusCode);
        var waiting = (await ItemsAsync("/api/v1/waiting-phones")).Single().GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, (await _owner.PostAsync($"/api/v1/waiting-phones/{waiting}/refuse", null, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await EnrolAsync(token, key, Serial(1))).StatusCode);
        Assert.Equal("1", id);
    }

    private static string Later => TimeProvider.System.GetUtcNow().AddDays(7).ToString("O");

    private static string Serial(int number) => $"SN-{number:D4}";

    private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private async Task<(string Secret, string Id)> TokenAsync(int phones)
    {
        using var made = await _server.Api.PostAsJsonAsync("/api/v1/enrolment-tokens", new { name = "depot", phones, until = Later }, Stop);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var body = await made.Content.ReadFromJsonAsync<JsonElement>(Stop);
        return (body.GetProperty("secret").GetString()!, body.GetProperty("token").GetProperty("id").GetString()!);
    }

    private async Task<string> AddAsync(string name, string? imei)
    {
        using var answer = await _server.Api.PostAsJsonAsync("/api/v1/devices", new { name, imei }, Stop);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("id").GetString()!;
    }

    private Task<HttpResponseMessage> EnrolAsync(string token, ECDsa key, string serial, string? imei = null, string? eid = null) => _server.Anonymous.PostAsJsonAsync("/agent/v1/enrol", new EnrolRequest(
        token, key.ExportSubjectPublicKeyInfo(), AgentSignature.Sign(key, SignedAs.Enrolment, Encoding.ASCII.GetBytes(token)), "DeviceOwner", "test agent 1", imei, Serial: serial, Eid: eid), Stop);

    private async Task<string> CodeAsync(string device)
    {
        using var made = await _server.Api.PostAsync($"/api/v1/devices/{device}/enrolment-code", null, Stop);
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString()!;
    }

    private static async Task<EnrolledAgent> EnrolledAsync(HttpResponseMessage answer)
    {
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
        return (await answer.Content.ReadFromJsonAsync<EnrolledAgent>(Stop))!;
    }

    private async Task<List<JsonElement>> ItemsAsync(string path) => [.. (await _server.Api.GetFromJsonAsync<JsonElement>(path, Stop)).GetProperty("items").EnumerateArray()];
}
