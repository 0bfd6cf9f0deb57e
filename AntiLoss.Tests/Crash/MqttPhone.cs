using AntiLoss.LoadTest.Load;
using AntiLoss.LoadTest.Wire;
using MQTTnet;
using MQTTnet.Protocol;

namespace AntiLoss.Tests.Crash;

/// <summary>A phone that publishes over MQTT with QoS 1 as fast as it is acknowledged, through every loss of its server.</summary>
internal sealed class MqttPhone(EnrolledItem device, int port, int number)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private readonly List<(ReportIdentity Report, RequestFate Fate)> _sent = [];

    public string Id => device.Id;

    /// <summary>What it sent and what it knows of it.</summary>
    public IReadOnlyList<(ReportIdentity Report, RequestFate Fate)> Sent => _sent;

    /// <summary>Publishes until told to stop, connecting again whenever it must.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await PublishAsync(stop);
            }
            catch (Exception)
            {
                // The server is gone or coming up: what was under way has no answer and stays unknown.
                await Task.Delay(50, CancellationToken.None);
            }
        }
    }

    private async Task PublishAsync(CancellationToken stop)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(
            new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId(device.Id)
                .WithCredentials(device.Id, device.Credential).WithTimeout(_patience).Build(),
            stop);
        while (!stop.IsCancellationRequested)
        {
            var nowS = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            var (latitude, longitude) = ReportPlan.PlaceOf(number, _sent.Count);
            var body = OwnTracksMessage.Body([new(nowS, latitude / 1e6, longitude / 1e6, 9, 500, 20, 90, 70, false, false)], "mq", nowS);
            _sent.Add((new ReportIdentity(nowS * 1000, latitude, longitude), RequestFate.Unknown));
            var answer = await client.PublishAsync(
                new MqttApplicationMessageBuilder().WithTopic($"owntracks/{device.Id}/phone").WithPayload(body)
                    .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build(),
                stop);
            _sent[^1] = (_sent[^1].Report, answer.IsSuccess ? RequestFate.Acknowledged : RequestFate.Refused);
        }
    }
}
