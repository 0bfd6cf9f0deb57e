using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AntiLoss.Domain.Agents;
using AntiLoss.Tests.Agents;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Sims;

/// <summary>What people do about lines, on a real server whose clock the tests move, with a carrier beside it.</summary>
public sealed class SimsApiTests(SimsApiTests.Server server) : IClassFixture<SimsApiTests.Server>
{
    private const string Identity = "11010519491231002X";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HttpClient Owner => server.Owner;

    /// <summary>One server for all tests of the class; each has phones and SIMs of its own.</summary>
    public sealed class Server : IAsyncLifetime
    {
        // Near the machine's own time, by which the client lets cookies run out.
        internal SteeredClock Clock { get; } = SteeredClock.At(TimeProvider.System.GetUtcNow());

        internal TestCarrier Carrier { get; private set; } = null!;

        public ServerUnderTest Running { get; private set; } = null!;

        public HttpClient Owner { get; private set; } = null!;

        public HttpClient Stranger { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Carrier = await TestCarrier.StartAsync();
            Running = await ServerUnderTest.StartAsync(new ServerSettings
            {
                Environment = Clock.Environment,
                Settings = new Dictionary<string, string> { ["Carrier:Webhook"] = Carrier.Address, ["Carrier:Secret"] = TestCarrier.Secret, ["Sims:LinesPerPerson"] = "2" },
            });
            Owner = await Running.SignedInAsync();
            var other = new { name = "Other", email = "other@example.com", password = ServerUnderTest.OwnerPassword };
            using var made = await Owner.PostAsJsonAsync("/api/v1/organizations", other, Stop);
            Stranger = await Running.SignedInAsync(other.email, other.password);
        }

        public async ValueTask DisposeAsync()
        {
            Owner.Dispose();
            Stranger.Dispose();
            await Running.DisposeAsync();
            await Carrier.DisposeAsync();
            Clock.Dispose();
        }
    }

    [Fact]
    public async Task A_line_is_in_somebody_s_name_and_the_number_is_nowhere()
    {
        var sim = Cards.Of(1);
        using var phone = await PhoneWithAsync(sim);
        Assert.Equal((false, "noRecord"), Judged(await SimAsync(sim)));

        var person = await PersonAsync("Wei");
        var named = await DoneAsync(PutAsync(sim, Name(person)));
        var name = named.GetProperty("realName");
        Assert.Equal(("person", "Wei", "the shop", true), (
            name.GetProperty("subject").GetString(), name.GetProperty("person").GetProperty("name").GetString(), name.GetProperty("verifiedBy").GetString(), name.GetProperty("current").GetBoolean()));
        Assert.Equal((false, "otherSubject"), Judged(named));
        using var assigned = await Owner.PostAsJsonAsync($"/api/v1/devices/{phone.Id}/assign", new { person, how = "by hand" }, Stop);
        Assert.Equal(HttpStatusCode.OK, assigned.StatusCode);
        Assert.Equal((true, ""), Judged(await SimAsync(sim)));
        Assert.Equal((true, ""), Judged(await DoneAsync(PutAsync(sim, Name(null)))));

        Assert.DoesNotContain(Identity, $"{await SimAsync(sim)}{await Owner.GetStringAsync("/api/v1/audit", Stop)}{server.Running.Output}", StringComparison.OrdinalIgnoreCase);
        foreach (var file in Directory.GetFiles(server.Running.Folder, "antiloss.db*"))
            Assert.Equal(-1, (await ReadAsync(file)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Identity)));
    }

    [Fact]
    public async Task A_person_holds_as_many_lines_as_the_server_says_and_one_that_is_given_up_makes_room()
    {
        var sims = Enumerable.Range(10, 3).Select(Cards.Of).ToList();
        foreach (var sim in sims)
            (await PhoneWithAsync(sim)).Dispose();
        var name = Name(await PersonAsync("Li")) with { IdentityNumber = "abc-12 34" };
        await DoneAsync(PutAsync(sims[0], name));
        await DoneAsync(PutAsync(sims[1], name with { IdentityNumber = "ABC1234" }));
        await RefusedAsync(PutAsync(sims[2], name), HttpStatusCode.BadRequest, "identityNumber");
        await DoneAsync(PutAsync(sims[1], name with { VerifiedBy = null }));
        await DoneAsync(Owner.DeleteAsync($"/api/v1/sims/{sims[0]}/real-name?reason=given+up", Stop));
        await Eventually.TrueAsync(async () => (await PutAsync(sims[2], name)).StatusCode == HttpStatusCode.OK, "there is room");
        Assert.Equal(HttpStatusCode.Conflict, (await Owner.DeleteAsync($"/api/v1/sims/{sims[0]}/real-name?reason=again", Stop)).StatusCode);
    }

    [Fact]
    public async Task What_is_wrong_is_named_and_a_program_or_another_organization_does_nothing()
    {
        var sim = Cards.Of(20);
        using var phone = await PhoneWithAsync(sim);
        var good = Name(null);
        foreach (var (body, field) in ((NameBody, string)[])
        [
            (good with { Subject = "nobody" }, "subject"),
            (good with { Subject = "person" }, "person"),
            (good with { Subject = "person", Person = "99" }, "person"),
            (good with { Person = "1" }, "person"),
            (good with { IdentityNumber = "123" }, "identityNumber"),
            (good with { IdentityNumber = "12345?" }, "identityNumber"),
            (good with { IdentityNumber = null }, "identityNumber"),
            (good with { VerifiedBy = new string('x', 101) }, "verifiedBy"),
            (good with { VerifiedAt = null }, "verifiedAt"),
            (good with { VerifiedAt = "2099-01-01T00:00:00Z" }, "verifiedAt"),
            (good with { Until = "soon" }, "until"),
            (good with { Until = "2020-01-01T00:00:00Z" }, "until"),
            (good with { Reason = " " }, "reason"),
        ])
            Assert.DoesNotContain("12345?", await RefusedAsync(PutAsync(sim, body), HttpStatusCode.BadRequest, field), StringComparison.Ordinal);
        await RefusedAsync(PostAsync(sim, "suspend", new { }), HttpStatusCode.BadRequest, "reason");
        await RefusedAsync(Owner.DeleteAsync($"/api/v1/sims/{sim}/real-name", Stop), HttpStatusCode.BadRequest, "reason");

        foreach (var (who, status) in ((HttpClient, HttpStatusCode)[])[(server.Running.Api, HttpStatusCode.Forbidden), (server.Stranger, HttpStatusCode.NotFound)])
        {
            await RefusedAsync(who.PutAsJsonAsync($"/api/v1/sims/{sim}/real-name", good, Stop), status, null);
            await RefusedAsync(who.DeleteAsync($"/api/v1/sims/{sim}/real-name?reason=mine", Stop), status, null);
            foreach (var act in (string[])["suspend", "report", "resume"])
                await RefusedAsync(who.PostAsJsonAsync($"/api/v1/sims/{sim}/{act}", new { reason = "mine" }, Stop), status, null);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await server.Stranger.GetAsync($"/api/v1/sims/{sim}", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Owner.GetAsync("/api/v1/sims/no-sim", Stop)).StatusCode);
        Assert.Equal("active", State(await SimAsync(sim)));
    }

    [Fact]
    public async Task A_record_that_lapses_suspends_the_line_until_it_is_recorded_anew()
    {
        var sim = Cards.Of(30);
        using var phone = await PhoneWithAsync(sim);
        await DoneAsync(PutAsync(sim, Name(null) with { Until = At(TimeSpan.FromHours(1)) }));
        Assert.Equal("active", State(await SimAsync(sim)));
        server.Clock.Set(server.Clock.GetUtcNow().AddHours(1));

        var lapsed = await SimAsync(sim);
        Assert.Equal(("suspended", "clock", "lapsed"), (State(lapsed), lapsed.GetProperty("line").GetProperty("by").GetProperty("id").GetString(), lapsed.GetProperty("line").GetProperty("reason").GetString()));
        Assert.Equal((false, "lapsed"), Judged(lapsed));
        await RefusedAsync(PostAsync(sim, "resume", new { reason = "try" }), HttpStatusCode.Conflict, null, "lapsed");
        await Eventually.TrueAsync(async () => (await ActionsAsync(sim)).Contains("line-lapsed"), "the audit has it");
        var renewed = await DoneAsync(PutAsync(sim, Name(null)));
        Assert.Equal(("active", true, 0), (State(renewed), renewed.GetProperty("satisfies").GetBoolean(), renewed.GetProperty("carrierRequests").GetArrayLength()));
    }

    [Fact]
    public async Task A_carrier_is_asked_signed_until_it_answers_and_each_request_is_one()
    {
        var sim = Cards.Of(40);
        using var phone = await PhoneWithAsync(sim);
        server.Carrier.Refuse(sim, 2);
        var suspended = await DoneAsync(PostAsync(sim, "suspend", new { reason = "left the company" }));
        Assert.Equal("suspended", State(suspended));
        await RefusedAsync(PostAsync(sim, "suspend", new { reason = "again" }), HttpStatusCode.Conflict, null, "suspended");
        await RequestAsync(request => request is { Tries: 1, State: "requested", Trouble: "it answered 503" });
        server.Clock.Set(server.Clock.GetUtcNow().AddSeconds(1));
        await RequestAsync(request => request.Tries == 2);
        server.Clock.Set(server.Clock.GetUtcNow().AddSeconds(2));
        await RequestAsync(request => request is { Tries: 3, State: "passedOn", Trouble: null });

        var received = server.Carrier.All.Where(request => request.Iccid == sim).ToList();
        Assert.Equal(3, received.Count);
        Assert.All(received, request => Assert.True(request.IsSigned));
        Assert.Equal(received[0].Key, Assert.Single(received.Select(request => request.Key).Distinct()));
        Assert.Equal((received[0].Key, "suspend", "left the company"), (
            received[0].Body.GetProperty("id").GetString(), received[0].Body.GetProperty("act").GetString(), received[0].Body.GetProperty("reason").GetString()));
        await DoneAsync(PostAsync(sim, "resume", new { reason = "came back" }));
        await RequestAsync(request => request is { Act: "resume", State: "passedOn" });
        await DoneAsync(PostAsync(sim, "report", new { reason = "stolen" }));
        await RequestAsync(request => request is { Act: "reportStolen", State: "passedOn" });
        Assert.Equal((false, "reported,noRecord"), Judged(await SimAsync(sim)));
        await Eventually.TrueAsync(
            async () => (await ActionsAsync(sim)).Order(StringComparer.Ordinal).SequenceEqual(
                ["carrier-answered", "carrier-answered", "carrier-answered", "line-reported-stolen", "line-resumed", "line-suspended"]),
            "the audit has it");

        Task RequestAsync(Func<(string Act, string State, int Tries, string? Trouble), bool> holds) => Eventually.TrueAsync(
            async () => (await SimAsync(sim)).GetProperty("carrierRequests").EnumerateArray().First() is var request
                && holds((request.GetProperty("act").GetString()!, request.GetProperty("state").GetString()!, request.GetProperty("tries").GetInt32(), request.GetProperty("trouble").GetString())),
            "the newest request is there");
    }

    [Fact]
    public async Task A_carrier_s_word_proves_a_line_and_its_word_on_another_line_or_subscription_is_refused()
    {
        var sim = Cards.Of(60);
        using var phone = await TestAgent.NewAsync(server.Running);
        using var bound = await Owner.PostAsJsonAsync($"/api/v1/devices/{phone.Id}/sims", new { iccid = sim, reason = "imported" }, Stop);
        Assert.Equal(HttpStatusCode.OK, bound.StatusCode);
        await Eventually.TrueAsync(async () => (await SimAsync(sim)).GetProperty("boundTo").GetString() == phone.Id, "the registry has the binding");
        await RefusedAsync(PostAsync(sim, "suspend", new { reason = "costs" }), HttpStatusCode.Conflict, null, "not proven");

        await DoneAsync(PostAsync(sim, "confirm", new { reason = "imported" }));
        await NewestAsync("failed", "it did not say for which line");
        server.Carrier.Answer(sim, Cards.Of(61));
        await DoneAsync(PostAsync(sim, "confirm", new { reason = "imported" }));
        await NewestAsync("failed", "it answered for another line");
        Assert.False((await SimAsync(sim)).GetProperty("proven").GetBoolean());

        server.Carrier.Answer(sim, sim, "460001234567890");
        await DoneAsync(PostAsync(sim, "confirm", new { reason = "imported" }));
        await NewestAsync("passedOn", null);
        Assert.True((await SimAsync(sim)).GetProperty("proven").GetBoolean());
        await RefusedAsync(PostAsync(sim, "confirm", new { reason = "again" }), HttpStatusCode.Conflict, null, "proven to be yours");

        server.Carrier.Answer(sim, sim, "460001234567891");
        await DoneAsync(PostAsync(sim, "suspend", new { reason = "costs" }));
        await NewestAsync("failed", "it answered for another subscription");

        Task NewestAsync(string state, string? trouble) => Eventually.TrueAsync(
            async () => (await SimAsync(sim)).GetProperty("carrierRequests")[0] is var request
                && (request.GetProperty("state").GetString(), request.GetProperty("trouble").GetString()) == (state, trouble),
            $"the newest request is {state}");
    }

    [Fact]
    public async Task A_line_over_which_a_lost_phone_reports_is_silenced_only_by_somebody_who_knows()
    {
        var sim = Cards.Of(50);
        using var phone = await PhoneWithAsync(sim);
        await LostAsync(phone);
        foreach (var act in (string[])["suspend", "report"])
            await RefusedAsync(PostAsync(sim, act, new { reason = "costs" }), HttpStatusCode.Conflict, null, "goes dark");
        Assert.Equal("active", State(await SimAsync(sim)));
        Assert.Equal("suspended", State(await DoneAsync(PostAsync(sim, "suspend", new { reason = "costs", goesDark = true }))));
        Assert.Equal("active", State(await DoneAsync(PostAsync(sim, "resume", new { reason = "a mistake" }))));

        // Its SIM is in a thief's hands: the phone loses nothing.
        await phone.TellAsync(new SimGone(0));
        Assert.Equal("reported", State(await DoneAsync(PostAsync(sim, "report", new { reason = "stolen" }))));

        // It is in another phone of the organization, which reports over it.
        var lent = Cards.Of(51);
        using var owner = await PhoneWithAsync(lent);
        await owner.TellAsync(new SimGone(0));
        using var borrower = await TestAgent.NewAsync(server.Running);
        await ActAsync(borrower, "arm");
        await borrower.TellAsync(new SimSeen(0, lent));
        await LostAsync(borrower);
        await Eventually.TrueAsync(async () => (await GuardsAsync(borrower)).GetProperty("slots")[0].GetProperty("guard").GetString() == "borrowed", "the registry has seen it there");
        await RefusedAsync(PostAsync(lent, "suspend", new { reason = "costs" }), HttpStatusCode.Conflict, null, "goes dark");
    }

    private sealed record NameBody(string? Subject, string? Person, string? IdentityNumber, string? VerifiedBy, string? VerifiedAt, string? Until, string? Reason);

    private NameBody Name(string? person) => new(
        person is null ? "organization" : "person", person, Identity, "the shop", At(TimeSpan.FromDays(-1)), At(TimeSpan.FromDays(300)), "handed out");

    private string At(TimeSpan from) => server.Clock.GetUtcNow().Add(from).ToString("O");

    /// <summary>An armed phone that has proved a SIM to be its own.</summary>
    private async Task<TestAgent> PhoneWithAsync(string sim)
    {
        var phone = await TestAgent.NewAsync(server.Running);
        await phone.TellAsync(new SimSeen(0, sim));
        await ActAsync(phone, "arm");
        await Eventually.TrueAsync(async () => (await SimAsync(sim)).GetProperty("proven").GetBoolean(), "the SIM is the phone's");
        return phone;
    }

    private Task LostAsync(TestAgent phone) => ActAsync(phone, "lost");

    private async Task ActAsync(TestAgent phone, string act)
    {
        using var answer = await Owner.PostAsJsonAsync($"/api/v1/devices/{phone.Id}/{act}", new { reason = "a test" }, Stop);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
    }

    private async Task<JsonElement> GuardsAsync(TestAgent phone) =>
        (await Owner.GetFromJsonAsync<JsonElement>($"/api/v1/devices/{phone.Id}", Stop)).GetProperty("guards");

    private async Task<string> PersonAsync(string name)
    {
        using var made = await Owner.PostAsJsonAsync("/api/v1/people", new { name }, Stop);
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("id").GetString()!;
    }

    private Task<JsonElement> SimAsync(string sim) => Owner.GetFromJsonAsync<JsonElement>($"/api/v1/sims/{sim}", Stop);

    private Task<HttpResponseMessage> PutAsync(string sim, NameBody body) => Owner.PutAsJsonAsync($"/api/v1/sims/{sim}/real-name", body, Stop);

    private Task<HttpResponseMessage> PostAsync(string sim, string act, object body) => Owner.PostAsJsonAsync($"/api/v1/sims/{sim}/{act}", body, Stop);

    private async Task<List<string?>> ActionsAsync(string sim) => [.. (await Owner.GetFromJsonAsync<JsonElement>("/api/v1/audit?limit=400", Stop)).GetProperty("items").EnumerateArray()
        .Where(entry => entry.GetProperty("after").GetString()!.StartsWith(sim, StringComparison.Ordinal)).Select(entry => entry.GetProperty("action").GetString())];

    private static string? State(JsonElement sim) => sim.GetProperty("line").GetProperty("state").GetString();

    private static (bool, string) Judged(JsonElement sim) =>
        (sim.GetProperty("satisfies").GetBoolean(), string.Join(',', sim.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString())));

    private static async Task<JsonElement> DoneAsync(Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<string> RefusedAsync(Task<HttpResponseMessage> asked, HttpStatusCode status, string? field, string says = "")
    {
        using var answer = await asked;
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode} {text}");
        Assert.Contains(says, text, StringComparison.Ordinal);
        if (field is not null)
            Assert.Equal(field, Assert.Single(JsonDocument.Parse(text).RootElement.GetProperty("errors").EnumerateObject()).Name);
        return text;
    }

    private static async Task<byte[]> ReadAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, Stop);
        return bytes.ToArray();
    }
}
