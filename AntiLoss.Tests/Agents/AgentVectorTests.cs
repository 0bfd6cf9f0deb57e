using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Agents;

/// <summary>
/// What <c>docs/agent-protocol.md</c> gives phone makers to check their agents by: made by a program that shares no code
/// with the server, so that the page, that program and the product have to agree.
/// </summary>
public sealed class AgentVectorTests : IDisposable
{
    private readonly JsonElement _vectors = JsonDocument.Parse(File.ReadAllBytes(Repository.PathOf("docs", "examples", "agent-vectors.json"))).RootElement;
    private readonly ECDsa _phone;
    private readonly ECDsa _server;

    public AgentVectorTests() => (_phone, _server) = (KeyOf("phone"), KeyOf("server"));

    private DeviceKey Device => new(
        new OrganizationNumber(_vectors.GetProperty("phone").GetProperty("organization").GetUInt32()),
        DeviceId.TryParse(Text("phone", "device"), out var id) ? id : throw new FormatException("device"));

    private int Enrolment => _vectors.GetProperty("phone").GetProperty("enrolment").GetInt32();

    public void Dispose()
    {
        _phone.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void A_public_key_is_that_of_the_private_one_beside_it()
    {
        Assert.Equal(Text("phone", "publicKey"), Convert.ToBase64String(_phone.ExportSubjectPublicKeyInfo()));
        Assert.Equal(Text("server", "publicKey"), Convert.ToBase64String(_server.ExportSubjectPublicKeyInfo()));
        using var imported = AgentSignature.ImportPublicKey(Convert.FromBase64String(Text("phone", "publicKey")));
        Assert.NotNull(imported);
    }

    [Fact]
    public void An_enrolment_s_proof_is_the_key_s() => Assert.True(AgentSignature.Verify(
        _phone, SignedAs.Enrolment, Encoding.ASCII.GetBytes(Text("enrolment", "code")), Convert.FromBase64String(Text("enrolment", "proof"))));

    [Fact]
    public void A_place_has_its_digest_and_is_written_so()
    {
        var report = new Report
        {
            Kind = ReportKind.Position, FixedAt = DateTimeOffset.UnixEpoch, Place = GeoPoint.From(52.520008, 13.404954),
            AccuracyMetres = 8, SpeedMetresPerSecond = 1.5, CourseDegrees = 270,
        };
        var written = SaltedPlace.Write(report, [.. Enumerable.Range(0, SaltedPlace.SaltLength).Select(i => (byte)i)]);
        Assert.Equal(Text("place", "text"), Encoding.UTF8.GetString(written));
        Assert.Equal(Text("place", "digest"), SaltedPlace.DigestOf(written));
    }

    [Fact]
    public void An_envelope_is_the_phone_s_and_says_what_it_says()
    {
        var signed = SignedEnvelope.Read(JsonSerializer.SerializeToUtf8Bytes(_vectors.GetProperty("envelope").GetProperty("body")));
        Assert.Equal(Text("envelope", "text"), Encoding.UTF8.GetString(signed.Envelope.Span));
        Assert.Equal(Text("envelope", "signedText"), "antiloss-agent-v1/envelope\n" + Text("envelope", "text"));
        Assert.True(AgentSignature.Verify(_phone, SignedAs.Envelope, signed.Envelope.Span, signed.Signature.Span));

        var head = AgentEnvelope.ReadHead(signed.Envelope);
        Assert.Equal((Device, Enrolment, 0xA11CEul, 41L), (head.Device, head.Enrolment, head.Outbox, head.First));
        var items = head.ReadItems(signed.Places);
        Assert.Equal([41, 42, 43, 44], items.Select(item => item.Sequence));
        Assert.Equal(new SimGone(0), items[0].Event);
        Assert.Equal((GeoPoint.From(52.520008, 13.404954), 61, Bearer.Wifi), (items[1].Report!.Place, items[1].Report!.BatteryPercent, items[1].Report!.Bearer));
        Assert.Equal((null, null), (items[2].Report, items[2].Event));
        Assert.Equal(5, Assert.IsType<PinRejected>(items[3].Event).Failures);
        // What the server's own phones write of it is the same, but for the salt.
        var (written, _) = AgentEnvelope.Write(head.Device, head.Enrolment, head.Outbox, [items[0], items[2] with { HappenedAt = null }]);
        Assert.Equal(
            $$$"""{"v":1,"organization":7,"device":"{{{Device.Device}}}","enrolment":2,"outbox":"00000000000a11ce","first":41,"items":[{"at":1790000000000,"event":{"event":"sim-gone","slot":0}},{"gap":true}]}""",
            Encoding.UTF8.GetString(written));
    }

    [Fact]
    public void What_must_be_refused_of_envelopes_is()
    {
        foreach (var vector in _vectors.GetProperty("envelopesRefused").EnumerateArray())
        {
            var (message, signature) = (Bytes(vector, "message"), Bytes(vector, "signature"));
            Assert.False(AgentSignature.Verify(_phone, SignedAs.Envelope, message, signature), vector.GetProperty("about").GetString());
        }
    }

    [Fact]
    public void A_command_has_the_verdict_that_the_page_s_order_gives_it()
    {
        var before = _vectors.GetProperty("executedBefore");
        var executed = ExecutedCommands.None.With(
            before.GetProperty("counter").GetInt64(), new CommandTold(before.GetProperty("id").GetString()!, Enum.Parse<CommandState>(before.GetProperty("state").GetString()!)));
        var at = DateTimeOffset.FromUnixTimeMilliseconds(_vectors.GetProperty("commandsAt").GetInt64());
        foreach (var vector in _vectors.GetProperty("commands").EnumerateArray())
        {
            var signed = new SignedMessage(vector.GetProperty("message").GetString()!, vector.GetProperty("signature").GetString()!);
            var verdict = CommandMessage.Judge(signed, _server, Device, Enrolment, executed, at);
            Assert.Equal(vector.GetProperty("verdict").GetString(), verdict.Refusal ?? (verdict.Executes ? "executes" : "receipt"));
            if (verdict.Executes)
                Assert.Equal(Encoding.UTF8.GetString(Bytes(vector, "message")), Encoding.UTF8.GetString(Base64Url.DecodeFromChars(Written(verdict.Command!).Message)));
        }
    }

    [Fact]
    public void A_recovery_code_is_the_one_that_the_formula_gives()
    {
        var secret = Convert.FromBase64String(_vectors.GetProperty("recoverySecret").GetString()!);
        foreach (var vector in _vectors.GetProperty("recoveryCodes").EnumerateArray())
        {
            var purpose = Enum.Parse<RecoveryPurpose>(vector.GetProperty("purpose").GetString()!);
            Assert.Equal(vector.GetProperty("number").GetInt32(), (int)purpose);
            Assert.Equal(
                vector.GetProperty("code").GetString(),
                RecoveryCode.Of(secret, vector.GetProperty("enrolment").GetInt32(), purpose, vector.GetProperty("challenge").GetString()!));
        }
    }

    [Fact]
    public void A_sign_in_is_the_phone_s_and_what_must_be_refused_of_sign_ins_is()
    {
        var signIn = AgentSignIn.Read(Text("signIn", "password"));
        Assert.Equal(Text("signIn", "text"), Encoding.UTF8.GetString(signIn.Message.Span));
        Assert.Equal((Device, Enrolment, _vectors.GetProperty("signIn").GetProperty("at").GetInt64()), (signIn.Device, signIn.Enrolment, signIn.At.ToUnixTimeMilliseconds()));
        Assert.True(AgentSignature.Verify(_phone, SignedAs.SignIn, signIn.Message.Span, signIn.Signature.Span));
        foreach (var vector in _vectors.GetProperty("signInsRefused").EnumerateArray())
        {
            var refused = AgentSignIn.Read(vector.GetProperty("password").GetString()!);
            Assert.False(AgentSignature.Verify(_phone, SignedAs.SignIn, refused.Message.Span, refused.Signature.Span), vector.GetProperty("about").GetString());
        }
    }

    [Fact]
    public void The_page_names_every_event_and_every_command()
    {
        var page = File.ReadAllText(Repository.PathOf("docs", "agent-protocol.md"));
        var events = typeof(AgentEvent).GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonDerivedTypeAttribute), false)
            .Cast<System.Text.Json.Serialization.JsonDerivedTypeAttribute>().Select(kind => $"{kind.TypeDiscriminator}");
        var named = events.Concat(Enum.GetNames<CommandKind>()).Concat(Enum.GetNames<BootReason>()).Concat(Enum.GetNames<RecoveryPurpose>()).ToList();
        Assert.Equal(named, named.Where(name => page.Contains($"`{name}`", StringComparison.Ordinal)));
    }

    /// <summary>The command as the server writes it.</summary>
    private SignedMessage Written(CommandMessage command) => CommandMessage.Sign(_server, Device, new Command
    {
        Id = command.Id,
        Kind = command.Kind,
        Counter = command.Counter,
        Enrolment = command.Enrolment,
        By = "olga",
        At = DateTimeOffset.FromUnixTimeMilliseconds(command.IssuedAt),
        ExpiresAt = command.ExpiresAt is { } expires ? DateTimeOffset.FromUnixTimeMilliseconds(expires) : null,
        Text = command.Text,
        PhoneNumber = command.PhoneNumber,
        PolicyVersion = command.PolicyVersion,
        Iccid = command.Iccid,
    }, command.Policy?.ToPolicy());

    private ECDsa KeyOf(string whose) => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Convert.FromHexString(Text(whose, "privateKey")) });

    private string Text(string of, string field) => _vectors.GetProperty(of).GetProperty(field).GetString()!;

    private static byte[] Bytes(JsonElement vector, string field) => Base64Url.DecodeFromChars(vector.GetProperty(field).GetString()!);
}
