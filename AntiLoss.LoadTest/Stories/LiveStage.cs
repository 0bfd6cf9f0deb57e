using System.Net;
using AntiLoss.Domain.Agents;
using AntiLoss.LoadTest.Agents;
using AntiLoss.LoadTest.Wire;

namespace AntiLoss.LoadTest.Stories;

/// <summary>Stories on a live server: phones over the agent protocol, by HTTP or by MQTT, operators over the API, and time as it goes.</summary>
public sealed class LiveStage : IStage, IDisposable
{
    private static readonly TimeSpan MostAtOnce = TimeSpan.FromSeconds(1);

    private readonly ApiClient _api;
    private readonly HttpClient _phones;
    private readonly string _host;
    private readonly int _mqttPort;
    private readonly List<IDisposable> _enrolled = [];

    /// <param name="mqttPort">Where the phones speak MQTT; 0: they speak HTTP.</param>
    public LiveStage(Uri url, string apiKey, int mqttPort, TimeProvider time)
    {
        (Time, _host, _mqttPort) = (time, url.Host.Trim('[', ']'), mqttPort);
        _api = new ApiClient(url, apiKey, time);
        _phones = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = url };
    }

    public TimeProvider Time { get; }

    public async Task<EnrolledPhone> EnrolAsync(string name) =>
        await EnrolAgentAsync((await _api.EnrolAsync(new NewDevice(name, null, null, null, ["story"]), CancellationToken.None)).Id);

    public async Task<EnrolledPhone?> EnrolAgainAsync(string device)
    {
        try
        {
            return await EnrolAgentAsync(device);
        }
        catch (HttpRequestException refused) when (refused.StatusCode == HttpStatusCode.Forbidden)
        {
            return null;
        }
    }

    public async Task<string?> ActAsync(string device, string act, string reason, string? iccid)
    {
        try
        {
            await _api.ActAsync(device, act, new { reason, iccid }, CancellationToken.None);
            return null;
        }
        catch (HttpRequestException refused) when (refused.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.Forbidden)
        {
            return refused.Message;
        }
    }

    public Task<string?> AskForCodeAsync(string device, RecoveryPurpose purpose, string challenge) => throw KeyIsNoPerson();

    public Task<string?> AgreeAsync(string device) => throw KeyIsNoPerson();

    public async Task<int> PositionsAsync(string device, DateTimeOffset since) =>
        (await _api.PositionsAsync(device, since, Time.GetUtcNow(), CancellationToken.None)).Count;

    public async Task<PhoneSeen> SeeAsync(string device)
    {
        var seen = await _api.GuardedAsync(device, CancellationToken.None);
        var guards = seen.Guards;
        return new PhoneSeen(
            guards.Protection,
            [.. guards.Reasons.Where(reason => !reason.Cleared).Select(reason => reason.Silence is { } silence ? $"{reason.Reason}:{silence}" : reason.Reason)],
            seen.Silence,
            guards.Lock.Reported,
            guards.PowerOff.Stage,
            [.. guards.Slots.OrderBy(slot => slot.Slot).Select(slot => slot.Guard)],
            guards.Agent.Enrolment);
    }

    public async Task<ImmutableArray<AlertSeen>> AlertsAsync() =>
        [.. (await _api.AlertsAsync(CancellationToken.None)).Select(alert => new AlertSeen(
            alert.Device, alert.Kind, alert.Severity, alert.State, alert.Detail, alert.Late, alert.Folds.Length))];

    public async Task<ImmutableArray<AuditSeen>> AuditAsync() =>
        [.. (await _api.AuditAsync(CancellationToken.None)).Select(entry => new AuditSeen(entry.Device, entry.Actor.Id, entry.Action, entry.Before, entry.After))];

    public Task GoOnAsync(TimeSpan atMost) => Task.Delay(atMost < MostAtOnce ? atMost : MostAtOnce, Time);

    public void Dispose()
    {
        _enrolled.ForEach(phone => phone.Dispose());
        _phones.Dispose();
        _api.Dispose();
    }

    private async Task<EnrolledPhone> EnrolAgentAsync(string device)
    {
        var identity = await AgentIdentity.EnrolAsync(_phones, await _api.EnrolmentCodeAsync(device, CancellationToken.None));
        _enrolled.Add(identity);
        return new EnrolledPhone(device, identity.Enrolment, await ConnectAsync(identity), identity.CodeOf);
    }

    private async Task<IAgentTransport> ConnectAsync(AgentIdentity identity)
    {
        if (_mqttPort == 0)
            return new HttpAgentTransport(_phones, identity);
        var transport = await MqttAgentTransport.ConnectAsync(_host, _mqttPort, identity, Time, CancellationToken.None);
        _enrolled.Add(transport);
        return transport;
    }

    private static StoryFailedException KeyIsNoPerson() => new("An API key is no person, and is read no code.");
}
