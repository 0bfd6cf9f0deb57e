using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AntiLoss.Domain.Devices;
using AntiLoss.Web.Wake;
using Microsoft.Extensions.Time.Testing;
using WakeOf = AntiLoss.Web.Wake.Wake;

namespace AntiLoss.Tests.Wake;

/// <summary>Each push service is asked in its own protocol, and its refusals are understood.</summary>
public sealed class PushServiceTests : IAsyncLifetime
{
    private static readonly DateTimeOffset _start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private readonly HttpClient _http = new();
    private readonly FakeTimeProvider _clock = new(_start);
    private PushFake _fake = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _fake = await PushFake.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _fake.DisposeAsync();
    }

    [Fact]
    public async Task Firebase_is_given_a_data_message_under_an_access_token_that_the_account_s_key_signed_for()
    {
        using var key = RSA.Create(2048);
        using var push = new FcmPush(new ServiceAccount("our-project", "push@our-project.example", "key-1", key.ExportPkcs8PrivateKeyPem(), new Uri(_fake.Http, "/token")), _fake.Http, _http, _clock);
        Assert.Equal(PushAnswer.Taken, await push.WakeAsync(To("fcm"), Stop));
        Assert.Equal(PushAnswer.Taken, await push.WakeAsync(To("fcm", isApp: true), Stop));

        var (asked, first, second) = (_fake.Sent.First(), _fake.Sent.ElementAt(1), _fake.Sent.ElementAt(2));
        var form = asked.Body.Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1].Replace('+', ' ')));
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", form["grant_type"]);
        var (header, claims) = Signed(form["assertion"], (bytes, signature) => key.VerifyData(bytes, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.Equal(("RS256", "key-1"), (header.GetProperty("alg").GetString(), header.GetProperty("kid").GetString()));
        Assert.Equal("https://www.googleapis.com/auth/firebase.messaging", claims.GetProperty("scope").GetString());
        Assert.Equal((_start.ToUnixTimeSeconds(), 3_600), (claims.GetProperty("iat").GetInt64(), claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64()));

        Assert.Equal(("/v1/projects/our-project/messages:send", "Bearer the-access-token"), (first.Path, first.Headers["authorization"]));
        var message = first.Json.GetProperty("message");
        Assert.Equal(("the-token", "wake", "HIGH"), (message.GetProperty("token").GetString(), message.GetProperty("data").GetProperty("antiloss").GetString(), message.GetProperty("android").GetProperty("priority").GetString()));
        Assert.Equal("positionSingle", second.Json.GetProperty("message").GetProperty("data").GetProperty("command").GetString());

        _clock.Advance(TimeSpan.FromHours(1));
        await push.WakeAsync(To("fcm"), Stop);
        Assert.Equal(2, _fake.Sent.Count(sent => sent.Path == "/token"));
    }

    [Theory]
    [InlineData(404, """{"error":{"status":"NOT_FOUND","details":[{"errorCode":"UNREGISTERED"}]}}""", "unregistered", "UNREGISTERED")]
    [InlineData(403, """{"error":{"status":"PERMISSION_DENIED","details":[{"errorCode":"SENDER_ID_MISMATCH"}]}}""", "rejected", "SENDER_ID_MISMATCH")]
    [InlineData(404, "<html>", "rejected", null)]
    [InlineData(503, """{"error":{"status":"UNAVAILABLE"}}""", "busy", "UNAVAILABLE")]
    [InlineData(429, "[]", "busy", null)]
    public async Task What_Firebase_refuses_is_understood(int status, string body, string failure, string? code)
    {
        using var key = RSA.Create(2048);
        using var push = new FcmPush(new ServiceAccount("our-project", "a@b.example", "key-1", key.ExportPkcs8PrivateKeyPem(), new Uri(_fake.Http, "/token")), _fake.Http, _http, _clock);
        _fake.AnswerNext(status, body);
        Assert.Equal(new PushAnswer(failure, code), await push.WakeAsync(To("fcm"), Stop));
    }

    [Fact]
    public async Task Apple_is_given_a_background_notification_over_http_2_under_a_token_that_lives_40_minutes()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var push = new ApnsPush(new ApnsCustomer("KEYKEYKEY1", "TEAMTEAM01", "com.example.agent"), key, _fake.Http2, _http, _clock);
        Assert.Equal(PushAnswer.Taken, await push.WakeAsync(To("apns"), Stop));

        var sent = Assert.Single(_fake.Sent);
        Assert.Equal(("/3/device/the-token", "HTTP/2", """{"aps":{"content-available":1}}"""), (sent.Path, sent.Protocol, sent.Body));
        Assert.Equal(("com.example.agent", "background", "5"), (sent.Headers["apns-topic"], sent.Headers["apns-push-type"], sent.Headers["apns-priority"]));
        Assert.StartsWith("bearer ", sent.Headers["authorization"], StringComparison.Ordinal);
        var (header, claims) = Signed(sent.Headers["authorization"]["bearer ".Length..], (bytes, signature) => key.VerifyData(bytes, signature, HashAlgorithmName.SHA256));
        Assert.Equal(("ES256", "KEYKEYKEY1", "TEAMTEAM01"), (header.GetProperty("alg").GetString(), header.GetProperty("kid").GetString(), claims.GetProperty("iss").GetString()));

        _clock.Advance(TimeSpan.FromMinutes(39));
        await push.WakeAsync(To("apns"), Stop);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await push.WakeAsync(To("apns"), Stop);
        var tokens = _fake.Sent.Select(each => each.Headers["authorization"]).ToList();
        Assert.Equal((true, false), (tokens[0] == tokens[1], tokens[1] == tokens[2]));
    }

    [Theory]
    [InlineData(410, "Unregistered", "unregistered")]
    [InlineData(400, "BadDeviceToken", "unregistered")]
    [InlineData(403, "InvalidProviderToken", "rejected")]
    [InlineData(500, "InternalServerError", "busy")]
    public async Task What_Apple_refuses_is_understood(int status, string reason, string failure)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var push = new ApnsPush(new ApnsCustomer("KEYKEYKEY1", "TEAMTEAM01", "com.example.agent"), key, _fake.Http2, _http, _clock);
        _fake.AnswerNext(status, $$"""{"reason":"{{reason}}"}""");
        Assert.Equal(new PushAnswer(failure, reason), await push.WakeAsync(To("apns"), Stop));
    }

    [Fact]
    public async Task A_vendor_s_push_goes_to_a_signed_webhook()
    {
        var secret = Encoding.UTF8.GetBytes("sixteen letters!");
        var push = new WebhookPush(new Uri(_fake.Http, "/wake"), secret, _http, _clock);
        Assert.Equal((true, false, false), (push.Serves("huawei"), push.Serves("fcm"), push.Serves("apns")));
        Assert.Equal(PushAnswer.Taken, await push.WakeAsync(To("huawei"), Stop));

        var sent = Assert.Single(_fake.Sent);
        Assert.Equal(("wake", "huawei", "the-token", "phone-1"), (sent.Json.GetProperty("event").GetString(), sent.Json.GetProperty("service").GetString(), sent.Json.GetProperty("token").GetString(), sent.Json.GetProperty("device").GetString()));
        var at = _start.ToUnixTimeSeconds();
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{at}.{sent.Body}")));
        Assert.Equal($"t={at},v1={expected}", sent.Headers[WebhookPush.SignatureHeader.ToLowerInvariant()]);

        _fake.AnswerNext((int)HttpStatusCode.Gone);
        Assert.Equal(WakeTried.Unregistered, (await push.WakeAsync(To("huawei"), Stop)).Failure);
        _fake.AnswerNext((int)HttpStatusCode.Forbidden);
        Assert.Equal(PushAnswer.Rejected, (await push.WakeAsync(To("huawei"), Stop)).Failure);
    }

    private static WakeOf To(string service, bool isApp = false) => new("phone-1", new PushAddress(service, "the-token", _start), isApp);

    private static (JsonElement Header, JsonElement Claims) Signed(string token, Func<byte[], byte[], bool> verify)
    {
        var parts = token.Split('.');
        Assert.True(verify(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2])));
        return (JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0])).RootElement, JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement);
    }
}
