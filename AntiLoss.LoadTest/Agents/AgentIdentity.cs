using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.LoadTest.Stories;

namespace AntiLoss.LoadTest.Agents;

/// <summary>What an enrolled phone has: a key that was made here, and what its server gave it. Signs what it sends and checks what it is told.</summary>
public sealed class AgentIdentity : IDisposable
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly ECDsa _key;
    private readonly ECDsa _serverKey;
    private readonly byte[] _recoverySecret;
    private readonly Dictionary<int, DevicePolicy> _policies = [];

    private AgentIdentity(ECDsa key, Enrolled enrolled)
    {
        (_key, _recoverySecret, Enrolment) = (key, enrolled.RecoverySecret, enrolled.Enrolment);
        Device = new DeviceKey(new OrganizationNumber(enrolled.Organization), DeviceId.TryParse(enrolled.Device, out var id) ? id : throw new FormatException(enrolled.Device));
        _serverKey = AgentSignature.ImportPublicKey(enrolled.ServerKey) ?? throw new FormatException("The server's key is no P-256 key.");
    }

    public DeviceKey Device { get; }

    public int Enrolment { get; }

    /// <summary>Enrols with a one-time code.</summary>
    /// <param name="http">Of the server; sends no API key.</param>
    /// <exception cref="HttpRequestException">The server does not let it in.</exception>
    public static async Task<AgentIdentity> EnrolAsync(HttpClient http, string code)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            using var answer = await http.PostAsJsonAsync("agent/v1/enrol", new
            {
                code,
                publicKey = key.ExportSubjectPublicKeyInfo(),
                proof = AgentSignature.Sign(key, SignedAs.Enrolment, Encoding.ASCII.GetBytes(code)),
                kind = nameof(AgentKind.OemAgent),
                software = "simulated agent 1",
            });
            answer.EnsureSuccessStatusCode();
            return new AgentIdentity(key, (await answer.Content.ReadFromJsonAsync<Enrolled>())!);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>The recovery code that the phone itself works out.</summary>
    public string CodeOf(RecoveryPurpose purpose, string challenge) => RecoveryCode.Of(_recoverySecret, Enrolment, purpose, challenge);

    /// <summary>The bytes to send.</summary>
    public byte[] Sign(AgentMessage message)
    {
        var items = message.Items.Select(item => new EnvelopeItem(item.Sequence, item.HappenedAt, item.Report, item.Event)).ToList();
        var (envelope, places) = AgentEnvelope.Write(Device, message.Enrolment, message.Outbox, items);
        return new SignedEnvelope(envelope, AgentSignature.Sign(_key, SignedAs.Envelope, envelope), places).Write();
    }

    /// <summary>A password for one connection over MQTT.</summary>
    public string SignIn(DateTimeOffset now) => AgentSignIn.Write(_key, Device, Enrolment, now);

    /// <summary>Reads an answer, and checks its commands.</summary>
    /// <exception cref="StoryFailedException">A command is not the server's, or not for this phone.</exception>
    public AgentReply Read(ReadOnlySpan<byte> json)
    {
        var reply = JsonSerializer.Deserialize<Reply>(json, Web)!;
        return new AgentReply(reply.Through, [.. reply.Commands.Select(CommandOf)]);
    }

    /// <summary>The policy that a command brought.</summary>
    public DevicePolicy PolicyOf(int version) => _policies.TryGetValue(version, out var policy)
        ? policy
        : throw new StoryFailedException($"A command named policy {version} and did not carry it.");

    public void Dispose()
    {
        _key.Dispose();
        _serverKey.Dispose();
    }

    // Whether the phone has seen it before is the phone's to say; whether it is the server's at all is said here.
    private Command CommandOf(SignedMessage signed)
    {
        if (CommandMessage.Judge(signed, _serverKey, Device, Enrolment, ExecutedCommands.None, DateTimeOffset.MinValue) is not { Command: { } command, Refusal: null })
            throw new StoryFailedException("A command is not signed by the phone's server, or not for this phone.");
        if (command.Policy is { } policy)
            _policies[policy.Version] = policy.ToPolicy();
        return new Command
        {
            Id = command.Id,
            Kind = command.Kind,
            Counter = command.Counter,
            Enrolment = command.Enrolment,
            By = "server",
            At = DateTimeOffset.FromUnixTimeMilliseconds(command.IssuedAt),
            ExpiresAt = command.ExpiresAt is { } expires ? DateTimeOffset.FromUnixTimeMilliseconds(expires) : null,
            Text = command.Text,
            PhoneNumber = command.PhoneNumber,
            PolicyVersion = command.PolicyVersion,
            NewPin = command.NewPin == true,
            Iccid = command.Iccid,
        };
    }

    private sealed record Enrolled(uint Organization, string Device, int Enrolment, byte[] ServerKey, byte[] RecoverySecret);

    private sealed record Reply(long Through, ImmutableArray<SignedMessage> Commands);
}
