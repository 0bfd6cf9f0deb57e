using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using AntiLoss.Domain.Commands;
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

    /// <summary>Of the SIM that is meant.</summary>
    public string? Iccid { get; init; }

    public static SignedMessage Sign(ECDsa serverKey, DeviceKey device, Command command) => SignedMessage.Sign(
        serverKey, SignedAs.Command, JsonSerializer.SerializeToUtf8Bytes(
            new CommandMessage(1, device.Organization.Value, device.Device.ToString(), command.Enrolment, command.Id, command.Counter, command.Kind,
                command.At.ToUnixTimeMilliseconds(), command.ExpiresAt?.ToUnixTimeMilliseconds())
            {
                Text = command.Text,
                PhoneNumber = command.PhoneNumber,
                PolicyVersion = command.PolicyVersion,
                Iccid = command.Iccid,
            },
            CommandMessageJson.Default.CommandMessage));

    /// <summary>
    /// What a phone does with a command: the command if it is to be executed, or why not (unsigned, wrong-device,
    /// wrong-enrolment, expired, replayed), which the phone tells with <see cref="MessageRefused"/>.
    /// </summary>
    public static (CommandMessage? Command, string? Refusal) Judge(
        SignedMessage message, ECDsa serverKey, DeviceKey device, int enrolment, CommandWindow window, DateTimeOffset now)
    {
        if (message.Open(serverKey, SignedAs.Command) is not { } bytes)
            return (null, "unsigned");
        var command = JsonSerializer.Deserialize(bytes, CommandMessageJson.Default.CommandMessage)!;
        return command.Organization != device.Organization.Value || command.Device != device.Device.ToString() ? (null, "wrong-device")
            : command.Enrolment != enrolment ? (null, "wrong-enrolment")
            : command.ExpiresAt <= now.ToUnixTimeMilliseconds() ? (null, "expired")
            : !window.IsNew(command.Counter) ? (null, "replayed")
            : (command, null);
    }
}

/// <summary>How a command is written.</summary>
[JsonSerializable(typeof(CommandMessage))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class CommandMessageJson : JsonSerializerContext;
