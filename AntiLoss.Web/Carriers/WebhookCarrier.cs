using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AntiLoss.Grains.Sims;
using AntiLoss.Web.Live;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Carriers;

/// <summary>What is posted to a carrier's side.</summary>
/// <param name="Id">The same however often it is posted.</param>
/// <param name="Act">suspend, resume, reportStolen or confirm.</param>
/// <param name="RequestedAt">A request that is older than one known of the same line is void.</param>
internal sealed record CarrierMessage(string Id, string Organization, string Iccid, string Act, DateTimeOffset RequestedAt, string Reason);

/// <summary>
/// Posts requests to a webhook as JSON. <c>AntiLoss-Signature</c> is <c>v1=</c> and the HMAC-SHA-256, in hexadecimal, of
/// <c>AntiLoss-Timestamp</c> (Unix seconds), a full stop and the body; <c>Idempotency-Key</c> is the request's id. Any 2xx
/// has taken it, and no redirect is followed. The answer may say as JSON of which line it is, <c>iccid</c> and <c>imsi</c>: one
/// that is of another is refused. One to <c>confirm</c> must: it says that the line is the organization's.
/// </summary>
internal sealed class WebhookCarrier(IOptions<CarrierOptions> options, TimeProvider time) : ICarrierConnector, IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    private const int LongestAnswer = 4_096;

    private readonly Uri _address = new(options.Value.Webhook!);
    private readonly byte[] _secret = Encoding.UTF8.GetBytes(options.Value.Secret!);

    public async ValueTask<CarrierAnswer> PassOnAsync(CarrierRequest request, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new CarrierMessage(request.Id, $"{request.Organization}", request.Iccid, Words.Of(request.Act), request.At, request.Reason), JsonSerializerOptions.Web);
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp + "."), .. body];
        using var message = new HttpRequestMessage(HttpMethod.Post, _address);
        message.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        message.Headers.Add("AntiLoss-Timestamp", timestamp);
        message.Headers.Add("AntiLoss-Signature", "v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(_secret, signed)));
        message.Headers.Add("Idempotency-Key", request.Id);
        try
        {
            using var answer = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode
                ? new CarrierAnswer(CarrierState.PassedOn, Line: await LineInAsync(answer, cancellationToken))
                : new CarrierAnswer(CarrierState.Requested, $"it answered {(int)answer.StatusCode}");
        }
        catch (HttpRequestException)
        {
            return new CarrierAnswer(CarrierState.Requested, "it could not be reached");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new CarrierAnswer(CarrierState.Requested, "it did not answer in time");
        }
    }

    /// <summary>The line of which an answer speaks; null if it is no JSON, or names none.</summary>
    private static async Task<CarrierLine?> LineInAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/json")
            return null;
        var body = new byte[LongestAnswer];
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize<CarrierLine>(body.AsSpan(0, length), JsonSerializerOptions.Web) is { Iccid: not null } line ? line : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Dispose() => _client.Dispose();
}
