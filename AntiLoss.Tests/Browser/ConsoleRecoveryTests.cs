using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;
using AntiLoss.Tests.Agents;
using Microsoft.Playwright;

namespace AntiLoss.Tests.Browser;

/// <summary>A help desk frees a locked-out phone from its page.</summary>
[Collection(ConsoleTestGroup.Name)]
public sealed class ConsoleRecoveryTests(ConsoleHost host)
{
    [Theory]
    [InlineData("en", 1600)]
    [InlineData("zh-CN", 390)]
    public async Task A_code_is_read_out_for_a_guarded_phone_and_a_lost_one_s_waits_for_a_second_person(string language, int width)
    {
        var english = language == "en";
        var phone = await host.EnrolAsync(english ? "Locked out" : "被锁定");
        using var agent = await TestAgent.OfAsync(host.Server, phone.Id);
        await agent.TellAsync(
            new Report { Kind = ReportKind.Position, FixedAt = TimeProvider.System.GetUtcNow(), Place = GeoPoint.From(english ? 46.1 : 46.0, 9.52147), AccuracyMetres = 8 },
            new PinSet(), new PolicyApplied(1), new PushTokenSet("fcm", "a token"));
        await using var visit = await host.SignedInAsync(language, width);
        await visit.GoAsync($"/map?device={phone.Id}");
        await visit.DrawnAsync(phone.Id);

        await OpenAsync(visit, english);
        await visit.Dialog.GetByText(english ? "set a new PIN" : "设置新密码").ClickAsync();
        await visit.Dialog.GetByText(english ? "called back on a number on file" : "已回拨登记的号码").ClickAsync();
        await visit.CheckAsync($"recovery-{language[..2]}-{width}");
        await visit.Dialog.GetByLabel(english ? "The number that you called" : "您回拨的号码").FillAsync("+49 30 1234567");
        await visit.Dialog.GetByLabel(english ? "The 8 digits on its screen" : "屏幕上的 8 位数字").FillAsync("1234");
        await visit.Dialog.GetByLabel(english ? "Reason" : "原因").FillAsync("forgot the PIN");
        await visit.Dialog.Locator("button[type=submit]").ClickAsync();
        // What is wrong is said beside the field, in the viewer's language.
        await Assertions.Expect(visit.Dialog).ToContainTextAsync(english ? "expected the 8 digits" : "应为手机屏幕上的 8 位数字");
        await visit.Dialog.GetByLabel(english ? "The 8 digits on its screen" : "屏幕上的 8 位数字").FillAsync("1234 5678");
        await visit.Dialog.Locator("button[type=submit]").ClickAsync();
        var expected = RecoveryCode.Of(agent.RecoverySecret, agent.Enrolment, RecoveryPurpose.NewPin, "12345678");
        await Assertions.Expect(visit.Dialog.Locator(".recovery-code")).ToHaveTextAsync($"{expected[..3]} {expected[3..6]} {expected[6..]}");
        await visit.CheckAsync($"recovery-code-{language[..2]}-{width}");
        await visit.Button(english ? "Done" : "完成").ClickAsync();
        await Assertions.Expect(visit.Drawer).ToContainTextAsync(english ? "Recovery codes of the last day" : "最近一天的恢复码");
        await Assertions.Expect(visit.Drawer).ToContainTextAsync(english ? "this server has no access to Firebase" : "此服务器未接入 Firebase");

        await visit.Drawer.GetByRole(AriaRole.Button, new() { Name = english ? "Declare lost" : "声明丢失", Exact = true }).ClickAsync();
        await visit.Dialog.Locator("input[required]").FillAsync("left in a taxi");
        await visit.Dialog.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(visit.Drawer.Locator(".badge-lost")).ToBeVisibleAsync();
        await OpenAsync(visit, english);
        await visit.Dialog.GetByLabel(english ? "The 8 digits on its screen" : "屏幕上的 8 位数字").FillAsync("87654321");
        await visit.Dialog.GetByText(english ? "seen in person" : "当面确认").ClickAsync();
        await visit.Dialog.GetByLabel(english ? "Reason" : "原因").FillAsync("says it is found");
        await visit.Dialog.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(visit.Dialog.GetByRole(AriaRole.Status)).ToContainTextAsync(english ? "a second person agrees" : "须由另一人");
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await visit.CheckAsync($"recovery-waits-{language[..2]}-{width}-dark");
        await visit.Button(english ? "Cancel" : "取消").ClickAsync();
        // The second person reads what there is to agree to.
        await Assertions.Expect(visit.Drawer.Locator(".notice").Last).ToContainTextAsync(english ? "seen in person" : "当面确认");
        await visit.CheckAsync($"recovery-pending-{language[..2]}-{width}-dark");
    }

    private static async Task OpenAsync(Visit visit, bool english)
    {
        await visit.Drawer.GetByRole(AriaRole.Button, new() { Name = english ? "More" : "更多", Exact = true }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = english ? "Recovery code…" : "恢复码…" }).ClickAsync();
        await visit.Dialog.WaitForAsync();
    }
}
