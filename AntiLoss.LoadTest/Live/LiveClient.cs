using AntiLoss.Domain.Identity;
using MessagePack;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace AntiLoss.LoadTest.Live;

/// <summary>
/// A viewer of the live feed: keeps a <see cref="LiveFleet"/> current, acknowledges each frame, and resumes after a
/// reconnect. Frames are applied one at a time; <see cref="OnFrame"/> is called after each, on the connection's thread.
/// </summary>
public sealed class LiveClient : IAsyncDisposable
{
    private readonly HubConnection _connection;
    private WatchCall? _watch;

    /// <param name="server">The server's address.</param>
    /// <param name="messagePack">MessagePack instead of JSON: a quarter fewer bytes.</param>
    public LiveClient(Uri server, Action<HttpConnectionOptions> configure, bool messagePack = true)
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(server, "/hubs/fleet"), configure);
        if (messagePack)
            builder.AddMessagePackProtocol();
        _connection = builder.Build();
        _connection.On<byte[]>("Frame", ApplyAsync);
    }

    /// <summary>A viewer that an API key speaks for.</summary>
    public static LiveClient WithKey(Uri server, string apiKey, bool messagePack = true) =>
        new(server, options => options.Headers["Authorization"] = $"Bearer {apiKey}", messagePack);

    /// <summary>What is known. Read it in <see cref="OnFrame"/>, or under its lock.</summary>
    public LiveFleet Fleet { get; } = new();

    /// <summary>Called after each frame was applied, before it is acknowledged.</summary>
    public Func<LiveFrame, LiveFleet, Task>? OnFrame { get; set; }

    /// <summary>Bytes of all frames so far.</summary>
    public long BytesReceived { get; private set; }

    public HubConnection Connection => _connection;

    public Task StartAsync(CancellationToken cancellationToken = default) => _connection.StartAsync(cancellationToken);

    /// <summary>Watches a fleet, or with null the whole organization, in a viewport or everywhere.</summary>
    public Task WatchAsync(string? fleet = null, LiveViewport? viewport = null, int? limit = null, CancellationToken cancellationToken = default)
    {
        _watch = new WatchCall { Fleet = fleet, Viewport = viewport, Limit = limit };
        return _connection.InvokeAsync("Watch", _watch, cancellationToken);
    }

    /// <summary>After a reconnect: goes on from what is known.</summary>
    public Task ResumeAsync(CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync("Watch", (_watch ?? new WatchCall()) with { Resume = Fleet.Resume }, cancellationToken);

    public Task MoveAsync(LiveViewport? viewport, CancellationToken cancellationToken = default)
    {
        _watch = (_watch ?? new WatchCall()) with { Viewport = viewport };
        lock (Fleet)
            Fleet.Moved();
        return _connection.InvokeAsync("Move", viewport, cancellationToken);
    }

    public Task ChooseAsync(DeviceId? device, CancellationToken cancellationToken = default) =>
        _connection.InvokeAsync("Choose", device?.ToString(), cancellationToken);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task ApplyAsync(byte[] bytes)
    {
        var frame = LiveFrame.Decode(bytes);
        lock (Fleet)
        {
            BytesReceived += bytes.Length;
            Fleet.Apply(frame);
        }
        if (OnFrame is { } onFrame)
            await onFrame(frame, Fleet);
        await _connection.SendAsync("Ack", frame.Number);
    }
}

/// <summary>A part of the map in degrees.</summary>
[MessagePackObject]
public sealed record LiveViewport(
    [property: Key("west")] double West,
    [property: Key("south")] double South,
    [property: Key("east")] double East,
    [property: Key("north")] double North,
    [property: Key("zoom")] double Zoom);

/// <summary>The argument of <c>Watch</c>.</summary>
[MessagePackObject]
public sealed record WatchCall
{
    [Key("fleet")] public string? Fleet { get; init; }
    [Key("viewport")] public LiveViewport? Viewport { get; init; }
    [Key("limit")] public int? Limit { get; init; }
    [Key("resume")] public string? Resume { get; init; }
}
