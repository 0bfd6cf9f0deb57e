using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AntiLoss.Domain.Devices;

namespace AntiLoss.Web.Wake;

/// <summary>
/// Hands wakes over any other push service to a program of the customer's, which speaks the vendor's: signed by
/// <c>AntiLoss-Signature: t=&lt;Unix seconds&gt;,v1=&lt;HMAC-SHA-256 of "t.body", hex&gt;</c>.
/// </summary>
internal sealed class WebhookPush(Uri address, byte[] secret, HttpClient http, TimeProvider time) : IPushService
{
    public const string SignatureHeader = "AntiLoss-Signature";

    public bool Serves(string service) => service is not (PushAddress.Fcm or PushAddress.Apns);

    public async ValueTask<PushAnswer> WakeAsync(Wake wake, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { @event = "wake", service = wake.Address.Service, token = wake.Address.Token, device = wake.Device });
        var sentAt = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(secret, (byte[])[.. Encoding.ASCII.GetBytes(sentAt + "."), .. body]));
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(SignatureHeader, $"t={sentAt},v1={signature}");
        using var answer = await http.SendAsync(request, cancellationToken);
        return PushAnswer.Of(answer, $"{(int)answer.StatusCode}", isUnregistered: answer.StatusCode == HttpStatusCode.Gone);
    }
}
