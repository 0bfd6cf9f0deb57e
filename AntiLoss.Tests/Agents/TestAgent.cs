using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;
using AntiLoss.Tests.Support;
using AntiLoss.Web.Ingest.Agents;

namespace AntiLoss.Tests.Agents;

/// <summary>The agent of a phone of a real server: its key, and what its server gave it.</summary>
internal sealed class TestAgent : IDisposable
{
    private const ulong Outbox = 0xA11CE;
    private readonly HttpClient _server;
    private readonly EnrolledAgent _enrolled;
    private long _sequence;

    private TestAgent(HttpClient server, ECDsa key, string code, EnrolledAgent enrolled)
    {
        (_server, Key, Code, _enrolled) = (server, key, code, enrolled);
        Assert.True(DeviceId.TryParse(enrolled.Device, out var id));
        Device = new DeviceKey(new OrganizationNumber(enrolled.Organization), id);
        ServerKey = AgentSignature.ImportPublicKey(enrolled.ServerKey)!;
    }

    public ECDsa Key { get; }

    /// <summary>The code that it enrolled with.</summary>
    public string Code { get; }

    public DeviceKey Device { get; }

    public string Id => _enrolled.Device;

    public int Enrolment => _enrolled.Enrolment;

    public ECDsa ServerKey { get; }

    public byte[] RecoverySecret => _enrolled.RecoverySecret;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A new phone with an agent on it.</summary>
    public static async Task<TestAgent> NewAsync(ServerUnderTest server) => await OfAsync(server, (await ReportingPhone.EnrolAsync(server)).Id);

    /// <summary>An agent on a phone that is there, under the next enrolment.</summary>
    public static async Task<TestAgent> OfAsync(ServerUnderTest server, string device)
    {
        using var made = await server.Api.PostAsync($"/api/v1/devices/{device}/enrolment-code", null, Stop);
        var code = (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString()!;
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var answer = await EnrolAsync(server.Anonymous, code, key);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
        return new TestAgent(server.Anonymous, key, code, (await answer.Content.ReadFromJsonAsync<EnrolledAgent>(Stop))!);
    }

    public static Task<HttpResponseMessage> EnrolAsync(HttpClient server, string code, ECDsa key) => server.PostAsJsonAsync("/agent/v1/enrol", new EnrolRequest(
        code, key.ExportSubjectPublicKeyInfo(), AgentSignature.Sign(key, SignedAs.Enrolment, Encoding.ASCII.GetBytes(code)), "OemAgent", "test agent 1"), Stop);

    /// <summary>An envelope of this phone's, signed by its key or another.</summary>
    public SignedEnvelope Sign(IReadOnlyList<EnvelopeItem> items, DeviceKey? device = null, int? enrolment = null, ECDsa? key = null)
    {
        var (envelope, places) = AgentEnvelope.Write(device ?? Device, enrolment ?? Enrolment, Outbox, items);
        return new SignedEnvelope(envelope, AgentSignature.Sign(key ?? Key, SignedAs.Envelope, envelope), places);
    }

    public async Task<HttpResponseMessage> PostAsync(SignedEnvelope signed, int wait = 0)
    {
        using var content = new ByteArrayContent(signed.Write());
        return await _server.PostAsync($"/agent/v1/exchange?wait={wait}", content, Stop);
    }

    /// <summary>Posts an envelope that must be taken.</summary>
    public async Task<AgentReply> ReplyAsync(SignedEnvelope signed, int wait = 0)
    {
        using var answer = await PostAsync(signed, wait);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
        return (await answer.Content.ReadFromJsonAsync<AgentReply>(Stop))!;
    }

    public Task<AgentReply> SayAsync(long sequence, AgentEvent said) => ReplyAsync(Sign([new EnvelopeItem(sequence, null, null, said)]));

    /// <summary>Tells the next things that happened, in order; the server has them when this completes.</summary>
    public Task<AgentReply> TellAsync(params AgentEvent[] said) => TellAsync(null, said);

    /// <summary>Tells the next things that happened, and then where it is.</summary>
    public Task<AgentReply> TellAsync(Report? fix, params AgentEvent[] said)
    {
        var items = said.Select(happened => new EnvelopeItem(++_sequence, null, null, happened)).ToList();
        if (fix is not null)
            items.Add(new EnvelopeItem(++_sequence, null, fix, null));
        return ReplyAsync(Sign(items));
    }

    /// <summary>A command that is this phone's server's, for this phone, and new to it.</summary>
    public CommandMessage Open(SignedMessage command)
    {
        var verdict = CommandMessage.Judge(command, ServerKey, Device, Enrolment, ExecutedCommands.None, TimeProvider.System.GetUtcNow());
        Assert.True(verdict.Executes, verdict.Refusal);
        return verdict.Command!;
    }

    public void Dispose()
    {
        Key.Dispose();
        ServerKey.Dispose();
    }
}
