using System.Net.Http.Json;
using System.Text.Json;
using AntiLoss.Tests.Support;
using Microsoft.Playwright;

namespace AntiLoss.Tests.Browser;

/// <summary>An owner makes people what they are, and each of them is offered what they may do.</summary>
[Collection(ConsoleTestGroup.Name)]
public sealed class ConsoleRolesTests(ConsoleHost host)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("en", 1600)]
    [InlineData("zh-CN", 390)]
    public async Task A_viewer_is_offered_nothing_to_change_until_an_owner_makes_an_operator_of_it(string language, int width)
    {
        var english = language == "en";
        var (fleet, email) = (english ? "Harbour" : "港口", $"vera-{language}@example.com".ToLowerInvariant());
        var own = await PhoneInAsync(await FleetAsync(fleet), english ? "Crane 1" : "吊车 1");
        var others = await host.EnrolAsync(english ? "Not hers" : "不是她的");

        await using var owner = await host.SignedInAsync(language, width);
        await owner.GoAsync("/settings");
        var accounts = owner.Page.GetByRole(AriaRole.Region, new() { Name = english ? "Accounts" : "账号" });
        await accounts.GetByLabel(english ? "Email" : "邮箱").FillAsync(email);
        await Assertions.Expect(accounts.Locator("button[type=submit]")).ToBeDisabledAsync();
        await ChooseAsync(owner, accounts, english ? "Fleets" : "分组", fleet);
        await owner.Page.Keyboard.PressAsync("Escape");
        await accounts.Locator("button[type=submit]").ClickAsync();
        await accounts.GetByRole(AriaRole.Status).GetByRole(AriaRole.Button).First.ClickAsync();
        var link = await accounts.GetByRole(AriaRole.Status).Locator("code").InnerTextAsync();
        await owner.Page.SetViewportSizeAsync(width, 3600);
        await owner.CheckAsync($"roles-owner-{language[..2]}-{width}");

        await using var vera = await host.OpenAsync(language, width);
        await vera.GoAsync(new Uri(link).PathAndQuery);
        await vera.Page.Locator("input[type=password]").First.FillAsync("a passphrase of Vera");
        await vera.Page.Locator("button[type=submit]").ClickAsync();
        await vera.Page.Locator("[data-live=live]").WaitForAsync();
        await vera.GoAsync($"/map?device={own.Id}");
        var drawer = vera.Drawer.GetByRole(AriaRole.Heading, new() { Name = english ? "Crane 1" : "吊车 1" });
        var more = vera.Drawer.GetByRole(AriaRole.Button, new() { Name = english ? "More" : "更多", Exact = true });
        await drawer.WaitForAsync();
        await Assertions.Expect(more).ToHaveCountAsync(0);
        await Assertions.Expect(vera.Drawer.GetByRole(AriaRole.Button, new() { Name = english ? "Declare lost" : "声明丢失" })).ToHaveCountAsync(0);
        await vera.CheckAsync($"roles-viewer-{language[..2]}-{width}");
        await vera.GoAsync($"/map?device={others.Id}");
        await Assertions.Expect(vera.Drawer.GetByText(english ? "This phone does not exist" : "此手机不存在")).ToBeVisibleAsync();
        await vera.GoAsync("/settings");
        await Assertions.Expect(vera.Page.Locator(".stage")).ToContainTextAsync(english ? $"{email}: Viewer" : $"{email}，查看者");
        await Assertions.Expect(vera.Page.GetByRole(AriaRole.Region, new() { Name = english ? "Accounts" : "账号" })).ToHaveCountAsync(0);
        await vera.CheckAsync($"roles-viewer-settings-{language[..2]}-{width}");

        await accounts.GetByRole(AriaRole.Button, new() { Name = english ? $"Edit {email}" : $"编辑 {email}" }).ClickAsync();
        await ChooseAsync(owner, owner.Dialog, english ? "Role" : "角色", english ? "Operator" : "操作员");
        await owner.CheckAsync($"roles-edit-{language[..2]}-{width}");
        await owner.Dialog.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(accounts.GetByRole(AriaRole.Row).Filter(new() { HasText = email })).ToContainTextAsync(english ? "Operator" : "操作员");
        await vera.GoAsync($"/map?device={own.Id}");
        await Assertions.Expect(more).ToBeVisibleAsync();
        await vera.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await vera.Page.Locator("html[data-mantine-color-scheme=dark]").WaitForAsync();
        await vera.CheckAsync($"roles-operator-{language[..2]}-{width}-dark");
    }

    private async Task<string> FleetAsync(string name)
    {
        using var made = await host.Server.Api.PostAsJsonAsync("/api/v1/fleets", new { name }, Stop);
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("id").GetString()!;
    }

    private async Task<Enrolled> PhoneInAsync(string fleet, string name)
    {
        using var made = await host.Server.Api.PostAsJsonAsync("/api/v1/devices", new { name, fleet }, Stop);
        return Enrolled.Of(await made.Content.ReadFromJsonAsync<JsonElement>(Stop));
    }

    // By keyboard: of a field with several values only the box around it takes a click.
    private static async Task ChooseAsync(Visit visit, ILocator within, string label, string option)
    {
        await within.GetByRole(AriaRole.Combobox, new() { Name = label }).PressAsync("ArrowDown");
        await visit.Page.GetByRole(AriaRole.Option, new() { Name = option, Exact = true }).ClickAsync();
    }
}
