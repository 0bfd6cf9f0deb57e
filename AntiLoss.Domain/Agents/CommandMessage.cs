using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Domain.Agents;

/// <summary>
/// A command as a phone gets it, signed by its organization's server. It names one enrolment of one phone, and is
/// nothing to any other.
/// </summary>
/// <param name="Counter">Rises by one with each command of an enrolment.</param>
/// <param name="IssuedAt">Unix ms.</param>
/// <param name="ExpiresAt">Unix ms; null for a desired state, which does not expire.</param>
public sealed record CommandMessage(
    int V, uint Organization, string Device, int Enrolment, string Id, long Counter, CommandKind Kind, long IssuedAt, long? ExpiresAt = null)
{
    /// <summary>What the screen shows.</summary>
    public string? Text { get; init; }

    /// <summary>The number that a locked phone offers to call.</summary>
    public string? PhoneNumber { get; init; }

    public int? PolicyVersion { get; init; }

    /// <summary>The policy of that version: it comes with the command, so that the phone has it under the same signature and needs no second question.</summary>
    public PolicyMessage? Policy { get; init; }

    /// <summary>True with a SetPolicy for a phone that was handed to another person: it asks for a new guard PIN.</summary>
    public bool? NewPin { get; init; }

    /// <summary>Of the SIM that is meant.</summary>
    public string? Iccid { get; init; }

    /// <param name="policy">The one that a SetPolicy names.</param>
    public static SignedMessage Sign(ECDsa serverKey, DeviceKey device, Command command, DevicePolicy? policy = null) => SignedMessage.Sign(
        serverKey, SignedAs.Command, JsonSerializer.SerializeToUtf8Bytes(
            new CommandMessage(1, device.Organization.Value, device.Device.ToString(), command.Enrolment, command.Id, command.Counter, command.Kind,
                command.At.ToUnixTimeMilliseconds(), command.ExpiresAt?.ToUnixTimeMilliseconds())
            {
                Text = command.Text,
                PhoneNumber = command.PhoneNumber,
                PolicyVersion = command.PolicyVersion,
                Policy = policy is null ? null : PolicyMessage.Of(policy),
                NewPin = command.NewPin ? true : null,
                Iccid = command.Iccid,
            },
            CommandMessageJson.Default.CommandMessage));

    /// <summary>
    /// What a phone does with a command that has come: executes it, tells its receipt again, or refuses it and says so
    /// with <see cref="MessageRefused"/>.
    /// </summary>
    public static CommandVerdict Judge(
        SignedMessage message, ECDsa serverKey, DeviceKey device, int enrolment, ExecutedCommands executed, DateTimeOffset now)
    {
        if (message.Open(serverKey, SignedAs.Command) is not { } bytes)
            return CommandVerdict.Refuse(null, "unsigned");
        var command = JsonSerializer.Deserialize(bytes, CommandMessageJson.Default.CommandMessage)!;
        if (command.Organization != device.Organization.Value || command.Device != device.Device.ToString())
            return CommandVerdict.Refuse(command, "wrong-device");
        if (command.Enrolment != enrolment)
            return CommandVerdict.Refuse(command, "wrong-enrolment");
        return executed.Judge(command.Id, command.Counter) switch
        {
            CommandNovelty.Repeat => new CommandVerdict(command, null, executed.Receipts[command.Counter]),
            CommandNovelty.Replayed => CommandVerdict.Refuse(command, "replayed"),
            _ when command.ExpiresAt <= now.ToUnixTimeMilliseconds() => CommandVerdict.Refuse(command, "expired"),
            _ => new CommandVerdict(command, null, null),
        };
    }
}

/// <summary>What a phone is to do with a command.</summary>
/// <param name="Command">As it came; null if it can't be believed.</param>
/// <param name="Refusal">unsigned, wrong-device, wrong-enrolment, replayed or expired; null if it is not refused.</param>
/// <param name="Receipt">What to tell again, since the command was executed before.</param>
public readonly record struct CommandVerdict(CommandMessage? Command, string? Refusal, CommandTold? Receipt)
{
    /// <summary>Whether the phone does what the command says.</summary>
    public bool Executes => Refusal is null && Receipt is null;

    internal static CommandVerdict Refuse(CommandMessage? command, string why) => new(command, why, null);
}

/// <summary>How a command is written.</summary>
[JsonSerializable(typeof(CommandMessage))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class CommandMessageJson : JsonSerializerContext;
