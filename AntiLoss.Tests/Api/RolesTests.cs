using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using AntiLoss.Tests.Support;
using AntiLoss.Web.Live;
using Microsoft.AspNetCore.Authorization;

namespace AntiLoss.Tests.Api;

/// <summary>Who may do what in which fleet, over real HTTP.</summary>
public sealed class RolesTests
{
    private const string Password = "another long passphrase";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_hub_method_states_a_policy()
    {
        var open = typeof(FleetHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.GetBaseDefinition().DeclaringType == typeof(FleetHub) && method.GetCustomAttribute<AuthorizeAttribute>()?.Policy is null);
        Assert.Empty(open.Select(method => method.Name));
    }

    [Fact]
    public async Task An_operator_acts_and_a_viewer_reads_in_their_own_fleets_only()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var owner = await server.SignedInAsync();
        var other = await IdAsync(await owner.PostAsJsonAsync("/api/v1/fleets", new { name = "North" }, Token));
        var own = await PhoneAsync(owner, "1");
        var others = await PhoneAsync(owner, other);
        var unknown = "0" + own[1..^4] + "0000";
        using var boris = await AccountAsync(server, owner, "boris@example.com", "operator");
        using var vera = await AccountAsync(server, owner, "vera@example.com", "viewer");

        foreach (var caller in (HttpClient[])[boris, vera])
        {
            Assert.Equal([own], (await ItemsAsync(caller, "/api/v1/devices")).Select(item => item.GetProperty("id").GetString()));
            Assert.Equal(1, (await caller.GetFromJsonAsync<JsonElement>("/api/v1/devices/counts", Token)).GetProperty("all").GetInt32());
            Assert.DoesNotContain(others, await caller.GetStringAsync("/api/v1/devices/export", Token), StringComparison.Ordinal);
            Assert.Equal(["1"], (await ItemsAsync(caller, "/api/v1/fleets")).Select(item => item.GetProperty("id").GetString()));
            Assert.Equal(HttpStatusCode.OK, (await caller.GetAsync($"/api/v1/devices/{own}", Token)).StatusCode);
            foreach (var path in (string[])["", "/positions", "/commands"])
                Assert.Equal(await AnswerAsync(caller, $"/api/v1/devices/{unknown}{path}"), await AnswerAsync(caller, $"/api/v1/devices/{others}{path}"));
            foreach (var path in (string[])["accounts", "api-keys", "enrolment-tokens", "organizations", "quarantine"])
                Assert.Equal(HttpStatusCode.Forbidden, (await caller.GetAsync($"/api/v1/{path}", Token)).StatusCode);
        }
        var arm = new { reason = "try" };
        Assert.Equal(HttpStatusCode.OK, (await boris.PostAsJsonAsync($"/api/v1/devices/{own}/arm", arm, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await boris.PostAsJsonAsync($"/api/v1/devices/{others}/arm", arm, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await boris.PatchAsJsonAsync($"/api/v1/devices/{own}", new { fleet = other }, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await vera.PostAsJsonAsync($"/api/v1/devices/{own}/disarm", arm, Token)).StatusCode);
    }

    [Fact]
    public async Task A_role_that_changes_counts_at_once_and_the_last_owner_stays_one()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var owner = await server.SignedInAsync();
        using var boris = await AccountAsync(server, owner, "boris@example.com", "owner");
        var accounts = await ItemsAsync(owner, "/api/v1/accounts");
        string IdOf(string email) => accounts.Single(account => account.GetProperty("email").GetString() == email).GetProperty("id").GetString()!;
        var (first, second) = (IdOf(ServerUnderTest.OwnerEmail), IdOf("boris@example.com"));

        Assert.Equal(HttpStatusCode.Conflict, (await boris.PatchAsJsonAsync($"/api/v1/accounts/{first}", new { role = "viewer", fleets = (string[])["1"] }, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await owner.PatchAsJsonAsync($"/api/v1/accounts/{first}", new { disabled = true }, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await owner.PatchAsJsonAsync($"/api/v1/accounts/{second}", new { role = "viewer", fleets = (string[])["99"] }, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await owner.PatchAsJsonAsync($"/api/v1/accounts/{second}", new { role = "viewer", fleets = (string[])["1"] }, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await boris.GetAsync("/api/v1/accounts", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await owner.PatchAsJsonAsync($"/api/v1/accounts/{second}", new { disabled = true }, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await boris.GetAsync("/api/v1/session", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Anonymous.PostAsJsonAsync("/api/v1/session", new { email = "boris@example.com", password = Password }, Token)).StatusCode);
        Assert.Contains("account-changed", (await ItemsAsync(owner, "/api/v1/audit")).Select(entry => entry.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task A_key_does_what_it_was_made_for_and_one_from_before_everything()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var other = await IdAsync(await server.Api.PostAsJsonAsync("/api/v1/fleets", new { name = "North" }, Token));
        var (own, others) = (await PhoneAsync(server.Api, "1"), await PhoneAsync(server.Api, other));
        using var reader = await KeyAsync(server, ["read"], ["1"]);
        using var reporter = await KeyAsync(server, ["report"], ["1"]);
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync($"/api/v1/devices/{own}", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync($"/api/v1/devices/{others}", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostAsJsonAsync($"/api/v1/devices/{own}/arm", new { reason = "try" }, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reporter.GetAsync($"/api/v1/devices/{own}", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostAsJsonAsync("/api/v1/reports", new { }, Token)).StatusCode);
        Assert.NotEqual(HttpStatusCode.Forbidden, (await reporter.PostAsJsonAsync("/api/v1/reports", new { }, Token)).StatusCode);
        using var wide = await server.Api.PostAsJsonAsync("/api/v1/api-keys", new { name = "x", actions = (string[])["manage"], fleets = (string[])["1"] }, Token);
        Assert.Equal(HttpStatusCode.BadRequest, wide.StatusCode);
    }

    private static async Task<HttpClient> AccountAsync(ServerUnderTest server, HttpClient maker, string email, string role)
    {
        string[]? fleets = role == "owner" ? null : ["1"];
        using var made = await maker.PostAsJsonAsync("/api/v1/accounts", new { email, role, fleets }, Token);
        var token = (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("link").GetString()!.Split("token=")[1];
        var browser = new HttpClient { BaseAddress = server.Address };
        using var set = await browser.PostAsJsonAsync("/api/v1/account/recovery", new { token, newPassword = Password }, Token);
        Assert.Equal(HttpStatusCode.NoContent, set.StatusCode);
        return browser;
    }

    private static async Task<HttpClient> KeyAsync(ServerUnderTest server, string[] actions, string[] fleets)
    {
        using var made = await server.Api.PostAsJsonAsync("/api/v1/api-keys", new { name = "key", actions, fleets }, Token);
        var key = (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("key").GetString();
        var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    private static async Task<string> PhoneAsync(HttpClient caller, string fleet) =>
        await IdAsync(await caller.PostAsJsonAsync("/api/v1/devices", new { name = $"Phone of {fleet}", fleet }, Token));

    private static async Task<string> IdAsync(HttpResponseMessage made) =>
        (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!;

    private static async Task<List<JsonElement>> ItemsAsync(HttpClient caller, string path) =>
        [.. (await caller.GetFromJsonAsync<JsonElement>(path, Token)).GetProperty("items").EnumerateArray()];

    private static async Task<(HttpStatusCode Status, string Body)> AnswerAsync(HttpClient caller, string path)
    {
        using var answer = await caller.GetAsync(path, Token);
        // A trace id names the request and nothing else.
        return (answer.StatusCode, System.Text.RegularExpressions.Regex.Replace(await answer.Content.ReadAsStringAsync(Token), "\"traceId\":\"[^\"]*\"", ""));
    }
}
