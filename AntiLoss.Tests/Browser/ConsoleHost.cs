using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AntiLoss.Tests.Support;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace AntiLoss.Tests.Browser;

/// <summary>One real server and one real Chromium for all tests of the page: starting them costs more than most tests.</summary>
public sealed class ConsoleHost : IAsyncLifetime
{
    private const string Payload =
        """{"_type":"location","acc":9,"batt":83,"bs":1,"cog":90,"conn":"m","lat":{1},"lon":9.521470,"t":"u","tid":"v7","tst":{0},"vel":43,"_id":"5f2a9c01"}""";

    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public ServerUnderTest Server { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var starting = ServerUnderTest.StartAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = await ChromiumFinder.PathAsync(), Args = ChromiumFinder.Arguments });
        Server = await starting;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>A visitor of their own, with nothing cached and nobody signed in.</summary>
    public async Task<Visit> OpenAsync(string language = "en", int width = 1600, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = Server.Address.ToString(), Locale = language, ColorScheme = scheme,
            ViewportSize = new() { Width = width, Height = 900 }, ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        var strangers = new List<string>();
        context.Request += (_, request) =>
        {
            var address = new Uri(request.Url);
            if (address.Scheme is not ("blob" or "data") && address.Authority != Server.Address.Authority)
                strangers.Add(request.Url);
        };
        return new Visit(context, await context.NewPageAsync(), strangers);
    }

    /// <summary>A visitor who is signed in and sees the live map.</summary>
    public async Task<Visit> SignedInAsync(string language = "en", int width = 1600, Func<IPage, Task>? before = null)
    {
        var visit = await OpenAsync(language, width);
        await visit.SignInAsync();
        if (before is not null)
            await before(visit.Page);
        await visit.GoAsync("/map");
        await visit.Page.Locator("[data-live=live]").WaitForAsync();
        return visit;
    }

    /// <summary>A phone that an API key adds.</summary>
    public async Task<Enrolled> EnrolAsync(string name)
    {
        using var answer = await Server.Api.PostAsJsonAsync("/api/v1/devices", new { name }, Stop);
        answer.EnsureSuccessStatusCode();
        return Enrolled.Of(await answer.Content.ReadFromJsonAsync<JsonElement>(Stop));
    }

    /// <summary>A real payload, as OwnTracks posts it.</summary>
    public Task ReportAsync(Enrolled phone, string latitude = "47.141520") => PostAsync(
        phone,
        Payload.Replace("{0}", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{1}", latitude, StringComparison.Ordinal));

    /// <summary>Whatever a phone may send.</summary>
    public async Task PostAsync(Enrolled phone, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ingest/owntracks") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{phone.Id}:{phone.Credential}")));
        using var response = await Server.Anonymous.SendAsync(request, Stop);
        response.EnsureSuccessStatusCode();
    }
}

/// <summary>The tests of the page come one after the other: they share a server, and one of them kills it.</summary>
[CollectionDefinition(Name)]
public sealed class ConsoleTestGroup : ICollectionFixture<ConsoleHost>
{
    public const string Name = "console";
}

/// <summary>A phone and what it signs in with.</summary>
public sealed record Enrolled(string Id, string Credential)
{
    public static Enrolled Of(JsonElement made) => new(made.GetProperty("id").GetString()!, made.GetProperty("credential").GetString()!);
}

/// <summary>A visitor's page, and the requests that it sent to other hosts.</summary>
public sealed record Visit(IBrowserContext Context, IPage Page, IReadOnlyList<string> Strangers) : IAsyncDisposable
{
    // Once a document and in one go: the page has no frames, for whose sake the ready-made call opens a page each time.
    private static readonly string Axe =
        "async () => { if (!window.axe) { " + new BundledAxeScriptProvider().GetScript() + " } "
        + "const { violations } = await window.axe.run(document, { resultTypes: ['violations'] }); "
        + "return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join(' ')}`); }";

    public ValueTask DisposeAsync() => Context.DisposeAsync();

    /// <summary>Signs in without the form: most tests are about something else.</summary>
    public async Task SignInAsync()
    {
        var answer = await Context.APIRequest.PostAsync("/api/v1/session", new()
        {
            DataObject = new { email = ServerUnderTest.OwnerEmail, password = ServerUnderTest.OwnerPassword },
        });
        Assert.True(answer.Ok, $"Signing in was answered {answer.Status}.");
    }

    public Task GoAsync(string path) => Page.GotoAsync(path, new() { WaitUntil = WaitUntilState.DOMContentLoaded });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    /// <summary>The drawer of the chosen phone.</summary>
    public ILocator Drawer => Page.Locator("aside");

    public Task RestedAsync() => Page.Locator("[data-map=idle]").WaitForAsync();

    /// <summary>Waits until a phone is drawn, there and in that state if one is named, as the map itself says, and tells what it drew.</summary>
    public async Task<JsonElement> DrawnAsync(string id, double? latitude = null, string? state = null)
    {
        var drawn = await Page.WaitForFunctionAsync(
            "([id, latitude, state]) => window.antilossMap?.drawn().find(phone => phone.id === id && (state === null || phone.state === state)"
            + " && (latitude === null || Math.abs(phone.latitude - latitude) < 1e-4))",
            new object?[] { id, latitude, state });
        return await drawn.JsonValueAsync<JsonElement>();
    }

    /// <summary>Keeps a picture among the artefacts, and expects that axe finds nothing and no other host was asked.</summary>
    public async Task CheckAsync(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "screenshots"));
        await Page.ScreenshotAsync(new() { Path = Path.Combine(folder.FullName, $"{name}.png") });
        var found = await Page.EvaluateAsync<string[]>(Axe);
        // It reads the page over several frames: what moved meanwhile seems to lie on what it passed. A true find stays.
        if (found.Length != 0)
            found = await Page.EvaluateAsync<string[]>(Axe);
        Assert.True(found.Length == 0, $"{name}: {string.Join("; ", found)}");
        Assert.Empty(Strangers);
    }
}
