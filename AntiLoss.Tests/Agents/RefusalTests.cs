using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Identity;
using AntiLoss.LoadTest.Agents;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Agents;

/// <summary>What nobody may have taken from a phone, or a phone from anybody: of each kind many, none with an effect, every one counted.</summary>
public sealed class RefusalTests
{
    private static readonly int Each = Tier.Count(1_000, 100_000);
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_forged_wrong_flipped_earlier_or_replayed_envelope_has_an_effect()
    {
        await using var server = await ServerUnderTest.StartAsync(new ServerSettings { Settings = ImmutableDictionary<string, string>.Empty.Add("Limits:DeviceBurst", "1000000").Add("Limits:AgentFailuresPerMinute", "100000000") });
        using var before = await TestAgent.NewAsync(server);
        using var agent = await TestAgent.OfAsync(server, before.Id);
        using var another = await TestAgent.NewAsync(server);
        var (counted, expected) = (ImmutableDictionary<string, long>.Empty, 0L);
        var taken = agent.Sign([Lock(1, false)]);
        Assert.Equal(1, (await agent.ReplyAsync(taken)).Through);

        await RefusedAsync("signature", i => taken with { Signature = RandomNumberGenerator.GetBytes(AgentSignature.Length) });
        await RefusedAsync("signature", i => agent.Sign([Lock(i, true)], key: another.Key));
        await RefusedAsync("signature", i => another.Sign([Lock(i, true)], device: agent.Device, enrolment: agent.Enrolment));
        await RefusedAsync("signature", i => before.Sign([Lock(i, true)], enrolment: agent.Enrolment));
        await RefusedAsync("unknown-enrolment", i => agent.Sign([Lock(i, true)], enrolment: agent.Enrolment + 1));
        await RefusedAsync(null, i => Flip(agent.Sign([Lock(i, true)]), i));
        await HaveNoEffectAsync("earlier-enrolment", i => before.Sign([Lock(i, true)]));
        await HaveNoEffectAsync("repeated", i => taken);

        var guards = (await server.Api.GetFromJsonAsync<JsonElement>($"/api/v1/devices/{agent.Id}", Stop)).GetProperty("guards");
        Assert.False(guards.GetProperty("lock").GetProperty("reported").GetBoolean());
        Assert.Equal(2, (await agent.SayAsync(2, new ScreenLockSet(true))).Through);

        Task RefusedAsync(string? reason, Func<int, SignedEnvelope> make) => CountedAsync(reason, make,
            status => Assert.True(status is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest, $"{reason} answered {status}"));
        Task HaveNoEffectAsync(string reason, Func<int, SignedEnvelope> make) => CountedAsync(reason, make, status => Assert.Equal(HttpStatusCode.OK, status));

        async Task CountedAsync(string? reason, Func<int, SignedEnvelope> make, Action<HttpStatusCode> check)
        {
            await Parallel.ForAsync(0, Each, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            {
                SignedEnvelope signed;
                lock (agent)
                    signed = make(i + 1);
                using var answer = await agent.PostAsync(signed);
                check(answer.StatusCode);
            });
            // The numbers are gathered anew a few times a second.
            (counted, expected) = (counted.SetItem(reason ?? "", counted.GetValueOrDefault(reason ?? "") + Each), expected + Each);
            await Eventually.TrueAsync(async () => await AgentMetrics.RefusedAsync(server, "envelope", null) == expected, $"{expected} envelopes are counted");
            if (reason is not null)
                Assert.True(await AgentMetrics.RefusedAsync(server, "envelope", reason) >= counted[reason]);
        }
    }

    [Fact]
    public void No_forged_wrong_flipped_expired_or_replayed_command_is_executed_and_a_repeat_not_twice()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var device = new DeviceKey(new OrganizationNumber(7), new DeviceId(1, 2));
        var executed = ExecutedCommands.None.With(100, new CommandTold("c100", CommandState.Succeeded));

        Refused("unsigned", i => Sign(i) with { Signature = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(AgentSignature.Length)) });
        Refused("unsigned", i => Sign(i, by: stranger));
        Refused("unsigned", i => SignedMessage.Sign(key, SignedAs.Envelope, Bytes(Sign(i).Message)));
        Refused("unsigned", i => Flip(Sign(i), i));
        Refused("wrong-device", i => Sign(i, device: device with { Device = new DeviceId(1, (ulong)i + 2) }));
        Refused("wrong-device", i => Sign(i, device: device with { Organization = new OrganizationNumber((uint)i + 7) }));
        Refused("wrong-enrolment", i => Sign(i, enrolment: 2 + i));
        Refused("wrong-enrolment", i => Sign(i, enrolment: -i));
        Refused("expired", i => Sign(i, counter: 100 + i, expiresAt: Now.AddMilliseconds(1 - i)));
        Refused("replayed", i => Sign(i, counter: 37 - i));
        Refused("replayed", i => Sign(100 + i, counter: 100));
        for (var i = 1; i <= Each; i++)
        {
            var repeat = Judge(Sign(100, counter: 100, expiresAt: i % 2 == 0 ? Now : null));
            Assert.Equal((false, null, "c100"), (repeat.Executes, repeat.Refusal, repeat.Receipt?.Id));
        }
        Assert.True(Judge(Sign(1, counter: 101)).Executes);
        Assert.True(Judge(Sign(1, counter: 37)).Executes);

        SignedMessage Sign(int i, DeviceKey? device = null, int enrolment = 1, long counter = 101, DateTimeOffset? expiresAt = null, ECDsa? by = null) =>
            CommandMessage.Sign(by ?? key, device ?? new DeviceKey(new OrganizationNumber(7), new DeviceId(1, 2)), new Command
            {
                Id = $"c{i}", Kind = CommandKind.Unlock, By = "olga", Counter = counter, Enrolment = enrolment, At = Now, ExpiresAt = expiresAt,
            });
        CommandVerdict Judge(SignedMessage message) => CommandMessage.Judge(message, key, device, 1, executed, Now);
        void Refused(string why, Func<int, SignedMessage> make)
        {
            for (var i = 1; i <= Each; i++)
            {
                var verdict = Judge(make(i));
                Assert.Equal((false, why), (verdict.Executes, verdict.Refusal));
            }
        }
    }

    [Fact]
    public void No_guessed_wrong_flipped_late_or_used_recovery_code_frees_a_phone()
    {
        var (secret, stranger) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        Refused(PadAnswer.Wrong, (_, _) => RandomNumberGenerator.GetString("0123456789", RecoveryCode.Length));
        Refused(PadAnswer.Wrong, (challenge, _) => RecoveryCode.Of(stranger, 2, RecoveryPurpose.NewPin, challenge));
        Refused(PadAnswer.Wrong, (challenge, _) => RecoveryCode.Of(secret, 1, RecoveryPurpose.NewPin, challenge));
        Refused(PadAnswer.Wrong, (challenge, i) => RecoveryCode.Of(secret, 2, i % 2 == 0 ? RecoveryPurpose.EndLockout : RecoveryPurpose.PowerOffOnce, challenge));
        Refused(PadAnswer.Wrong, (challenge, _) => RecoveryCode.Of(secret, 2, RecoveryPurpose.NewPin, challenge == "00000000" ? "00000001" : "00000000"));
        Refused(PadAnswer.Wrong, (challenge, i) => FlipDigit(RecoveryCode.Of(secret, 2, RecoveryPurpose.NewPin, challenge), i));
        Refused(PadAnswer.Shut, (challenge, _) => RecoveryCode.Of(secret, 2, RecoveryPurpose.NewPin, challenge), late: TimeSpan.FromMinutes(15));
        for (var i = 0; i < Each; i++)
        {
            var pad = NewPad();
            var code = RecoveryCode.Of(secret, 2, RecoveryPurpose.NewPin, pad.Challenge(RecoveryPurpose.NewPin, TimeSpan.Zero));
            Assert.Equal(PadAnswer.Right, Try(pad, code).Answer);
            Assert.Equal(PadAnswer.Shut, Try(pad, code).Answer);
        }

        PinPad NewPad() => new(secret, PinPadMemory.Empty, _ => { });
        (PadAnswer Answer, RecoveryPurpose) Try(PinPad pad, string code, TimeSpan at = default) =>
            pad.TryCode(code, at, (purpose, challenge) => RecoveryCode.Of(secret, 2, purpose, challenge));
        void Refused(PadAnswer expected, Func<string, int, string> make, TimeSpan late = default)
        {
            for (var i = 0; i < Each; i++)
            {
                var pad = NewPad();
                var code = make(pad.Challenge(RecoveryPurpose.NewPin, TimeSpan.Zero), i);
                Assert.Equal(expected, Try(pad, code, late).Answer);
                Assert.Equal(expected == PadAnswer.Wrong ? 1 : 0, pad.WrongCodes);
            }
        }
    }

    private static EnvelopeItem Lock(long sequence, bool on) => new(sequence, null, null, new ScreenLockSet(on));

    /// <summary>One bit of the envelope or of its signature is another.</summary>
    private static SignedEnvelope Flip(SignedEnvelope signed, int i)
    {
        var bytes = (byte[])[.. signed.Envelope.Span, .. signed.Signature.Span];
        var bit = i % (bytes.Length * 8);
        bytes[bit / 8] ^= (byte)(1 << bit % 8);
        return signed with { Envelope = bytes.AsMemory(..signed.Envelope.Length), Signature = bytes.AsMemory(signed.Envelope.Length..) };
    }

    private static SignedMessage Flip(SignedMessage signed, int i)
    {
        var flipped = Flip(new SignedEnvelope(Bytes(signed.Message), Bytes(signed.Signature), []), i);
        return new(Base64Url.EncodeToString(flipped.Envelope.Span), Base64Url.EncodeToString(flipped.Signature.Span));
    }

    private static byte[] Bytes(string base64Url) => Base64Url.DecodeFromChars(base64Url);

    private static string FlipDigit(string code, int i)
    {
        var digits = code.ToCharArray();
        digits[i % digits.Length] = (char)('0' + (digits[i % digits.Length] - '0' + 1 + i / digits.Length % 9) % 10);
        return new string(digits);
    }
}
