using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AntiLoss.Tests.Support;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AntiLoss.Tests.Browser;

/// <summary>The console in a real Chromium against the real server: from signing in to the dot on the map.</summary>
public sealed class ConsoleTests : IAsyncLifetime
{
    private const string Payload =
        """{"_type":"location","acc":9,"batt":83,"bs":1,"cog":90,"conn":"m","lat":47.141520,"lon":9.521470,"t":"u","tid":"v7","tst":{0},"vel":43,"_id":"5f2a9c01"}""";

    private ServerUnderTest _server = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerUnderTest.StartAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = await ChromiumFinder.PathAsync(), Args = ChromiumFinder.Arguments });
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_phone_that_is_added_and_reports_becomes_a_dot_in_every_look()
    {
        await using (var wide = await OpenAsync("en", ColorScheme.Light, 1600))
        {
            await SignInAsync(wide.Page, "Add a phone");
            var (id, credential) = await AddPhoneAsync(wide.Page);
            await ReportAsync(id, credential);
            await SeeDotAsync(wide.Page, id, "Van 7");
            await CheckAsync(wide, "en-light-1600");
        }

        await using var narrow = await OpenAsync("zh-CN", ColorScheme.Dark, 390);
        await SignInAsync(narrow.Page, "添加手机");
        await narrow.Page.WaitForFunctionAsync("() => window.antilossMap?.drawn().some(phone => phone.name === 'Van 7')");
        await Assertions.Expect(narrow.Page.Locator("html")).ToHaveAttributeAsync("data-mantine-color-scheme", "dark");
        await CheckAsync(narrow, "zh-dark-390");
    }

    private sealed record Visit(IBrowserContext Context, IPage Page, List<string> Strangers) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Context.DisposeAsync();
    }

    private async Task<Visit> OpenAsync(string language, ColorScheme scheme, int width)
    {
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = _server.Address.ToString(), Locale = language, ColorScheme = scheme,
            ViewportSize = new() { Width = width, Height = 900 }, ReducedMotion = ReducedMotion.Reduce,
        });
        var strangers = new List<string>();
        context.Request += (_, request) =>
        {
            var address = new Uri(request.Url);
            if (address.Scheme is not ("blob" or "data") && address.Authority != _server.Address.Authority)
                strangers.Add(request.Url);
        };
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        return new Visit(context, page, strangers);
    }

    private static async Task SignInAsync(IPage page, string add)
    {
        await page.GotoAsync("/map");
        await page.Locator("input[type=email]").FillAsync(ServerUnderTest.OwnerEmail);
        await page.Locator("input[autocomplete=current-password]").FillAsync(ServerUnderTest.OwnerPassword);
        await page.Locator("button[type=submit]").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = add, Exact = true }).First.WaitForAsync();
        await page.Locator("[data-live=live]").WaitForAsync();
    }

    /// <summary>By hand, as an operator does it: the answer is read on its way to the page.</summary>
    private static async Task<(string Id, string Credential)> AddPhoneAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a phone", Exact = true }).First.ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Van 7");
        var answer = await page.RunAndWaitForResponseAsync(
            () => page.GetByRole(AriaRole.Dialog).Locator("button[type=submit]").ClickAsync(),
            response => response.Request.Method == "POST" && response.Url.EndsWith("/api/v1/devices", StringComparison.Ordinal));
        var made = (await answer.JsonAsync())!.Value;
        await Assertions.Expect(page.GetByAltText("QR code")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the QR code" }).ClickAsync();
        await Assertions.Expect(page.GetByAltText("QR code")).ToBeVisibleAsync();
        return (made.GetProperty("id").GetString()!, made.GetProperty("credential").GetString()!);
    }

    private async Task ReportAsync(string id, string credential)
    {
        var body = Payload.Replace("{0}", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ingest/owntracks")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{credential}")));
        using var response = await _server.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private static async Task SeeDotAsync(IPage page, string id, string name)
    {
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await page.WaitForFunctionAsync("id => window.antilossMap?.drawn().some(phone => phone.id === id)", id);
        var drawn = await page.EvaluateAsync<JsonElement>("id => window.antilossMap.drawn().find(phone => phone.id === id)", id);
        Assert.Equal(name, drawn.GetProperty("name").GetString());
        Assert.Equal("online", drawn.GetProperty("state").GetString());
        Assert.Equal(47.141520, drawn.GetProperty("latitude").GetDouble(), 3);
        Assert.Equal(9.521470, drawn.GetProperty("longitude").GetDouble(), 3);
        await Assertions.Expect(page.Locator("aside")).ToContainTextAsync("83 %");
    }

    /// <summary>At rest, kept as a picture, without a finding of axe, and without a word to any other host.</summary>
    private static async Task CheckAsync(Visit visit, string name)
    {
        await visit.Page.Locator("[data-map=idle]").WaitForAsync();
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "screenshots"));
        await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder.FullName, $"{name}.png") });
        var axe = await visit.Page.RunAxe();
        Assert.Empty(axe.Violations.Select(found => $"{found.Id}: {string.Join(" ", found.Nodes.Select(node => node.Html))}"));
        Assert.Empty(visit.Strangers);
    }
}
