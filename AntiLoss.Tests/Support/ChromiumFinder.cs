using System.Diagnostics;

namespace AntiLoss.Tests.Support;

/// <summary>
/// A Chromium for the browser tests: the one <c>CHROMIUM</c> names, one on the PATH, Debian's (installed when we are
/// root and have apt-get), or Playwright's own download. Anywhere else the tests fail with a sentence that says what to
/// install.
/// </summary>
public static class ChromiumFinder
{
    /// <summary>What a Chromium needs in order to run in a container, without a graphics card, and without calling home.</summary>
    public static readonly IReadOnlyList<string> Arguments =
    [
        "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-dev-shm-usage",
    ];

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge"];
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(5);
    private static readonly Lazy<Task<string?>> Found = new(FindAsync);

    /// <summary>The program's path; null means Playwright's own, which it finds itself.</summary>
    public static Task<string?> PathAsync() => Found.Value;

    private static async Task<string?> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named)
            return named;
        if (OnPath() is { } path)
            return path;
        if (await InstallFromDebianAsync() && OnPath() is { } installed)
            return installed;
        if (Microsoft.Playwright.Program.Main(["install", "chromium"]) == 0)
            return null;
        throw new InvalidOperationException(
            "The browser tests need a Chromium: install chromium (Debian: apt-get install chromium fonts-noto-cjk), " +
            "Google Chrome or Microsoft Edge, or name one by the variable CHROMIUM.");
    }

    private static string? OnPath()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name + suffix))).FirstOrDefault(File.Exists);
    }

    private static async Task<bool> InstallFromDebianAsync()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root" || !File.Exists("/usr/bin/apt-get"))
            return false;
        string[] patience = ["-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::http::Timeout=20", "-o", "Acquire::Retries=1"];
        return await RunAsync(["update", .. patience])
            && await RunAsync(["install", "-y", "--no-install-recommends", .. patience, "chromium", "fonts-noto-cjk"]);
    }

    private static async Task<bool> RunAsync(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("apt-get", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(InstallLimit);
        try
        {
            await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return false;
        }
    }
}
