using Microsoft.Playwright;

namespace AntiLoss.Tests.Browser;

/// <summary>Every main screen in both languages, both schemes, on a desk and on a phone: pictures to look at, and axe.</summary>
[Collection(ConsoleTestGroup.Name)]
public sealed class ConsoleLookTests(ConsoleHost host)
{
    private static readonly ColorScheme[] Schemes = [ColorScheme.Light, ColorScheme.Dark];
    private static readonly int[] Widths = [1600, 390];

    [Theory]
    [InlineData("en")]
    [InlineData("zh-CN")]
    public async Task Every_screen_in_every_look_is_accessible_and_asks_no_other_host(string language)
    {
        var phone = await host.EnrolAsync("Seen everywhere");
        // Alone in its part of the map, wherever the phones of other tests are: else it may be gathered into a cluster with them.
        var latitude = language == "en" ? "47.6" : "47.7";
        await host.ReportAsync(phone, latitude);
        await host.PostAsync(phone, """{"_type":"location","lat":"north of here","tst":1764079200}""");
        await using var visit = await host.OpenAsync(language);

        await visit.GoAsync("/map");
        await visit.Page.Locator("input[type=email]").WaitForAsync();
        await LooksAsync("sign-in");

        await visit.SignInAsync();
        await visit.GoAsync($"/map?z=12&ll={latitude},9.52147");
        await visit.DrawnAsync(phone.Id);
        await LooksAsync("map", visit.RestedAsync);

        await visit.GoAsync($"/map?device={phone.Id}");
        await visit.DrawnAsync(phone.Id);
        await visit.Drawer.Locator(".spark").WaitForAsync();
        await visit.Drawer.Locator("[aria-label], section").GetByRole(AriaRole.Button, new() { Name = language == "en" ? "Show" : "显示", Exact = true }).ClickAsync();
        await visit.Drawer.GetByRole(AriaRole.Slider).WaitForAsync();
        await LooksAsync("drawer", visit.RestedAsync);

        await visit.GoAsync("/dead-letters");
        await visit.Page.Locator("tbody tr").First.WaitForAsync();
        await LooksAsync("dead-letters");

        await visit.GoAsync("/settings");
        await visit.Page.Locator("tbody tr").First.WaitForAsync();
        await LooksAsync("settings");

        async Task LooksAsync(string screen, Func<Task>? rested = null)
        {
            foreach (var width in Widths)
            {
                await visit.Page.SetViewportSizeAsync(width, 900);
                foreach (var scheme in Schemes)
                {
                    await visit.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
                    await visit.Page.Locator($"html[data-mantine-color-scheme={(scheme == ColorScheme.Dark ? "dark" : "light")}]").WaitForAsync();
                    await (rested?.Invoke() ?? Task.CompletedTask);
                    await visit.CheckAsync($"{screen}-{language[..2]}-{(scheme == ColorScheme.Dark ? "dark" : "light")}-{width}");
                }
            }
        }
    }
}
