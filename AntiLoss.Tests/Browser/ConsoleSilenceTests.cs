using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;
using AntiLoss.Tests.Agents;
using AntiLoss.Web.Api;
using Microsoft.Playwright;

namespace AntiLoss.Tests.Browser;

/// <summary>What the drawer says of a phone that has fallen silent. No test waits three quarters of an hour for that: the server's answer is told so.</summary>
[Collection(ConsoleTestGroup.Name)]
public sealed class ConsoleSilenceTests(ConsoleHost host)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("en", 1600)]
    [InlineData("zh-CN", 390)]
    public async Task A_silent_phone_says_what_it_looks_like_on_what_evidence_and_whose_PIN_is_missing(string language, int width)
    {
        var english = language == "en";
        var phone = await host.EnrolAsync(english ? "Silent" : "失联");
        using var agent = await TestAgent.OfAsync(host.Server, phone.Id);
        var now = TimeProvider.System.GetUtcNow();
        await agent.TellAsync(
            new Report { Kind = ReportKind.Position, FixedAt = now, Place = GeoPoint.From(english ? 44.3 : 44.2, 9.52147), AccuracyMetres = 8 }, new PinSet(), new PolicyApplied(1));
        using var person = await host.Server.Api.PostAsJsonAsync("/api/v1/people", new { name = english ? "New user" : "新用户" }, Stop);
        var id = (await person.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("id").GetString();
        using var handed = await host.Server.Api.PostAsJsonAsync($"/api/v1/devices/{phone.Id}/assign", new { person = id, how = "by hand" }, Stop);
        Assert.True(handed.IsSuccessStatusCode, await handed.Content.ReadAsStringAsync(Stop));

        var silence = new SilenceView("forcedOff", now.AddHours(-2), now.AddHours(-1), "a power-off was refused just before", now.AddHours(1));
        await using var visit = await host.SignedInAsync(language, width, page => page.RouteAsync($"**/api/v1/devices/{phone.Id}", async route =>
        {
            var answer = await route.FetchAsync();
            var device = JsonNode.Parse(await answer.TextAsync())!;
            device["silenceJudged"] = JsonSerializer.SerializeToNode(silence, JsonSerializerOptions.Web);
            await route.FulfillAsync(new() { Response = answer, Body = device.ToJsonString() });
        }));
        await visit.GoAsync($"/map?device={phone.Id}&z=13&ll={(english ? "44.3" : "44.2")},9.52147");
        await visit.DrawnAsync(phone.Id);

        foreach (var words in english
            ? (string[])["It looks like: forced off.", "a power-off was refused just before", "If it lasts, it counts as unexplained", "the person who has it now must set one"]
            : ["看起来是：被强制关机。", "此前刚拒绝过一次关机", "若持续下去", "须由现持有人设置"])
            await Assertions.Expect(visit.Drawer).ToContainTextAsync(words);
        await visit.CheckAsync($"silent-{language[..2]}-{width}");
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await visit.RestedAsync();
        await visit.CheckAsync($"silent-{language[..2]}-{width}-dark");
    }
}
