using System.Buffers;
using System.Text.Json;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Shards;
using AntiLoss.Web.Live;

namespace AntiLoss.Web.Ingest.Phones;

/// <summary>A command as an OwnTracks message.</summary>
internal readonly record struct AppOrder(string Id, byte[] Message);

/// <summary>
/// The commands that OwnTracks understands, for a phone that is in contact now. Only actions that every version of the
/// app knows: one unknown action makes it ignore all of an answer.
/// </summary>
internal sealed partial class AppOrders(IGrainFactory grains, ShardMap shards, FleetMirror mirror, PolicyBook policies, ILogger<AppOrders> logger)
{
    /// <summary>Whether commands wait for a phone that is connected, as far as is at hand.</summary>
    public bool MayHaveAny(DeviceKey device) =>
        mirror.ViewAtHand(device.Organization)?.Find(device.Device) is { HasCommands: true, AgentEnrolment: 0 };

    /// <summary>What the phone is to be told, again at each contact until it shows that it has heard. Nothing of it fails a report.</summary>
    public async ValueTask<ImmutableArray<AppOrder>> TakeAsync(DeviceKey device, CancellationToken cancellationToken)
    {
        try
        {
            var shard = shards.ShardOf(grains, device.Device);
            if (await shard.ReadAsync(device, cancellationToken) is not { State: var state } || state.Guards is not { Agent: null } guards)
                return [];
            var commands = guards.Commands.ToSend.Where(command => AppCommands.Covers(command.Kind)).ToList();
            if (commands.Where(command => command.State == CommandState.Queued).Select(command => command.Id).ToImmutableArray() is { IsEmpty: false } queued
                && await shard.ChangeAsync(device, DeviceOperation.From(new CommandsHandedOver(queued)), cancellationToken) is { Outcome: RequestOutcome.Taken, View: { } view })
                mirror.Offer(view.Row);
            var policy = policies.InForce(device.Organization, state.Fleet);
            return [.. commands.Select(command => new AppOrder(command.Id, Written(command.Kind, guards.Protection == Protection.Lost, policy)))];
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The report is durable, and must be acknowledged; the command goes out with the next one.
            LogNotTaken(device.Device.ToString(), exception);
            return [];
        }
    }

    private static byte[] Written(CommandKind kind, bool isLost, DevicePolicy policy)
    {
        var buffer = new ArrayBufferWriter<byte>(160);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("_type", "cmd");
            if (kind == CommandKind.Locate)
                writer.WriteString("action", "reportLocation");
            else
                WriteRate(writer, isLost, policy.Reporting);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Lost: the app's move mode, at the policy's rate. Otherwise what our settings file has: significant changes.</summary>
    private static void WriteRate(Utf8JsonWriter writer, bool isLost, ReportingPolicy reporting)
    {
        const int Significant = 1, Move = 2;
        writer.WriteString("action", "setConfiguration");
        writer.WriteStartObject("configuration");
        writer.WriteString("_type", "configuration");
        writer.WriteNumber("monitoring", isLost ? Move : Significant);
        if (isLost)
            writer.WriteNumber("moveModeLocatorInterval", (int)reporting.LostAtFirst.TotalSeconds);
        writer.WriteEndObject();
    }

    [LoggerMessage(LogLevel.Warning, "Device {DeviceId} could not be given its commands; it gets them at its next contact.")]
    private partial void LogNotTaken(string deviceId, Exception exception);
}
