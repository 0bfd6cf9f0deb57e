using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using AntiLoss.Domain.Agents;
using AntiLoss.Web.Ingest.Agents;
using Microsoft.Playwright;

namespace AntiLoss.Tests.Browser;

/// <summary>Settings of an organization: a fleet with its policy, and how many phones come in.</summary>
[Collection(ConsoleTestGroup.Name)]
public sealed class ConsoleSettingsTests(ConsoleHost host)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("en", 1600)]
    [InlineData("zh-CN", 390)]
    public async Task A_fleet_is_renamed_and_its_policy_changed_unless_somebody_was_faster(string language, int width)
    {
        var english = language == "en";
        var name = english ? "Couriers" : "快递";
        using var made = await host.Server.Api.PostAsJsonAsync("/api/v1/fleets", new { name }, Stop);
        var path = made.Headers.Location!.ToString();
        await using var visit = await host.SignedInAsync(language, width);
        await visit.GoAsync("/settings");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = english ? "Open Couriers" : "打开 快递" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(name);
        var called = visit.Page.GetByLabel(english ? "Name" : "名称", new() { Exact = true });
        await called.FillAsync($"{name} 2");
        await visit.Button(english ? "Save" : "保存").ClickAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"{name} 2");

        // A default is read beside each field, in its unit.
        var still = visit.Page.GetByLabel(english ? "Still, every" : "静止时，间隔", new() { Exact = true });
        await Assertions.Expect(still).ToHaveValueAsync("15");
        await Assertions.Expect(visit.Page.Locator(".stage")).ToContainTextAsync(english ? "Default: 15 min" : "默认：15 分钟");
        await still.FillAsync("9000");
        await visit.Page.GetByRole(AriaRole.Switch, new() { Name = english ? "Always at work" : "始终在工作" }).UncheckAsync();
        await visit.Button(english ? "Save the policy" : "保存策略").ClickAsync();
        // The server's refusal stands at its field.
        await Assertions.Expect(visit.Page.Locator(".stage")).ToContainTextAsync(english ? "is 540000; it must lie between" : "为 540000，应在 60");
        await still.FillAsync("5");
        await visit.Page.SetViewportSizeAsync(width, 2600);
        await visit.CheckAsync($"policy-{language[..2]}-{width}");
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await visit.Page.Locator("html[data-mantine-color-scheme=dark]").WaitForAsync();
        await visit.CheckAsync($"policy-{language[..2]}-{width}-dark");
    }

    [Fact]
    public async Task Whoever_has_an_older_policy_open_reads_it_again_and_overwrites_nothing()
    {
        using var made = await host.Server.Api.PostAsJsonAsync("/api/v1/fleets", new { name = "Depot" }, Stop);
        await using var visit = await host.SignedInAsync();
        await visit.GoAsync(made.Headers.Location!.ToString().Replace("/api/v1/", "/settings/", StringComparison.Ordinal));
        var tries = visit.Page.GetByLabel("Wrong PINs for a stranger’s SIM", new() { Exact = true });
        await tries.FillAsync("7");
        using (var owner = await host.Server.SignedInAsync())
        {
            using var faster = await owner.PutAsJsonAsync($"{made.Headers.Location}/policy", new { version = 1, foreignSimTries = 3 }, Stop);
            Assert.Equal(HttpStatusCode.OK, faster.StatusCode);
        }
        await visit.Button("Save the policy").ClickAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Somebody else has changed the policy");
        await visit.CheckAsync("policy-outdated-en-light-1600");
        await visit.Button("Read it again").ClickAsync();
        await Assertions.Expect(tries).ToHaveValueAsync("3");
        await tries.FillAsync("7");
        await visit.Button("Save the policy").ClickAsync();
        await Assertions.Expect(visit.Button("Save the policy")).ToBeDisabledAsync();
        await visit.Page.ReloadAsync();
        await Assertions.Expect(tries).ToHaveValueAsync("7");
    }

    [Theory]
    [InlineData("en", 1600)]
    [InlineData("zh-CN", 390)]
    public async Task Phones_enrol_by_a_token_and_one_that_is_not_listed_waits_for_a_word(string language, int width)
    {
        var english = language == "en";
        await using var visit = await host.SignedInAsync(language, width);
        await visit.GoAsync("/settings");
        var tokens = visit.Page.GetByRole(AriaRole.Region, new() { Name = english ? "Enrolment tokens" : "登记令牌" });
        await tokens.GetByLabel(english ? "Token" : "令牌", new() { Exact = true }).FillAsync(english ? "Depot Bonn" : "北京仓库");
        await tokens.Locator("button[type=submit]").ClickAsync();
        await tokens.GetByRole(AriaRole.Button, new() { Name = english ? "Show: Secret" : "显示: 密文" }).ClickAsync();
        var secret = await tokens.GetByRole(AriaRole.Status).Locator("code").InnerTextAsync();

        var list = visit.Page.GetByRole(AriaRole.Region, new() { Name = english ? "Phones that are yours" : "您的手机清单" });
        await list.GetByRole(AriaRole.Textbox).FillAsync("SN-1, no_good");
        await list.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(list).ToContainTextAsync(english ? "Entry 2 is neither an IMEI nor a serial number" : "第 2 项");
        await list.GetByRole(AriaRole.Textbox).FillAsync($"SN-{language}-1, 490154203237518");
        await list.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(list).ToContainTextAsync($"SN-{language}-1");

        var serial = $"SN-{language}-2";
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Task<HttpResponseMessage> EnrolAsync() => host.Server.Anonymous.PostAsJsonAsync("/agent/v1/enrol", new EnrolRequest(
            secret, key.ExportSubjectPublicKeyInfo(), AgentSignature.Sign(key, SignedAs.Enrolment, Encoding.ASCII.GetBytes(secret)), "DeviceOwner", "test agent 1", Serial: serial), Stop);
        using (var waits = await EnrolAsync())
            Assert.Equal(HttpStatusCode.Accepted, waits.StatusCode);
        await visit.Page.ReloadAsync();
        var waiting = visit.Page.GetByRole(AriaRole.Region, new() { Name = english ? "Phones that wait for you" : "等待您决定的手机" });
        await Assertions.Expect(waiting).ToContainTextAsync(english ? "is not in your list" : "不在您的清单中");
        await visit.Page.SetViewportSizeAsync(width, 3000);
        await visit.CheckAsync($"enrolment-{language[..2]}-{width}");
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await visit.Page.Locator("html[data-mantine-color-scheme=dark]").WaitForAsync();
        await visit.CheckAsync($"enrolment-{language[..2]}-{width}-dark");
        await waiting.GetByRole(AriaRole.Button, new() { Name = english ? $"Admit {serial}" : $"允许 {serial} 加入" }).ClickAsync();
        await Assertions.Expect(waiting.GetByText(serial)).ToHaveCountAsync(0);
        using var joined = await EnrolAsync();
        Assert.Equal(HttpStatusCode.OK, joined.StatusCode);
    }
}
