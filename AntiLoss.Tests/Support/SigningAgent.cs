using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;
using AntiLoss.Web.Ingest.Agents;

namespace AntiLoss.Tests.Support;

/// <summary>An agent with a key of its own on a phone of a real server: says what a test wants it to say.</summary>
public sealed class SigningAgent : IDisposable
{
    private const ulong Outbox = 0xA11CE;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ServerUnderTest _server;
    private DeviceKey _device;
    private long _sequence;

    private SigningAgent(ServerUnderTest server) => _server = server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Enrols an agent on a phone that exists.</summary>
    public static async Task<SigningAgent> EnrolAsync(ServerUnderTest server, string phone)
    {
        var agent = new SigningAgent(server);
        using var made = await server.Api.PostAsync($"/api/v1/devices/{phone}/enrolment-code", null, Stop);
        var code = (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString()!;
        using var answer = await server.Anonymous.PostAsJsonAsync("/agent/v1/enrol", new EnrolRequest(
            code, agent._key.ExportSubjectPublicKeyInfo(), AgentSignature.Sign(agent._key, SignedAs.Enrolment, Encoding.ASCII.GetBytes(code)), "OemAgent", "Test agent 1.0"), Stop);
        var enrolled = (await answer.Content.ReadFromJsonAsync<EnrolledAgent>(Stop))!;
        Assert.True(DeviceId.TryParse(enrolled.Device, out var device));
        agent._device = new DeviceKey(new OrganizationNumber(enrolled.Organization), device);
        return agent;
    }

    /// <summary>Tells what happened on the phone, and where it is; the server has it when this completes.</summary>
    public async Task TellAsync(Report? fix, params AgentEvent[] events)
    {
        var items = events.Select(happened => new EnvelopeItem(++_sequence, null, null, happened)).ToList();
        if (fix is not null)
            items.Add(new EnvelopeItem(++_sequence, null, fix, null));
        var (envelope, places) = AgentEnvelope.Write(_device, 1, Outbox, [.. items]);
        using var content = new ByteArrayContent(new SignedEnvelope(envelope, AgentSignature.Sign(_key, SignedAs.Envelope, envelope), places).Write());
        using var answer = await _server.Anonymous.PostAsync("/agent/v1/exchange", content, Stop);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => _key.Dispose();
}
