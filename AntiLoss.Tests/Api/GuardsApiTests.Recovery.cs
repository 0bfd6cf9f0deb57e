using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AntiLoss.Domain.Agents;
using AntiLoss.LoadTest.Agents;
using AntiLoss.Tests.Agents;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Api;

// Who is read a recovery code, and who is not.
public sealed partial class GuardsApiTests
{
    [Fact]
    public async Task A_person_who_is_locked_out_is_freed_and_the_thief_who_calls_the_help_desk_ends_without_a_code()
    {
        using var agent = await TestAgent.NewAsync(_server);
        using var young = await AccountAsync(_owner, SecondEmail);
        var pad = new PinPad(agent.RecoverySecret, PinPadMemory.Empty, _ => { });
        var challenge = pad.Challenge(RecoveryPurpose.NewPin, TimeSpan.Zero);
        PadAnswer Try(string? code) => pad.TryCode(code ?? "", TimeSpan.Zero, (purpose, digits) => RecoveryCode.Of(agent.RecoverySecret, agent.Enrolment, purpose, digits)).Answer;

        // Nothing has happened: one person who has looked at whoever calls is enough, and asks twice for one code.
        var call = new { reason = "forgot the PIN", purpose = "newPin", challenge, callerCheck = "inPerson" };
        var code = await CodeAsync(_owner, agent.Id, call);
        Assert.Equal(code, await CodeAsync(_owner, agent.Id, call));
        Assert.Equal(PadAnswer.Right, Try(code));
        await Eventually.TrueAsync(async () => (await ItemsAsync("/api/v1/audit")).Any(entry => entry.GetProperty("action").GetString() == "recovery-code-asked"), "the audit has it");
        await Eventually.TrueAsync(async () => (await ItemsAsync("/api/v1/alerts")).Any(alert => alert.GetProperty("kind").GetString() == "recoveryCodeAsked"), "its people are told");

        // The thief has the phone, its number and a story.
        challenge = pad.Challenge(RecoveryPurpose.PowerOffOnce, TimeSpan.Zero);
        object Story(string check, string? number = null) => new { reason = "says the PIN is forgotten", purpose = "powerOffOnce", challenge, callerCheck = check, calledNumber = number };
        await RefusedAsync(_owner, Story("callerId"), HttpStatusCode.BadRequest, "callerCheck");
        await RefusedAsync(_owner, Story("calledBack"), HttpStatusCode.BadRequest, "calledNumber");
        await RefusedAsync(_server.Api, Story("inPerson"), HttpStatusCode.Forbidden, null);
        using var stranger = await StrangerAsync();
        await RefusedAsync(stranger, Story("inPerson"), HttpStatusCode.NotFound, null);

        // It is lost by now: the desk's word is not enough, nor is that of an account which the desk has made.
        await ActAsync(_owner, agent.Id, "lost");
        Assert.Null(await CodeAsync(_owner, agent.Id, Story("calledBack", "+49 30 1")));
        var pending = (await GuardsAsync(await _owner.GetAsync($"/api/v1/devices/{agent.Id}", Token))).GetProperty("pending");
        Assert.Equal(("recoveryCode", "+49 30 1"), (pending.GetProperty("action").GetString(), pending.GetProperty("recoveryCall").GetProperty("calledNumber").GetString()));
        var agreement = new { reason = "the desk is sure", pending = pending.GetProperty("id").GetString() };
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(_owner, agent.Id, "agree", agreement)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(young, agent.Id, "agree", agreement)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(_server.Api, agent.Id, "agree", agreement)).StatusCode);
        Assert.Null(await CodeAsync(_owner, agent.Id, Story("calledBack", "+49 30 1")));

        // A code of a phone that is not lost, for this one's challenge, is no code here.
        using var accomplice = await TestAgent.NewAsync(_server);
        Assert.Equal(PadAnswer.Wrong, Try(await CodeAsync(_owner, accomplice.Id, Story("inPerson"))));
        Assert.Equal(PadAnswer.Wrong, Try(code));
        _clock.Set(_start.AddMinutes(31));
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(young, agent.Id, "agree", agreement)).StatusCode);

        async Task RefusedAsync(HttpClient who, object body, HttpStatusCode status, string? field)
        {
            using var answer = await PostAsync(who, agent.Id, "recovery-code", body);
            var text = await answer.Content.ReadAsStringAsync(Token);
            Assert.True(answer.StatusCode == status, text);
            if (field is not null)
                Assert.Equal(field, Assert.Single(JsonDocument.Parse(text).RootElement.GetProperty("errors").EnumerateObject()).Name);
        }
    }

    [Fact]
    public async Task A_person_reads_out_twenty_codes_an_hour_and_a_second_one_agrees_to_a_lost_phone_s()
    {
        for (var phone = 0; phone < 4; phone++)
        {
            using var agent = await TestAgent.NewAsync(_server);
            for (var i = 0; i < 5; i++)
                Assert.Equal(10, (await CodeAsync(_owner, agent.Id, Call($"0000000{i}")))?.Length);
            Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(_owner, agent.Id, "recovery-code", Call("99999999"))).StatusCode);
        }
        using var last = await TestAgent.NewAsync(_server);
        using var tooMany = await PostAsync(_owner, last.Id, "recovery-code", Call("00000000"));
        Assert.Equal(HttpStatusCode.TooManyRequests, tooMany.StatusCode);

        using var boris = await AccountAsync(_owner, SecondEmail);
        using var clara = await AccountAsync(boris, "clara@example.com");
        _clock.Set(_start.AddHours(25));
        using var owner = await _server.SignedInAsync();
        using var second = await _server.SignedInAsync("clara@example.com", Password);
        await ActAsync(owner, last.Id, "lost");
        using var asked = await PostAsync(owner, last.Id, "recovery-code", Call("12345678"));
        var pending = (await asked.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("pending").GetProperty("id").GetString();
        Assert.Null(await CodeAsync(second, last.Id, Call("87654321")));
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(second, last.Id, "agree", new { reason = "yes", pending })).StatusCode);
        Assert.Null(await CodeAsync(owner, last.Id, Call("12345678")));
        var now = (await GuardsAsync(await owner.GetAsync($"/api/v1/devices/{last.Id}", Token))).GetProperty("pending").GetProperty("id").GetString();
        await GuardsAsync(await PostAsync(second, last.Id, "agree", new { reason = "yes", pending = now }));
        var code = await CodeAsync(owner, last.Id, Call("12345678"));
        Assert.True(RecoveryCode.IsRight(last.RecoverySecret, last.Enrolment, RecoveryPurpose.EndLockout, "12345678", code));
        var given = (await GuardsAsync(await owner.GetAsync($"/api/v1/devices/{last.Id}", Token))).GetProperty("recoveryCodes").EnumerateArray().Single();
        Assert.Equal(("clara@example.com", "endLockout"), (given.GetProperty("agreedBy").GetProperty("name").GetString(), given.GetProperty("call").GetProperty("purpose").GetString()));

        static object Call(string challenge) => new { reason = "locked out", purpose = "endLockout", challenge, callerCheck = "signedIn" };
    }

    private static async Task<string?> CodeAsync(HttpClient who, string id, object call)
    {
        using var answer = await PostAsync(who, id, "recovery-code", call);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("code").GetString();
    }
}
