using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;

namespace AntiLoss.Tests.Browser;

/// <summary>What a first visit costs, with nothing in the browser's cache.</summary>
[Collection(ConsoleTestGroup.Name)]
public sealed partial class FirstVisitTests(ConsoleHost host)
{
    /// <summary>The most that all scripts but the map library may weigh, gzipped.</summary>
    private const int ScriptBytes = 500_000;

    [Fact]
    public async Task The_script_without_the_map_library_stays_light()
    {
        var phone = await host.EnrolAsync("First seen");
        await host.ReportAsync(phone);
        await using var visit = await host.OpenAsync();
        await visit.SignInAsync();

        var watch = Stopwatch.StartNew();
        await visit.GoAsync($"/map?device={phone.Id}");
        await visit.DrawnAsync(phone.Id);
        var seen = watch.ElapsedMilliseconds;

        var files = await visit.Page.EvaluateAsync<string[]>(
            "performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname).filter(path => path.startsWith('/assets/'))");
        var weights = new Dictionary<string, long>();
        foreach (var file in files.Distinct())
            weights[file] = Gzipped(await host.Server.Anonymous.GetByteArrayAsync(file, TestContext.Current.CancellationToken));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"First visit: {seen} ms to the dot on the map; {weights.Count} files, {weights.Values.Sum()} bytes gzipped:\n"
            + string.Join('\n', weights.Select(weight => $"  {weight.Value,8} {weight.Key}")));
        var script = weights.Where(weight => weight.Key.EndsWith(".js", StringComparison.Ordinal) && !IsMapLibrary(weight.Key)).Sum(weight => weight.Value);
        Assert.InRange(script, 1, ScriptBytes);
        Assert.Contains(weights.Keys, IsMapLibrary);
    }

    [Fact]
    public async Task Files_named_by_their_content_are_kept_for_good_and_the_page_that_names_them_is_not()
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None }) { BaseAddress = host.Server.Address };
        browser.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");
        using var page = await browser.GetAsync("/map", TestContext.Current.CancellationToken);
        Assert.True(page.Headers.CacheControl?.NoCache);

        var script = Script().Match(await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Value;
        using var file = await browser.GetAsync(script, TestContext.Current.CancellationToken);
        Assert.Equal("public, max-age=31536000, immutable", $"{file.Headers.CacheControl}");
        Assert.Equal(["gzip"], file.Content.Headers.ContentEncoding);
    }

    [GeneratedRegex(@"/assets/index-[\w-]+\.js")]
    private static partial Regex Script();

    private static bool IsMapLibrary(string path) =>
        path.StartsWith("/assets/map-", StringComparison.Ordinal) || path.StartsWith("/assets/maplibre", StringComparison.Ordinal);

    private static long Gzipped(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(content);
        return packed.Length;
    }
}
