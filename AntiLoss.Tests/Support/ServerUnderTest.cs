using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;

namespace AntiLoss.Tests.Support;

/// <summary>
/// The built server as a process of its own, on free loopback ports and a data folder of its own, with an owner and an
/// API key. It can be killed as a power cut kills it, and started again on the same folder and ports.
/// </summary>
public sealed class ServerUnderTest : IAsyncDisposable
{
    public const string OwnerEmail = "owner@example.com";
    public const string OwnerPassword = "a long enough passphrase";

    private readonly ServerSettings _settings;
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("antiloss-test-");
    private readonly ServerOutput _output = new();
    private Process? _process;

    private ServerUnderTest(ServerSettings settings)
    {
        _settings = settings;
        HttpPort = FreePort.Take();
        MqttPort = FreePort.Take();
        OsmandPort = settings.Osmand ? FreePort.Take() : 0;
        Address = new Uri($"http://127.0.0.1:{HttpPort}");
        Api = new HttpClient { BaseAddress = Address };
        Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
        Anonymous = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    public int HttpPort { get; }

    public int MqttPort { get; }

    /// <summary>0 while it is switched off.</summary>
    public int OsmandPort { get; }

    /// <summary>The first organization's API key.</summary>
    public string ApiKey { get; } = "al_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    /// <summary>Speaks with <see cref="ApiKey"/>.</summary>
    public HttpClient Api { get; }

    /// <summary>Speaks without credentials.</summary>
    public HttpClient Anonymous { get; }

    /// <summary>The data folder; it exists once the server has started.</summary>
    public string Folder => Path.Combine(_settings.Place ?? _place.FullName, "data");

    public string PassphraseFile => Path.Combine(_place.FullName, "passphrase");

    /// <summary>Everything the server has printed, over all its lives.</summary>
    public string Output => _output.Text;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Starts a server and waits until it is ready.</summary>
    public static async Task<ServerUnderTest> StartAsync(ServerSettings? settings = null)
    {
        var server = new ServerUnderTest(settings ?? new ServerSettings());
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server and waits for nothing.</summary>
    public static ServerUnderTest LaunchNew(ServerSettings? settings = null)
    {
        var server = new ServerUnderTest(settings ?? new ServerSettings());
        server.Launch();
        return server;
    }

    /// <summary>A browser in which somebody is signed in; the owner if nobody else is named.</summary>
    public async Task<HttpClient> SignedInAsync(string email = OwnerEmail, string password = OwnerPassword)
    {
        var browser = new HttpClient { BaseAddress = Address };
        using var answer = await browser.PostAsJsonAsync("/api/v1/session", new { email, password }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return browser;
    }

    /// <summary>Starts the server on the folder as it is, and waits until it is ready.</summary>
    public async Task StartAgainAsync()
    {
        Launch();
        await ReadyAsync();
    }

    /// <summary>Starts the server without waiting for anything: for one that is to refuse.</summary>
    public void Launch()
    {
        if (IsRunning)
            throw new InvalidOperationException("The server runs already.");
        _process?.Dispose();
        _process = new Process { StartInfo = StartInfo(["--urls", $"http://{_settings.Host}:{HttpPort}", .. _settings.Flags]) };
        _process.OutputDataReceived += (_, line) => _output.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => _output.Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits until <c>/health/ready</c> says so; fails with the server's output if it exits first.</summary>
    public async Task ReadyAsync()
    {
        await Eventually.TrueAsync(
            async () => !IsRunning || (await Anonymous.GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.OK,
            "the server is ready",
            _settings.Patience);
        if (!IsRunning)
            throw new InvalidOperationException($"The server exited with {_process!.ExitCode}:\n{Output}");
    }

    /// <summary>kill -9: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>SIGTERM, as a service manager stops it; answers the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using (var signal = Process.Start("kill", ["-TERM", _process!.Id.ToString(CultureInfo.InvariantCulture)]))
            await signal.WaitForExitAsync(TestContext.Current.CancellationToken);
        return await ExitAsync();
    }

    /// <summary>Waits until the server has exited by itself; answers the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        await _process!.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(_settings.Patience);
        return _process.ExitCode;
    }

    /// <summary>Runs the program a second time on this server's folder, until it exits; answers exit code and output.</summary>
    public async Task<(int ExitCode, string Output)> RunSecondAsync(params string[] arguments)
    {
        using var process = Process.Start(StartInfo(arguments))!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            _process!.Kill();
            await _process.WaitForExitAsync();
        }
        _process?.Dispose();
        Api.Dispose();
        Anonymous.Dispose();
        _place.Delete(recursive: true);
    }

    private ProcessStartInfo StartInfo(params IEnumerable<string> arguments)
    {
        var program = (string[])[.. _settings.Launcher, "dotnet", ServerProgram.Path];
        var start = new ProcessStartInfo(program[0])
        {
            WorkingDirectory = _place.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])[.. program[1..], .. arguments])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in Settings())
            start.Environment["AntiLoss__" + name.Replace(":", "__", StringComparison.Ordinal)] = value;
        foreach (var (name, value) in _settings.Environment)
            start.Environment[name] = value;
        return start;
    }

    private Dictionary<string, string> Settings()
    {
        var settings = new Dictionary<string, string>
        {
            ["Storage:Folder"] = Folder,
            ["Keys:PassphraseFile"] = PassphraseFile,
            ["Mqtt:Port"] = MqttPort.ToString(CultureInfo.InvariantCulture),
            ["Osmand:Port"] = OsmandPort.ToString(CultureInfo.InvariantCulture),
        };
        if (_settings.SetUp)
        {
            settings["Setup:OwnerEmail"] = OwnerEmail;
            settings["Setup:OwnerPassword"] = OwnerPassword;
            settings["Setup:ApiKey"] = ApiKey;
        }
        foreach (var (name, value) in _settings.Settings)
            settings[name] = value;
        return settings;
    }
}
