using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;
using AntiLoss.Tests.Agents;
using Microsoft.Playwright;

namespace AntiLoss.Tests.Browser;

/// <summary>What guards a phone, in the drawer: seen and acted on as an operator does.</summary>
[Collection(ConsoleTestGroup.Name)]
public sealed class ConsoleGuardTests(ConsoleHost host)
{
    [Theory]
    [InlineData("en", 1600)]
    [InlineData("zh-CN", 390)]
    public async Task A_phone_that_a_thief_takes_is_suspected_lost_and_found(string language, int width)
    {
        var english = language == "en";
        var phone = await host.EnrolAsync(english ? "Guarded" : "受防护");
        using var agent = await TestAgent.OfAsync(host.Server, phone.Id);
        await agent.TellAsync(Fix(english ? 46.9 : 46.7), new SimSeen(0, english ? "8986001234567890123" : "8986001234567890773", "Telco", "23203"), new PinSet(), new PolicyApplied(1), new ScreenLockSet(false));
        await using var visit = await host.SignedInAsync(language, width);
        await visit.GoAsync($"/map?device={phone.Id}");
        await visit.DrawnAsync(phone.Id);

        await ActAsync(visit, english ? "Guard" : "开启防护", "handed to Ana");
        await Assertions.Expect(visit.Drawer.Locator(".drawer-head")).ToContainTextAsync(english ? "Guarded" : "防护中");
        await visit.CheckAsync($"guarded-{language[..2]}-{width}");

        await agent.TellAsync(new SimGone(0), new LinkChanged(Bearer.Esim, "23203", "LTE", -97));
        await Assertions.Expect(visit.Drawer.Locator(".badge-suspected")).ToBeVisibleAsync();
        await Assertions.Expect(visit.Drawer).ToContainTextAsync(english ? "SIM taken out" : "SIM 卡被取出");
        await visit.DrawnAsync(phone.Id, state: "suspected");
        await visit.CheckAsync($"suspected-{language[..2]}-{width}");

        if (english)
            await visit.Page.Keyboard.PressAsync("l");
        else
            await visit.Drawer.GetByRole(AriaRole.Button, new() { Name = "声明丢失", Exact = true }).ClickAsync();
        await visit.Dialog.WaitForAsync();
        await visit.CheckAsync($"declare-{language[..2]}-{width}");
        await SubmitAsync(visit, "left in a taxi");
        await Assertions.Expect(visit.Drawer.Locator(".badge-lost")).ToBeVisibleAsync();
        await Assertions.Expect(visit.Drawer).ToContainTextAsync("left in a taxi");
        // Wanted, sent, and told: the phone has not said that it is locked.
        await Assertions.Expect(visit.Drawer).ToContainTextAsync(english ? "lock wanted, not confirmed" : "要求锁定，尚未确认");
        // The server is shared: other tests' phones may be lost too.
        await Assertions.Expect(visit.Page.Locator(".chip", new() { HasText = english ? "Lost" : "丢失" })).ToContainTextAsync(new System.Text.RegularExpressions.Regex("[1-9]"));
        await agent.TellAsync(new ScreenLockSet(true));
        await Assertions.Expect(visit.Drawer).Not.ToContainTextAsync(english ? "lock wanted, not confirmed" : "要求锁定，尚未确认");
        await visit.CheckAsync($"lost-{language[..2]}-{width}");
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await visit.Drawer.Locator(".can summary").ClickAsync();
        await visit.RestedAsync();
        await visit.CheckAsync($"lost-{language[..2]}-{width}-dark");

        await ActAsync(visit, english ? "Found" : "已找回", "it was in the car");
        await Assertions.Expect(visit.Drawer.Locator(".badge-lost")).ToHaveCountAsync(0);
        await Assertions.Expect(visit.Drawer.Locator(".drawer-head")).ToContainTextAsync(english ? "Guarded" : "防护中");
    }

    [Fact]
    public async Task An_app_that_obeys_nobody_is_not_offered_commands_and_a_refusal_is_shown_in_words()
    {
        var phone = await host.EnrolAsync("Only an app");
        await host.ReportAsync(phone, "46.5");
        await using var visit = await host.SignedInAsync();
        await visit.GoAsync($"/map?device={phone.Id}");
        await visit.DrawnAsync(phone.Id);
        await Assertions.Expect(visit.Drawer.GetByRole(AriaRole.Button, new() { Name = "Ring", Exact = true })).ToHaveCountAsync(0);
        await visit.Drawer.Locator(".can summary").ClickAsync();
        await Assertions.Expect(visit.Drawer).ToContainTextAsync("Cannot be locked, rung or wiped.");

        // Somebody else is faster than the one who has the dialog open.
        await visit.Drawer.GetByRole(AriaRole.Button, new() { Name = "Guard", Exact = true }).ClickAsync();
        await visit.Dialog.GetByLabel("Reason").FillAsync("me too");
        using var first = await host.Server.Api.PostAsync($"/api/v1/devices/{phone.Id}/arm", new StringContent("""{"reason":"first"}""", System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        first.EnsureSuccessStatusCode();
        await visit.Dialog.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(visit.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("Armed");
        await visit.CheckAsync("refused-en-light-1600");
        await visit.Button("Cancel").ClickAsync();

        // Nothing is said to be wanted of it that it can't do.
        await ActAsync(visit, "Declare lost", "left in a taxi");
        await Assertions.Expect(visit.Drawer.Locator(".badge-lost")).ToBeVisibleAsync();
        await Assertions.Expect(visit.Drawer).Not.ToContainTextAsync("lock wanted");
    }

    [Fact]
    public async Task A_second_account_is_made_by_a_link_that_is_shown_once()
    {
        await using var visit = await host.SignedInAsync();
        await visit.GoAsync("/settings");
        var accounts = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Accounts" });
        await accounts.GetByLabel("Email").FillAsync("second@example.com");
        await accounts.GetByLabel("Name").FillAsync("Second");
        await accounts.GetByRole(AriaRole.Combobox, new() { Name = "Role" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Option, new() { Name = "Owner" }).ClickAsync();
        await accounts.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(accounts.GetByRole(AriaRole.Status)).ToContainTextAsync("shown once");
        await accounts.GetByRole(AriaRole.Button, new() { Name = "Show: second@example.com" }).ClickAsync();
        var link = await accounts.GetByRole(AriaRole.Status).Locator("code").InnerTextAsync();
        await visit.CheckAsync("accounts-en-light-1600");

        await using var other = await host.OpenAsync();
        await other.GoAsync(new Uri(link).PathAndQuery);
        await other.Page.Locator("input[type=password]").First.FillAsync("a passphrase of the second");
        await other.Page.Locator("button[type=submit]").ClickAsync();
        await visit.Page.ReloadAsync();
        await Assertions.Expect(accounts.GetByText("has not used the link yet")).ToHaveCountAsync(0);
    }

    private static Report Fix(double latitude) => new()
    {
        Kind = ReportKind.Position, FixedAt = TimeProvider.System.GetUtcNow(), Place = GeoPoint.From(latitude, 9.52147), AccuracyMetres = 8, BatteryPercent = 71,
    };

    private static async Task ActAsync(Visit visit, string button, string reason)
    {
        await visit.Drawer.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await SubmitAsync(visit, reason);
    }

    private static async Task SubmitAsync(Visit visit, string reason)
    {
        await visit.Dialog.Locator("input[required]").FillAsync(reason);
        await visit.Dialog.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(visit.Dialog).ToHaveCountAsync(0);
    }
}
