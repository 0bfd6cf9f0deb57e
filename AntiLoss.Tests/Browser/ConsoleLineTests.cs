using System.Globalization;
using System.Net.Http.Json;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;
using AntiLoss.Tests.Agents;
using AntiLoss.Tests.Sims;
using Microsoft.Playwright;

namespace AntiLoss.Tests.Browser;

/// <summary>The line behind a phone's SIM, in the drawer: in whose name it is, and suspended as an operator does.</summary>
[Collection(ConsoleTestGroup.Name)]
public sealed class ConsoleLineTests(ConsoleHost host)
{
    [Theory]
    [InlineData("en", 1600)]
    [InlineData("zh-CN", 390)]
    public async Task A_line_is_named_suspended_and_of_a_lost_phone_only_by_somebody_who_knows(string language, int width)
    {
        var english = language == "en";
        string Say(string en, string zh) => english ? en : zh;
        var sim = Cards.Of(english ? 901 : 902);
        var phone = await host.EnrolAsync(Say("With a line", "有号码"));
        using var agent = await TestAgent.OfAsync(host.Server, phone.Id);
        await agent.TellAsync(new Report { Kind = ReportKind.Position, FixedAt = TimeProvider.System.GetUtcNow(), Place = GeoPoint.From(english ? 45.1 : 45.3, 9.52147) }, new SimSeen(0, sim, "Telco", "23203"));
        await ActAsync(phone, "arm");
        await using var visit = await host.SignedInAsync(language, width);
        await visit.GoAsync($"/map?device={phone.Id}&z=13&ll={(english ? "45.1" : "45.3")},9.52147");
        await visit.DrawnAsync(phone.Id);
        var line = visit.Drawer.Locator("li").Filter(new() { HasText = $"…{sim[^6..]}: " });
        await Assertions.Expect(line).ToContainTextAsync(Say("no real-name record", "无实名登记"));

        await OpenAsync(Say("Real-name record…", "实名登记…"));
        await visit.Dialog.GetByLabel(Say("Identity number", "证件号码")).FillAsync("91310000MA1FL5B23X");
        var today = TimeProvider.System.GetUtcNow();
        await visit.Dialog.GetByLabel(Say("Verified on", "核验日期")).FillAsync(Day(today.AddDays(-2)));
        await visit.Dialog.GetByLabel(Say("Good until", "有效期至")).FillAsync(Day(today.AddDays(-1)));
        await visit.Dialog.GetByLabel(Say("Reason", "原因")).FillAsync("bought");
        await visit.Dialog.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(visit.Dialog).ToContainTextAsync(Say("lies in the past", "早于现在"));
        await visit.CheckAsync($"real-name-{language[..2]}-{width}");
        await visit.Dialog.GetByLabel(Say("Good until", "有效期至")).FillAsync(Day(today.AddDays(300)));
        await SubmitAsync();
        await Assertions.Expect(line).ToContainTextAsync(Say("Your organization", "您的组织"));

        await OpenAsync(Say("Suspend…", "停用…"));
        await visit.Dialog.GetByLabel(Say("Reason", "原因")).FillAsync("not needed");
        await SubmitAsync();
        await Assertions.Expect(line).ToContainTextAsync(Say("suspended (not needed)", "已停用 (not needed)"));
        await OpenAsync(Say("Resume", "恢复"));
        await visit.Dialog.GetByLabel(Say("Reason", "原因")).FillAsync("needed");
        await SubmitAsync();
        await Assertions.Expect(line).ToContainTextAsync(Say("active", "正常"));
        await visit.CheckAsync($"line-{language[..2]}-{width}");

        // Somebody loses it while the dialog is open.
        await OpenAsync(Say("Suspend…", "停用…"));
        await visit.Dialog.GetByLabel(Say("Reason", "原因")).FillAsync("costs");
        await ActAsync(phone, "lost");
        await visit.Dialog.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(visit.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync(Say("goes dark", "失去联系"));
        await visit.CheckAsync($"goes-dark-{language[..2]}-{width}");
        await visit.Dialog.GetByRole(AriaRole.Checkbox).CheckAsync();
        await SubmitAsync();
        await Assertions.Expect(line).ToContainTextAsync(Say("suspended (costs)", "已停用 (costs)"));

        async Task OpenAsync(string item)
        {
            await line.GetByRole(AriaRole.Button).ClickAsync();
            await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = item, Exact = true }).ClickAsync();
        }

        async Task SubmitAsync()
        {
            await visit.Dialog.Locator("button[type=submit]").ClickAsync();
            await Assertions.Expect(visit.Dialog).ToHaveCountAsync(0);
        }
    }

    private async Task ActAsync(Enrolled phone, string act)
    {
        using var answer = await host.Server.Api.PostAsJsonAsync($"/api/v1/devices/{phone.Id}/{act}", new { reason = "a test" }, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private static string Day(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
