using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using AntiLoss.Domain.Devices;

namespace AntiLoss.Web.Wake;

/// <summary>What we need of a service account's file.</summary>
internal sealed record ServiceAccount(
    [property: JsonPropertyName("project_id")] string ProjectId,
    [property: JsonPropertyName("client_email")] string ClientEmail,
    [property: JsonPropertyName("private_key_id")] string PrivateKeyId,
    [property: JsonPropertyName("private_key")] string PrivateKey,
    [property: JsonPropertyName("token_uri")] Uri TokenUri);

/// <summary>Firebase Cloud Messaging, HTTP v1: a data message of high priority, that replaces an earlier one which still waits.</summary>
internal sealed class FcmPush : IPushService, IDisposable
{
    private const string Scope = "https://www.googleapis.com/auth/firebase.messaging";
    private static readonly TimeSpan TokenFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(5);
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly ServiceAccount _account;
    private readonly RSA _key = RSA.Create();
    private readonly Uri _send;
    private readonly SemaphoreSlim _asking = new(1);
    private (string Token, DateTimeOffset Until)? _access;

    /// <exception cref="CryptographicException">The account's key cannot be read.</exception>
    public FcmPush(ServiceAccount account, Uri address, HttpClient http, TimeProvider time)
    {
        (_account, _http, _time) = (account, http, time);
        _key.ImportFromPem(account.PrivateKey);
        _send = new Uri(address, $"/v1/projects/{Uri.EscapeDataString(account.ProjectId)}/messages:send");
    }

    public bool Serves(string service) => service == PushAddress.Fcm;

    public async ValueTask<PushAnswer> WakeAsync(Wake wake, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _send);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await AccessAsync(cancellationToken));
        request.Content = JsonContent.Create(new
        {
            message = new
            {
                token = wake.Address.Token,
                // Traccar Client takes its own server's word for a command; an agent of ours asks what is wanted.
                data = wake.IsApp ? new Dictionary<string, string> { ["command"] = "positionSingle" } : new Dictionary<string, string> { ["antiloss"] = "wake" },
                android = new { priority = "HIGH", collapse_key = "wake", ttl = "600s" },
            },
        });
        using var answer = await _http.SendAsync(request, cancellationToken);
        if (answer.StatusCode == System.Net.HttpStatusCode.Unauthorized)
            _access = null;
        var code = answer.IsSuccessStatusCode ? null : await CodeOfAsync(answer, cancellationToken);
        return PushAnswer.Of(answer, code, isUnregistered: code == "UNREGISTERED");
    }

    public void Dispose()
    {
        _key.Dispose();
        _asking.Dispose();
    }

    /// <summary>An access token; one is asked for at a time, and used until shortly before its end.</summary>
    private async ValueTask<string> AccessAsync(CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            var now = _time.GetUtcNow();
            if (_access is { } known && now < known.Until)
                return known.Token;
            var assertion = WebToken.Sign(
                new { alg = "RS256", typ = "JWT", kid = _account.PrivateKeyId },
                new { iss = _account.ClientEmail, scope = Scope, aud = _account.TokenUri.OriginalString, iat = now.ToUnixTimeSeconds(), exp = (now + TokenFor).ToUnixTimeSeconds() },
                bytes => _key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            using var form = new FormUrlEncodedContent([new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), new("assertion", assertion)]);
            using var answer = await _http.PostAsync(_account.TokenUri, form, cancellationToken);
            answer.EnsureSuccessStatusCode();
            var given = await answer.Content.ReadFromJsonAsync<AccessToken>(cancellationToken) ?? throw new HttpRequestException("The token's address answered nothing.");
            _access = (given.Token, now + TimeSpan.FromSeconds(given.ExpiresIn) - RenewBefore);
            return given.Token;
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>FCM's own error code, or else the status of Google's error; null where the body has neither.</summary>
    private static async Task<string?> CodeOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
            if (!body.RootElement.TryGetProperty("error", out var error))
                return null;
            if (error.TryGetProperty("details", out var details))
            {
                foreach (var detail in details.EnumerateArray())
                {
                    if (detail.TryGetProperty("errorCode", out var code))
                        return code.GetString();
                }
            }
            return error.TryGetProperty("status", out var status) ? status.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private sealed record AccessToken([property: JsonPropertyName("access_token")] string Token, [property: JsonPropertyName("expires_in")] int ExpiresIn);
}
