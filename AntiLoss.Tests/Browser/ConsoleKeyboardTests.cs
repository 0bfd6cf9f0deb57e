using Microsoft.Playwright;

namespace AntiLoss.Tests.Browser;

/// <summary>The console without a mouse.</summary>
[Collection(ConsoleTestGroup.Name)]
public sealed class ConsoleKeyboardTests(ConsoleHost host)
{
    /// <summary>Of radio buttons that belong together Tab reaches the chosen one, and arrows the others.</summary>
    private const string Controls = "button, a[href], input:not([type=hidden], [type=radio]:not(:checked)), [tabindex='0']";

    /// <summary>What can be worked with the mouse and is neither disabled nor hidden; rows of the list count once.</summary>
    private const string Mark =
        $$"""
        () => {
          const shown = [...document.querySelectorAll("{{Controls}}")].filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.tabIndex >= 0 && !e.closest('[inert], [aria-hidden=true]'));
          shown.forEach((e, index) => e.dataset.stop = String(index));
          return shown.length;
        }
        """;

    private const string Focused =
        """
        () => {
          const e = document.activeElement;
          if (!e || e === document.body) return null;
          const style = getComputedStyle(e);
          const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
          const bordered = style.borderColor !== 'rgba(0, 0, 0, 0)' && ['INPUT', 'TEXTAREA'].includes(e.tagName);
          return { stop: e.dataset.stop ?? null, visible: outlined || bordered, what: e.outerHTML.slice(0, 160) };
        }
        """;

    [Theory]
    [InlineData("/map?device={0}")]
    [InlineData("/settings")]
    public async Task Every_control_is_reached_by_tab_and_shows_that_it_is(string path)
    {
        var phone = await host.EnrolAsync("By keyboard");
        await host.ReportAsync(phone);
        await using var visit = await host.SignedInAsync();
        await visit.GoAsync(path.Replace("{0}", phone.Id, StringComparison.Ordinal));
        await visit.Page.Locator(path.StartsWith("/map", StringComparison.Ordinal) ? "aside .spark" : "tbody tr").First.WaitForAsync();

        var count = await visit.Page.EvaluateAsync<int>(Mark);
        var reached = new HashSet<string>();
        for (var step = 0; step < 2 * count && reached.Count < count; step++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            if (await visit.Page.EvaluateAsync<System.Text.Json.JsonElement?>(Focused) is not { } focused)
                continue;
            Assert.True(focused.GetProperty("visible").GetBoolean(), "Focus cannot be seen on " + focused.GetProperty("what").GetString());
            if (focused.GetProperty("stop").GetString() is { } stop)
                reached.Add(stop);
        }
        var missed = await visit.Page.EvaluateAsync<string[]>(
            "reached => [...document.querySelectorAll('[data-stop]')].filter(e => !reached.includes(e.dataset.stop)).map(e => e.outerHTML.slice(0, 160))", reached);
        Assert.True(missed.Length == 0, "Not reached: " + string.Join("\n", missed));
    }

    [Fact]
    public async Task Single_keys_search_step_fit_explain_and_close_one_thing_at_a_time()
    {
        var phones = new[] { await host.EnrolAsync("Keyed 1"), await host.EnrolAsync("Keyed 2") };
        foreach (var phone in phones)
            await host.ReportAsync(phone, "47.5");
        await using var visit = await host.SignedInAsync();
        var keys = visit.Page.Keyboard;
        await visit.Page.Locator($"[data-device='{phones[1].Id}']").WaitForAsync();

        await keys.PressAsync("/");
        await keys.TypeAsync("Keyed");
        await Assertions.Expect(visit.Page.Locator(".row")).ToHaveCountAsync(2);
        await keys.PressAsync("Escape");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("");
        await keys.TypeAsync("Keyed");
        await Assertions.Expect(visit.Page.Locator(".row")).ToHaveCountAsync(2);
        await visit.Page.GetByRole(AriaRole.Searchbox).BlurAsync();

        await keys.PressAsync("j");
        await Assertions.Expect(visit.Drawer).ToContainTextAsync("Keyed 1");
        await keys.PressAsync("j");
        await Assertions.Expect(visit.Drawer).ToContainTextAsync("Keyed 2");
        await keys.PressAsync("k");
        await Assertions.Expect(visit.Drawer).ToContainTextAsync("Keyed 1");
        await keys.PressAsync("f");
        await visit.DrawnAsync(phones[0].Id);

        await keys.PressAsync("?");
        await Assertions.Expect(visit.Dialog).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        await Assertions.Expect(visit.Dialog).ToHaveCountAsync(0);
        await Assertions.Expect(visit.Drawer).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        await Assertions.Expect(visit.Drawer).ToHaveCountAsync(0);
    }
}
