using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using AntiLoss.Domain.Devices;

namespace AntiLoss.Web.Wake;

/// <summary>Whose app the Apple Push Notification service is to wake.</summary>
internal sealed record ApnsCustomer(string KeyId, string TeamId, string Topic);

/// <summary>The Apple Push Notification service: a background notification over HTTP/2. The system decides when the app runs, and whether.</summary>
internal sealed class ApnsPush(ApnsCustomer customer, ECDsa key, Uri address, HttpClient http, TimeProvider time) : IPushService
{
    /// <summary>Apple refuses a token older than an hour, and one that changes more than once in 20 minutes.</summary>
    private static readonly TimeSpan TokenFor = TimeSpan.FromMinutes(40);
    private static readonly TimeSpan WorthFor = TimeSpan.FromMinutes(10);
    private readonly Lock _gate = new();
    private (string Token, DateTimeOffset At)? _token;

    public bool Serves(string service) => service == PushAddress.Apns;

    public async ValueTask<PushAnswer> WakeAsync(Wake wake, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, $"/3/device/{Uri.EscapeDataString(wake.Address.Token)}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = JsonContent.Create(new Dictionary<string, object> { ["aps"] = new Dictionary<string, int> { ["content-available"] = 1 } }),
        };
        request.Headers.TryAddWithoutValidation("authorization", $"bearer {TokenAt(now)}");
        request.Headers.Add("apns-topic", customer.Topic);
        request.Headers.Add("apns-push-type", "background");
        // Apple takes no other priority for a background notification.
        request.Headers.Add("apns-priority", "5");
        request.Headers.Add("apns-expiration", (now + WorthFor).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("apns-collapse-id", "wake");
        using var answer = await http.SendAsync(request, cancellationToken);
        var reason = answer.IsSuccessStatusCode ? null : await ReasonOfAsync(answer, cancellationToken);
        return PushAnswer.Of(answer, reason, isUnregistered: reason is "Unregistered" or "BadDeviceToken" or "DeviceTokenNotForTopic" or "ExpiredToken");
    }

    private string TokenAt(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_token is not { } known || now - known.At >= TokenFor)
            {
                known = (WebToken.Sign(
                    new { alg = "ES256", kid = customer.KeyId },
                    new { iss = customer.TeamId, iat = now.ToUnixTimeSeconds() },
                    bytes => key.SignData(bytes, HashAlgorithmName.SHA256)), now);
                _token = known;
            }
            return known.Token;
        }
    }

    private static async Task<string?> ReasonOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
            return body.RootElement.TryGetProperty("reason", out var reason) ? reason.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
