using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;
using AntiLoss.Tests.Support;
using AntiLoss.Web.Ingest.Agents;

namespace AntiLoss.Tests.Agents;

/// <summary>A phone's agent and a real server over HTTP.</summary>
public sealed class AgentProtocolTests : IAsyncLifetime
{
    private const ulong Outbox = 0xA11CE;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private ServerUnderTest _server = null!;
    private DeviceKey _device;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await ServerUnderTest.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_phone_enrols_once_and_what_it_signs_is_taken_once()
    {
        var code = await EnrolAsync();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(HttpStatusCode.OK, (await EnrolAsync(code, _key)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await EnrolAsync(code, other)).StatusCode);

        var sent = Sign(new EnvelopeItem(1, null, null, new PolicyApplied(1)), FixItem(2));
        Assert.Equal(2, (await ReplyAsync(sent)).Through);
        Assert.Equal(2, (await ReplyAsync(sent)).Through);
        var history = await _server.Api.GetStringAsync($"/api/v1/devices/{_device.Device}/positions?since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00Z&format=ndjson", Stop);
        Assert.Single(history.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_forged_a_flipped_and_a_strangers_envelope_are_refused()
    {
        await EnrolAsync();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (envelope, places) = AgentEnvelope.Write(_device, 1, Outbox, [FixItem(1)]);
        var right = AgentSignature.Sign(_key, SignedAs.Envelope, envelope);
        List<SignedEnvelope> forged =
        [
            new(envelope, AgentSignature.Sign(other, SignedAs.Envelope, envelope), places),
            new(envelope, AgentSignature.Sign(_key, SignedAs.Command, envelope), places),
            new(AgentEnvelope.Write(_device, 2, Outbox, []).Envelope, right, []),
        ];
        for (var i = 0; i < Tier.Count(1_000, 100_000); i++)
        {
            var flipped = (byte[])right.Clone();
            flipped[i / 8 % flipped.Length] ^= (byte)(1 << i % 8);
            forged.Add(new SignedEnvelope(envelope, flipped, places));
        }
        foreach (var attempt in forged)
        {
            using var answer = await PostAsync(attempt);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
        Assert.Equal(1, (await ReplyAsync(new SignedEnvelope(envelope, right, []))).Through);
    }

    [Fact]
    public void A_command_is_executed_once_by_its_own_phone_in_its_own_time()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UnixEpoch.AddYears(56);
        var device = new DeviceKey(new OrganizationNumber(7), new DeviceId(1, 2));
        var signed = CommandMessage.Sign(_key, device, new Domain.Commands.Command
        {
            Id = "c", Kind = Domain.Commands.CommandKind.Ring, By = "olga", Counter = 3, Enrolment = 1, At = now, ExpiresAt = now.AddMinutes(5),
        });
        string? Judge(ECDsa key, DeviceKey phone, int enrolment, CommandWindow window, DateTimeOffset at) =>
            CommandMessage.Judge(signed, key, phone, enrolment, window, at).Refusal;

        Assert.Null(Judge(_key, device, 1, new CommandWindow(9, 1), now));
        Assert.Equal("replayed", Judge(_key, device, 1, new CommandWindow(2, 1).With(3), now));
        Assert.Equal("replayed", Judge(_key, device, 1, new CommandWindow(67, 1), now));
        Assert.Equal("unsigned", Judge(stranger, device, 1, default, now));
        Assert.Equal("wrong-device", Judge(_key, device with { Device = new DeviceId(1, 3) }, 1, default, now));
        Assert.Equal("wrong-enrolment", Judge(_key, device, 2, default, now));
        Assert.Equal("expired", Judge(_key, device, 1, default, now.AddMinutes(5)));
    }

    private static EnvelopeItem FixItem(long sequence) => new(sequence, null, new Report
    {
        Kind = ReportKind.Position, FixedAt = TimeProvider.System.GetUtcNow(), Place = GeoPoint.From(52.5, 13.4),
    }, null);

    private SignedEnvelope Sign(params EnvelopeItem[] items)
    {
        var (envelope, places) = AgentEnvelope.Write(_device, 1, Outbox, items);
        return new SignedEnvelope(envelope, AgentSignature.Sign(_key, SignedAs.Envelope, envelope), places);
    }

    private async Task<string> EnrolAsync()
    {
        var phone = await ReportingPhone.EnrolAsync(_server);
        using var made = await _server.Api.PostAsync($"/api/v1/devices/{phone.Id}/enrolment-code", null, Stop);
        var code = (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString()!;
        using var answer = await EnrolAsync(code, _key);
        var enrolled = (await answer.Content.ReadFromJsonAsync<EnrolledAgent>(Stop))!;
        Assert.True(DeviceId.TryParse(enrolled.Device, out var device));
        _device = new DeviceKey(new OrganizationNumber(enrolled.Organization), device);
        return code;
    }

    private Task<HttpResponseMessage> EnrolAsync(string code, ECDsa key) => _server.Anonymous.PostAsJsonAsync("/agent/v1/enrol", new EnrolRequest(
        code, key.ExportSubjectPublicKeyInfo(), AgentSignature.Sign(key, SignedAs.Enrolment, Encoding.ASCII.GetBytes(code)), "OemAgent", "test agent 1"), Stop);

    private async Task<HttpResponseMessage> PostAsync(SignedEnvelope signed)
    {
        using var content = new ByteArrayContent(signed.Write());
        return await _server.Anonymous.PostAsync("/agent/v1/exchange", content, Stop);
    }

    private async Task<AgentReply> ReplyAsync(SignedEnvelope signed)
    {
        using var answer = await PostAsync(signed);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
        return (await answer.Content.ReadFromJsonAsync<AgentReply>(Stop))!;
    }
}
