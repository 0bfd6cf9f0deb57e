using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Api;

/// <summary>What people and programs may do about a phone's protection, on a real server whose clock the test moves.</summary>
public sealed partial class GuardsApiTests : IAsyncLifetime
{
    private const string SecondEmail = "boris@example.com";
    private const string Password = "another long passphrase";

    // Near the machine's own time, by which the client lets cookies run out.
    private static readonly DateTimeOffset _start = TimeProvider.System.GetUtcNow();
    private readonly SteeredClock _clock = SteeredClock.At(_start);
    private ServerUnderTest _server = null!;
    private HttpClient _owner = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerUnderTest.StartAsync(new ServerSettings { Environment = _clock.Environment });
        _owner = await _server.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _owner.Dispose();
        await _server.DisposeAsync();
        _clock.Dispose();
    }

    [Fact]
    public async Task A_loss_is_declared_ended_and_remembered()
    {
        var id = await PhoneAsync();
        Assert.Equal("armed", await ProtectionAsync(await ActAsync(_owner, id, "arm")));
        var refused = await ActAsync(_owner, id, "arm");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("Armed", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

        using var lost = await _owner.PostAsJsonAsync($"/api/v1/devices/{id}/lost", new { reason = "left in a taxi", message = "Please call", phoneNumber = "+49 30 1" }, Token);
        var loss = (await lost.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("guards").GetProperty("loss");
        Assert.Equal(("left in a taxi", "Please call", ServerUnderTest.OwnerEmail),
            (loss.GetProperty("reason").GetString(), loss.GetProperty("message").GetString(), loss.GetProperty("by").GetProperty("name").GetString()));

        await Eventually.TrueAsync(async () => (await ItemsAsync("/api/v1/incidents")).Any(incident => incident.GetProperty("device").GetString() == id), "the incident is open");
        await Eventually.TrueAsync(async () => (await ItemsAsync("/api/v1/audit")).Any(entry => entry.GetProperty("action").GetString() == "loss-declared"), "the audit has it");
        var alert = (await ItemsAsync("/api/v1/alerts?state=open")).Single(alert => alert.GetProperty("device").GetString() == id).GetProperty("id").GetString();
        using var stranger = await StrangerAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsync($"/api/v1/alerts/{alert}/acknowledge", null, Token)).StatusCode);
        Assert.Empty(await ItemsAsync("/api/v1/alerts", stranger));
        Assert.Empty(await ItemsAsync("/api/v1/audit", stranger));
        Assert.Empty(await ItemsAsync("/api/v1/incidents", stranger));
        using var seen = await _owner.PostAsync($"/api/v1/alerts/{alert}/acknowledge", null, Token);
        Assert.Equal("acknowledged", (await seen.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("state").GetString());
        using var over = await _owner.PostAsJsonAsync($"/api/v1/alerts/{alert}/resolve", new { how = "it is in the drawer" }, Token);
        Assert.Equal("resolved", (await over.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("state").GetString());

        // It has never spoken, so nobody ends the loss alone.
        var found = await GuardsAsync(await ActAsync(_owner, id, "found"));
        Assert.Equal(("lost", "found"), (found.GetProperty("protection").GetString(), found.GetProperty("pending").GetProperty("action").GetString()));
    }

    [Fact]
    public async Task A_wipe_takes_two_people_of_whom_the_first_did_not_make_the_second()
    {
        var id = await PhoneAsync();
        await ActAsync(_owner, id, "lost");
        Assert.Equal(HttpStatusCode.Conflict, (await ActAsync(_owner, id, "wipe")).StatusCode);

        // Boris makes Clara, so that she is a second person beside the owner, and never beside Boris.
        using var boris = await AccountAsync(_owner, SecondEmail);
        using var clara = await AccountAsync(boris, "clara@example.com");
        _clock.Set(_start.AddHours(3));
        Assert.Equal(HttpStatusCode.Conflict, (await ActAsync(_owner, id, "wipe")).StatusCode);
        _clock.Set(_start.AddHours(25));
        using var ownerLater = await _server.SignedInAsync();
        using var borisLater = await _server.SignedInAsync(SecondEmail, Password);
        using var claraLater = await _server.SignedInAsync("clara@example.com", Password);
        var wipe = (await GuardsAsync(await ActAsync(ownerLater, id, "wipe"))).GetProperty("wipe");
        var approval = new { reason = "agreed", requestedAt = wipe.GetProperty("requestedAt").GetString() };
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(ownerLater, id, "wipe/approve", approval)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(borisLater, id, "wipe/approve", approval)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(_server.Api, id, "wipe/approve", approval)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(claraLater, id, "wipe/approve", new { approval.reason, requestedAt = "2026-11-25T08:00:00Z" })).StatusCode);
        var approved = await GuardsAsync(await PostAsync(claraLater, id, "wipe/approve", approval));
        Assert.Equal("clara@example.com", approved.GetProperty("wipe").GetProperty("approvedBy").GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, (await GuardsAsync(await ActAsync(borisLater, id, "wipe/cancel"))).GetProperty("wipe").ValueKind);
    }

    [Fact]
    public async Task A_key_arms_disarms_declares_lost_locates_and_does_nothing_that_a_person_answers_for()
    {
        var id = await PhoneAsync();
        foreach (var act in (string[])["dismiss", "found", "wipe", "wipe/cancel", "enrol-again"])
            Assert.Equal(HttpStatusCode.Forbidden, (await ActAsync(_server.Api, id, act)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(_server.Api, id, "commands", new { kind = "lock", reason = "try" })).StatusCode);
        using var account = await _server.Api.PostAsJsonAsync("/api/v1/accounts", new { email = "puppet@example.com" }, Token);
        Assert.Equal(HttpStatusCode.Forbidden, account.StatusCode);

        await ActAsync(_server.Api, id, "arm");
        await ActAsync(_server.Api, id, "disarm");
        Assert.Equal("lost", await ProtectionAsync(await ActAsync(_server.Api, id, "lost")));
        using var retired = await _server.Api.PostAsJsonAsync($"/api/v1/devices/{id}/retire", new { reason = "sold" }, Token);
        Assert.Equal(HttpStatusCode.Forbidden, retired.StatusCode);
        var guards = await GuardsAsync(await PostAsync(_server.Api, id, "commands", new { kind = "locate", reason = "where is it" }));
        var command = guards.GetProperty("commands").EnumerateArray().First(command => command.GetProperty("kind").GetString() == "locate");
        Assert.Equal(("queued", "waits for the phone's first contact"), (command.GetProperty("state").GetString(), command.GetProperty("whyNotYet").GetString()));
    }

    [Fact]
    public async Task What_is_wrong_is_named()
    {
        var id = await PhoneAsync();
        foreach (var (act, body, field) in ((string, string, string)[])
        [
            ("lost", "{}", "reason"),
            ("lost", """{"reason":"a","message":"b\u0007"}""", "message"),
            ("wipe/approve", """{"reason":"a"}""", "requestedAt"),
            ("wipe/approve", """{"reason":"a","requestedAt":"soon"}""", "requestedAt"),
            ("agree", """{"reason":"a"}""", "pending"),
            ("maintenance", """{"reason":"a"}""", "until"),
            ("accept-next-sim", """{"reason":"a","until":"tomorrow"}""", "until"),
            ("sims", """{"reason":"a","iccid":"123"}""", "iccid"),
            ("commands", """{"reason":"a","kind":"wipe"}""", "kind"),
            ("commands", """{"reason":"a","kind":"message"}""", "text"),
        ])
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var answer = await _owner.PostAsync($"/api/v1/devices/{id}/{act}", content, Token);
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{act} {body} answered {answer.StatusCode}");
            Assert.Equal(field, Assert.Single((await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors").EnumerateObject()).Name);
        }
    }

    [Fact]
    public async Task An_account_is_made_used_once_and_removed_with_its_sessions()
    {
        using var made = await _owner.PostAsJsonAsync("/api/v1/accounts", new { email = SecondEmail, role = "owner" }, Token);
        var link = (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("link").GetString()!;
        Assert.Equal(HttpStatusCode.BadRequest, (await _owner.PostAsJsonAsync("/api/v1/accounts", new { email = SecondEmail, role = "owner" }, Token)).StatusCode);
        using var early = await _server.Anonymous.PostAsJsonAsync("/api/v1/session", new { email = SecondEmail, password = "x" }, Token);
        Assert.Equal(HttpStatusCode.Unauthorized, early.StatusCode);
        using var boris = await UseAsync(link);
        using var again = await _server.Anonymous.PostAsJsonAsync("/api/v1/account/recovery", new { token = TokenOf(link), newPassword = Password }, Token);
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);

        var number = (await ItemsAsync("/api/v1/accounts")).Single(account => account.GetProperty("email").GetString() == SecondEmail).GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.Conflict, (await boris.DeleteAsync($"/api/v1/accounts/{number}", Token)).StatusCode);
        using var stranger = await StrangerAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.DeleteAsync($"/api/v1/accounts/{number}", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _owner.DeleteAsync($"/api/v1/accounts/{number}", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await boris.GetAsync("/api/v1/session", Token)).StatusCode);
    }

    private async Task<string> PhoneAsync()
    {
        using var made = await _owner.PostAsJsonAsync("/api/v1/devices", new { name = "Phone" }, Token);
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!;
    }

    private static Task<HttpResponseMessage> ActAsync(HttpClient who, string id, string act) => PostAsync(who, id, act, new { reason = "a test" });

    private static Task<HttpResponseMessage> PostAsync(HttpClient who, string id, string act, object body) =>
        who.PostAsJsonAsync($"/api/v1/devices/{id}/{act}", body, Token);

    private static async Task<JsonElement> GuardsAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("guards");
    }

    private static async Task<string?> ProtectionAsync(HttpResponseMessage answer) => (await GuardsAsync(answer)).GetProperty("protection").GetString();

    private async Task<List<JsonElement>> ItemsAsync(string path, HttpClient? who = null) =>
        [.. (await (who ?? _owner).GetFromJsonAsync<JsonElement>(path, Token)).GetProperty("items").EnumerateArray()];

    private async Task<HttpClient> AccountAsync(HttpClient maker, string email)
    {
        using var made = await maker.PostAsJsonAsync("/api/v1/accounts", new { email, role = "owner" }, Token);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return await UseAsync((await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("link").GetString()!);
    }

    private async Task<HttpClient> UseAsync(string link)
    {
        var client = new HttpClient { BaseAddress = _server.Address };
        using var used = await client.PostAsJsonAsync("/api/v1/account/recovery", new { token = TokenOf(link), newPassword = Password }, Token);
        Assert.Equal(HttpStatusCode.NoContent, used.StatusCode);
        return client;
    }

    private static string TokenOf(string link) => link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..];

    private async Task<HttpClient> StrangerAsync()
    {
        var other = new { name = "Other", email = "other@example.com", password = Password };
        using var made = await _owner.PostAsJsonAsync("/api/v1/organizations", other, Token);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return await _server.SignedInAsync(other.email, other.password);
    }
}
