using System.Diagnostics;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Browser;

/// <summary>The console's own tests, so that one command runs all there are.</summary>
public sealed class VitestTests
{
    [Fact]
    public async Task The_console_s_own_tests_pass()
    {
        var folder = Repository.PathOf("AntiLoss.Web", "ui");
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            await RunAsync(folder, "npm ci --no-audit --no-fund");
        await RunAsync(folder, "npx vitest run");
    }

    private static async Task RunAsync(string folder, string command)
    {
        var (shell, flag) = OperatingSystem.IsWindows() ? ("cmd", "/c") : ("sh", "-c");
        using var process = Process.Start(new ProcessStartInfo(shell, [flag, command])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{command}\n{await output}\n{await errors}");
    }
}
