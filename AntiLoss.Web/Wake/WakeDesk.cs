using System.Collections.Concurrent;
using System.Threading.Channels;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Wake;

/// <summary>
/// Wakes phones for which commands wait. A phone that comes by itself meanwhile is let alone, one that was woken a moment
/// ago is not woken again, and what a push service can't do is noted with the command. A note that a crash loses is made
/// again when the phone's shard comes up: a command that waits, and that no wake was sent for, is in its log.
/// </summary>
internal sealed partial class WakeDesk(
    PushServices services, IGrainFactory grains, ShardMap shards, IOptions<WakeOptions> options, WakeInstruments instruments, TimeProvider time,
    ILogger<WakeDesk> logger) : BackgroundService, IWakeDesk
{
    private const int MostWaiting = 100_000;
    private const int AtOnce = 16;
    private static readonly ImmutableArray<TimeSpan> RetryAfter = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)];

    private readonly WakeOptions _options = options.Value;
    private readonly ConcurrentDictionary<DeviceKey, bool> _noted = new();
    private readonly Channel<(DeviceKey Device, long NotedAt)> _waiting = Channel.CreateBounded<(DeviceKey, long)>(MostWaiting);

    public void Note(DeviceKey device)
    {
        // A second command before the wake of the first is woken for with it.
        if (services.Any && _noted.TryAdd(device, true) && !_waiting.Writer.TryWrite((device, time.GetTimestamp())))
        {
            _noted.TryRemove(device, out _);
            instruments.OnWake("any", "dropped");
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Parallel.ForEachAsync(
        _waiting.Reader.ReadAllAsync(stoppingToken),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken },
        async (noted, stop) =>
        {
            try
            {
                var left = _options.After - time.GetElapsedTime(noted.NotedAt);
                if (left > TimeSpan.Zero)
                    await Task.Delay(left, time, stop);
                _noted.TryRemove(noted.Device, out _);
                await WakeAsync(noted.Device, stop);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                LogNotWoken(noted.Device.Device.ToString(), exception);
            }
        });

    private async Task WakeAsync(DeviceKey device, CancellationToken cancellationToken)
    {
        var shard = shards.ShardOf(grains, device.Device);
        if (await shard.ReadAsync(device, cancellationToken) is not { State: { Push: { IsUsable: true } push, Guards: { } guards } state }
            || services.Of(push.Service) is not { } service)
            return;
        var waiting = guards.Commands.All.Where(command => command is { State: CommandState.Queued, WokenAt: null }).Select(command => command.Id).ToImmutableArray();
        if (waiting.IsEmpty)
            return;
        var wasJustWoken = push.WokenAt is { } woken && time.GetUtcNow() - woken < _options.NotAgainWithin && !(state.LastContactAt > woken);
        var answer = wasJustWoken
            ? PushAnswer.Taken
            : await TryAsync(service, new Wake(device.Device.ToString(), push, guards.Agent is null), cancellationToken);
        await shard.ChangeAsync(device, DeviceOperation.From(new WakeTried(waiting, push.At, answer.Failure)), cancellationToken);
    }

    private async Task<PushAnswer> TryAsync(IPushService service, Wake wake, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            var answer = await TryOnceAsync(service, wake, cancellationToken);
            instruments.OnWake(wake.Address.Service is PushAddress.Fcm or PushAddress.Apns ? wake.Address.Service : "webhook", answer.Failure ?? "taken");
            if (answer.Failure is { } failure)
                LogRefused(wake.Device, wake.Address.Service, failure, answer.Code);
            if (!answer.MayRetry || tries == RetryAfter.Length)
                return answer;
            await Task.Delay(RetryAfter[tries], time, cancellationToken);
        }
    }

    private static async Task<PushAnswer> TryOnceAsync(IPushService service, Wake wake, CancellationToken cancellationToken)
    {
        try
        {
            return await service.WakeAsync(wake, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is HttpRequestException or OperationCanceledException or System.Text.Json.JsonException)
        {
            // An exception's own words may have the address in them, and with Apple the address has the token.
            return new PushAnswer(PushAnswer.Unreachable, (exception as HttpRequestException)?.HttpRequestError.ToString() ?? exception.GetType().Name);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Device {DeviceId} could not be woken over {Service}: {Failure} ({Code}).")]
    private partial void LogRefused(string deviceId, string service, string failure, string? code);

    [LoggerMessage(LogLevel.Warning, "Device {DeviceId} could not be woken; its commands go out at its next contact.")]
    private partial void LogNotWoken(string deviceId, Exception exception);
}
