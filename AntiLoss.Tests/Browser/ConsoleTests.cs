using AntiLoss.Tests.Support;
using Microsoft.Playwright;

namespace AntiLoss.Tests.Browser;

/// <summary>The console in a real Chromium against the real server: what a person does with it.</summary>
[Collection(ConsoleTestGroup.Name)]
public sealed class ConsoleTests(ConsoleHost host)
{
    [Fact]
    public async Task A_phone_that_is_added_and_reports_becomes_a_dot()
    {
        await using var visit = await host.OpenAsync();
        var page = visit.Page;
        // From near: what the map says that it drew is rounded to parts of a tile, larger the further away it is.
        await visit.GoAsync("/map?z=14&ll=47.14152,9.52147");
        await page.Locator("input[type=email]").FillAsync(ServerUnderTest.OwnerEmail);
        await page.Locator("input[autocomplete=current-password]").FillAsync(ServerUnderTest.OwnerPassword);
        await page.Locator("button[type=submit]").ClickAsync();
        await visit.Button("Add a phone").First.ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Van 7");
        // By hand, as an operator does it: the answer is read on its way to the page.
        var answer = await page.RunAndWaitForResponseAsync(
            () => visit.Dialog.Locator("button[type=submit]").ClickAsync(),
            response => response.Request.Method == "POST" && response.Url.EndsWith("/api/v1/devices", StringComparison.Ordinal));
        var phone = Enrolled.Of((await answer.JsonAsync())!.Value);
        await Assertions.Expect(page.GetByAltText("QR code")).ToHaveCountAsync(0);
        await visit.Button("Show the QR code").ClickAsync();
        await Assertions.Expect(page.GetByAltText("QR code")).ToBeVisibleAsync();

        await host.ReportAsync(phone);

        await Assertions.Expect(visit.Dialog.GetByText("It has reported.")).ToBeVisibleAsync();
        await visit.Button("Done").ClickAsync();
        var drawn = await visit.DrawnAsync(phone.Id);
        Assert.Equal(("Van 7", "online"), (drawn.GetProperty("name").GetString(), drawn.GetProperty("state").GetString()));
        Assert.Equal(47.141520, drawn.GetProperty("latitude").GetDouble(), 3);
        Assert.Equal(9.521470, drawn.GetProperty("longitude").GetDouble(), 3);
        await Assertions.Expect(visit.Drawer).ToContainTextAsync("83 %");
        await visit.RestedAsync();
        await visit.CheckAsync("dot");
    }

    [Fact]
    public async Task When_the_server_dies_the_page_says_so_and_when_it_is_back_goes_on()
    {
        var phone = await host.EnrolAsync("Outlives the server");
        await host.ReportAsync(phone, "47.2");
        await using var visit = await host.SignedInAsync(before: page => page.AddInitScriptAsync("const now = Date.now; window.later = 0; Date.now = () => now() + window.later"));
        await visit.GoAsync($"/map?device={phone.Id}&z=14&ll=47.2,9.52147");
        await visit.DrawnAsync(phone.Id, 47.2);

        await host.Server.KillAsync();
        await visit.Page.Locator("[data-live=reconnecting]").WaitForAsync(new() { Timeout = 5_000 });
        // Ten seconds on, without waiting for them.
        await visit.Page.EvaluateAsync("window.later = 10_000");
        await Assertions.Expect(visit.Page.Locator("[data-live=stale]")).ToContainTextAsync("Stale since");
        await Assertions.Expect(visit.Page.Locator(".map-stale")).ToBeVisibleAsync();
        await visit.DrawnAsync(phone.Id, 47.2);

        await host.Server.StartAgainAsync();
        await host.ReportAsync(phone, "47.201");
        await visit.Page.Locator(".pill").ClickAsync();
        await visit.Page.Locator("[data-live=live]").WaitForAsync();
        await visit.DrawnAsync(phone.Id, 47.201);
        await Assertions.Expect(visit.Page.Locator(".map-stale")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Without_WebGL_the_list_works_beside_a_plain_map()
    {
        var phone = await host.EnrolAsync("On a plain map");
        await host.ReportAsync(phone, "47.4");
        await using var visit = await host.SignedInAsync(before: page => page.AddInitScriptAsync(
            "const context = HTMLCanvasElement.prototype.getContext; HTMLCanvasElement.prototype.getContext = function (kind, ...rest) { return kind.startsWith('webgl') ? null : context.call(this, kind, ...rest); };"));

        await Assertions.Expect(visit.Page.Locator(".map-note")).ToContainTextAsync("no WebGL");
        Assert.Equal("plain", await visit.Page.EvaluateAsync<string>("window.antilossMap.kind"));
        await visit.DrawnAsync(phone.Id, 47.4);
        await visit.Page.Locator($"[data-device='{phone.Id}']").ClickAsync();
        await Assertions.Expect(visit.Drawer).ToContainTextAsync("On a plain map");
        await visit.Button("Fit all phones").ClickAsync();
        await visit.Page.WaitForFunctionAsync(
            "() => { const edge = document.querySelector('aside').getBoundingClientRect().left - document.querySelector('.plain-map').getBoundingClientRect().left;"
            + " return antilossMap.drawn().length > 0 && antilossMap.drawn().every(({ x }) => x < edge); }");
        await visit.CheckAsync("plain-map");
    }

    [Fact]
    public async Task More_phones_than_there_is_room_for_are_clusters_that_the_server_made()
    {
        var phones = new List<Enrolled>();
        for (var i = 0; i < 4; i++)
        {
            phones.Add(await host.EnrolAsync($"One of many {i}"));
            await host.ReportAsync(phones[i], $"43.5{i}");
        }
        await using var visit = await host.SignedInAsync(before: page => page.RouteWebSocketAsync("**/hubs/fleet*", AskForTwo));

        await visit.GoAsync("/map?z=8&ll=43.515,9.52147");
        await visit.Page.WaitForFunctionAsync(
            "() => window.antilossMap?.drawnClusters().some(({ count, latitude }) => count === 4 && Math.abs(latitude - 43.515) < 0.05) && window.antilossMap.drawn().length === 0");
        await visit.RestedAsync();
        await visit.CheckAsync("clusters-en-light-1600");

        // Nearer there is room for each.
        await visit.GoAsync("/map?z=15&ll=43.52,9.52147");
        await visit.DrawnAsync(phones[2].Id, 43.52);
        await visit.Page.WaitForFunctionAsync("() => window.antilossMap?.drawnClusters().length === 0");

        // A page asks for at most 20,000 phones one by one, more than a test should make: on its way to the server it is made 2.
        static void AskForTwo(IWebSocketRoute page)
        {
            var server = page.ConnectToServer();
            page.OnMessage(frame =>
            {
                if (frame.Binary is not { } bytes)
                {
                    server.Send(frame.Text!);
                    return;
                }
                var asked = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xcd, 20_000 >> 8, 20_000 & 0xff]);
                if (asked >= 0)
                    (bytes[asked + 1], bytes[asked + 2]) = (0, 2);
                server.Send(bytes);
            });
        }
    }

    [Fact]
    public async Task Phones_come_from_a_file_only_when_nothing_is_wrong_with_it()
    {
        await using var visit = await host.SignedInAsync();
        await visit.GoAsync("/settings");
        await visit.Button("Import a CSV file…").ClickAsync();
        await ChooseAsync("name,fleet\r\nFrom a file 1,\r\nFrom a file 2,Nowhere\r\n");
        await Assertions.Expect(visit.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("fleet");
        await Assertions.Expect(visit.Dialog.Locator("button[type=submit]")).ToBeDisabledAsync();

        await ChooseAsync("name,fleet\r\nFrom a file 1,\r\nFrom a file 2,\r\n");
        await visit.Button("Add 2 phones").ClickAsync();
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Button("Download the credentials").ClickAsync());
        var lines = await File.ReadAllLinesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Equal(3, lines.Length);
        var cells = lines[1].Split(',').Select(cell => cell.Trim('"')).ToArray();
        Assert.Equal("From a file 1", cells[1]);
        await host.ReportAsync(new Enrolled(cells[0], cells[2]));
        await visit.Button("Done").ClickAsync();

        Task ChooseAsync(string text) => visit.Page.Locator("input[type=file]").SetInputFilesAsync(
            new FilePayload { Name = "phones.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(text) });
    }

    [Fact]
    public async Task Who_could_not_be_proved_is_shown_with_its_address_and_blocked()
    {
        var phone = await host.EnrolAsync("Guessed at");
        await host.PostAsync(phone, "no json");
        await host.PostAsync(new Enrolled("a stranger", "guess"), "{}");
        await Assert.ThrowsAsync<HttpRequestException>(async () => await host.PostAsync(phone with { Credential = (await host.EnrolAsync("Other")).Credential }, "{}"));
        await using var visit = await host.SignedInAsync("zh-CN");
        await visit.GoAsync("/dead-letters");

        await Assertions.Expect(RowOf("Guessed at")).ToContainTextAsync("不是 JSON");
        await Assertions.Expect(RowOf(phone.Id)).ToContainTextAsync("127.0.0.1");
        await Assertions.Expect(RowOf("a stranger")).ToContainTextAsync("127.0.0.1");
        await RowOf("a stranger").GetByRole(AriaRole.Button, new() { Name = "拦截", Exact = true }).ClickAsync();
        await RowOf("a stranger").GetByRole(AriaRole.Button, new() { Name = "取消拦截" }).ClickAsync();
        await Assertions.Expect(RowOf("a stranger").GetByRole(AriaRole.Button, new() { Name = "拦截", Exact = true })).ToBeVisibleAsync();

        ILocator RowOf(string text) => visit.Page.Locator("tbody tr").Filter(new() { HasText = text });
    }

    [Fact]
    public async Task A_key_is_shown_once_and_opens_the_API_until_it_is_revoked()
    {
        await using var visit = await host.SignedInAsync();
        await visit.GoAsync("/settings");
        var keys = visit.Page.GetByRole(AriaRole.Region, new() { Name = "API keys", Exact = true });
        await keys.GetByLabel("What it is for").FillAsync("A program");
        await keys.GetByRole(AriaRole.Button, new() { Name = "Make a key" }).ClickAsync();
        var key = await keys.Locator("[role=status] code").TextContentAsync();
        Assert.Equal(System.Net.HttpStatusCode.OK, await AskAsync());

        await keys.GetByRole(AriaRole.Button, new() { Name = "Revoke A program?" }).ClickAsync();
        await visit.Dialog.Locator("button[type=submit]").ClickAsync();
        await Eventually.TrueAsync(async () => await AskAsync() == System.Net.HttpStatusCode.Unauthorized, "the revoked key opens nothing");

        async Task<System.Net.HttpStatusCode> AskAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/devices") { Headers = { Authorization = new("Bearer", key) } };
            using var answer = await host.Server.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_person_is_added_renamed_and_handed_a_phone()
    {
        var phone = await host.EnrolAsync("Handed over");
        await using var visit = await host.SignedInAsync();
        await visit.GoAsync("/settings");
        var people = visit.Page.GetByRole(AriaRole.Region, new() { Name = "People", Exact = true });
        await people.GetByLabel("Name", new() { Exact = true }).FillAsync("Ana Lóes");
        await people.GetByRole(AriaRole.Button, new() { Name = "Add a person" }).ClickAsync();
        await visit.Button("Edit Ana Lóes").ClickAsync();
        await visit.Dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Ana Lopes");
        await visit.Dialog.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(visit.Button("Edit Ana Lopes")).ToBeVisibleAsync();

        await visit.GoAsync($"/map?device={phone.Id}");
        await visit.Button("More").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Hand over…" }).ClickAsync();
        await Assertions.Expect(visit.Dialog.GetByRole(AriaRole.Combobox, new() { Name = "Person" })).ToBeFocusedAsync();
        await visit.Page.Keyboard.TypeAsync("lopes");
        await visit.Page.GetByRole(AriaRole.Option, new() { Name = "Ana Lopes" }).ClickAsync();
        await visit.Dialog.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(visit.Drawer.Locator(".drawer-head")).ToContainTextAsync("Ana Lopes");
    }
}
