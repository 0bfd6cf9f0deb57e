using AntiLoss.Domain.Devices;

namespace AntiLoss.LoadTest.Agents;

/// <summary>The agent protocol as a phone speaks it over HTTP.</summary>
public sealed class HttpAgentTransport(HttpClient http, AgentIdentity identity) : IAgentTransport
{
    public async Task<AgentReply?> ExchangeAsync(AgentMessage message, CancellationToken cancellationToken)
    {
        using var body = new ByteArrayContent(identity.Sign(message));
        try
        {
            using var answer = await http.PostAsync("agent/v1/exchange", body, cancellationToken);
            return answer.IsSuccessStatusCode ? identity.Read(await answer.Content.ReadAsByteArrayAsync(cancellationToken)) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public Task<DevicePolicy> PolicyAsync(int version, CancellationToken cancellationToken) => Task.FromResult(identity.PolicyOf(version));
}
