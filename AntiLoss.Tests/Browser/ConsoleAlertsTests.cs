using System.Net.Http.Json;
using Microsoft.Playwright;

namespace AntiLoss.Tests.Browser;

/// <summary>The inbox and the incidents, worked through as an operator does.</summary>
[Collection(ConsoleTestGroup.Name)]
public sealed class ConsoleAlertsTests(ConsoleHost host)
{
    [Theory]
    [InlineData("en", 1600, ColorScheme.Light)]
    [InlineData("zh-CN", 390, ColorScheme.Dark)]
    public async Task An_alert_is_acknowledged_and_resolved_and_its_incident_noted_about(string language, int width, ColorScheme scheme)
    {
        string Say(string en, string zh) => language == "en" ? en : zh;
        var name = Say("On the inbox", "收件箱里");
        var phone = await host.EnrolAsync(name);
        await ActAsync(phone, "arm");
        await ActAsync(phone, "lost");
        await using var visit = await host.OpenAsync(language, width, scheme);
        await visit.SignInAsync();
        await visit.GoAsync("/alerts");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Link, new() { NameRegex = new(Say("Alerts: [0-9]+ unseen", "告警：[0-9]+ 条未查看")) })).ToBeVisibleAsync();
        var group = visit.Page.GetByRole(AriaRole.Region, new() { Name = name, Exact = true });
        var row = group.GetByRole(AriaRole.Listitem).Filter(new() { HasText = Say("Lost", "已丢失") });
        await Assertions.Expect(row).ToContainTextAsync(Say("Critical", "严重"));
        await visit.CheckAsync($"alerts-{language[..2]}-{width}");
        await row.GetByRole(AriaRole.Checkbox).CheckAsync();
        await visit.Button(Say("Acknowledge", "确认")).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync(Say("seen by", "查看"));
        await row.GetByRole(AriaRole.Checkbox).CheckAsync();
        await visit.Button(Say("Resolve…", "解决…")).ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Textbox).FillAsync("called the driver");
        await visit.CheckAsync($"resolve-{language[..2]}-{width}");
        await visit.Dialog.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        await visit.Page.GetByText(Say("All", "全部"), new() { Exact = true }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("called the driver");

        await visit.GoAsync("/incidents");
        var listed = visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = name });
        await Assertions.Expect(listed).ToContainTextAsync(Say("nobody has looked at it", "无人查看"));
        await visit.CheckAsync($"incidents-{language[..2]}-{width}");
        await listed.GetByRole(AriaRole.Link).ClickAsync();
        var timeline = visit.Page.GetByRole(AriaRole.Region, new() { Name = Say("What happened", "经过"), Exact = true });
        await Assertions.Expect(timeline).ToContainTextAsync(Say("Declared lost", "声明丢失"));
        await visit.Page.GetByRole(AriaRole.Textbox).FillAsync("police <b>informed</b>");
        await visit.Button(Say("Add the note", "添加备注")).ClickAsync();
        await Assertions.Expect(timeline).ToContainTextAsync("police <b>informed</b>");
        await visit.CheckAsync($"incident-{language[..2]}-{width}");
        var file = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByRole(AriaRole.Link, new() { Name = Say("Signed file", "签名文件") }).ClickAsync());
        Assert.EndsWith(".zip", file.SuggestedFilename, StringComparison.Ordinal);
    }

    private async Task ActAsync(Enrolled phone, string act)
    {
        using var answer = await host.Server.Api.PostAsJsonAsync($"/api/v1/devices/{phone.Id}/{act}", new { reason = "a test" }, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
