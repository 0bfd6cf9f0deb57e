using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using AntiLoss.Tests.Support;
using MQTTnet;

namespace AntiLoss.Tests.Hosting;

/// <summary>HTTPS and MQTTS by a certificate file, against clients that check what they are shown.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("antiloss-tls-");
    private readonly int _httpsPort = FreePort.Take();
    private readonly int _mqttsPort = FreePort.Take();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string CertificateFile => Path.Combine(_place.FullName, "server.pem");

    private string KeyFile => Path.Combine(_place.FullName, "server.key");

    public void Dispose()
    {
        _authority.Dispose();
        _place.Delete(recursive: true);
    }

    [Fact]
    public async Task Https_and_mqtts_show_the_certificate_with_its_chain_and_the_new_one_once_it_is_renewed()
    {
        var first = _authority.Write(CertificateFile, KeyFile);
        await using var server = await ServerUnderTest.StartAsync(Settings(
            ("Tls:CertificateFile", CertificateFile), ("Tls:KeyFile", KeyFile), ("Tls:Port", $"{_httpsPort}"), ("Tls:MqttPort", $"{_mqttsPort}")));
        var phone = await ReportingPhone.EnrolAsync(server);

        Assert.Equal((first, HttpVersion.Version20), await ShownByHttpsAsync());
        Assert.Equal(first, await PublishAsync(phone));
        var device = await server.Api.GetFromJsonAsync<JsonElement>($"/api/v1/devices/{phone.Id}", Token);
        Assert.Equal(48.2, device.GetProperty("latest").GetProperty("latitude").GetDouble());
        Assert.Contains($"https://localhost:{_httpsPort}", server.Output, StringComparison.Ordinal);
        Assert.Contains($"localhost:{_mqttsPort} (TLS)", server.Output, StringComparison.Ordinal);

        // A key that is not the certificate's leaves the last good pair in place.
        _authority.Write(Path.Combine(_place.FullName, "other.pem"), KeyFile);
        await Eventually.TrueAsync(
            async () => (await ShownByHttpsAsync()).Serial == first && server.Output.Contains("cannot be read; the last one stays in use", StringComparison.Ordinal),
            "the broken key is told of");
        var second = _authority.Write(CertificateFile, KeyFile);
        await Eventually.TrueAsync(async () => (await ShownByHttpsAsync()).Serial == second, "the renewed certificate is shown");
        Assert.Equal(second, await PublishAsync(phone));
    }

    [Theory]
    [InlineData("-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n")]
    [InlineData(null)]
    public async Task A_certificate_that_cannot_be_used_stops_the_start_and_is_named(string? content)
    {
        if (content is not null)
            await File.WriteAllTextAsync(CertificateFile, content, Token);

        await AssertRefusedAsync(("Tls:CertificateFile", CertificateFile));
    }

    [Fact]
    public async Task A_key_of_another_certificate_stops_the_start_and_is_named()
    {
        _authority.Write(Path.Combine(_place.FullName, "other.pem"), KeyFile);
        _authority.Write(CertificateFile);

        await AssertRefusedAsync(("Tls:CertificateFile", CertificateFile), ("Tls:KeyFile", KeyFile));
    }

    private static ServerSettings Settings(params (string Name, string Value)[] settings) =>
        new() { Settings = settings.ToDictionary(setting => setting.Name, setting => setting.Value) };

    private async Task AssertRefusedAsync(params (string Name, string Value)[] settings)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ServerUnderTest.StartAsync(Settings(settings)));
        Assert.True(refused.Message.Contains($"AntiLoss does not start: The certificate {CertificateFile}", StringComparison.Ordinal), refused.Message);
        Assert.Contains("exited with 1:", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The serial number of the certificate that a new connection gets, and the HTTP version spoken on it.</summary>
    private async Task<(string Serial, Version Version)> ShownByHttpsAsync()
    {
        var serial = "";
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = Remember(shown => serial = shown);
        using var client = new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version20 };
        using var answer = await client.GetAsync(new Uri($"https://localhost:{_httpsPort}/health/ready"), Token);
        answer.EnsureSuccessStatusCode();
        return (serial, answer.Version);
    }

    private RemoteCertificateValidationCallback Remember(Action<string> shown) => (_, certificate, chain, errors) =>
    {
        shown(((X509Certificate2)certificate!).SerialNumber);
        return _authority.Trusts(certificate, chain, errors);
    };

    /// <summary>Reports over MQTTS; answers the serial number of the certificate that was shown.</summary>
    private async Task<string> PublishAsync(ReportingPhone phone)
    {
        var serial = "";
        using var client = new MqttClientFactory().CreateMqttClient();
        var options = new MqttClientOptionsBuilder().WithTcpServer("localhost", _mqttsPort).WithClientId(phone.Id).WithCredentials(phone.Id, phone.Credential)
            .WithTlsOptions(tls => tls.UseTls().WithCertificateValidationHandler(shown =>
            {
                serial = ((X509Certificate2)shown.Certificate).SerialNumber;
                return _authority.Trusts(shown.Certificate, shown.Chain, shown.SslPolicyErrors);
            })).Build();
        await client.ConnectAsync(options, Token);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var answer = await client.PublishAsync(
            new MqttApplicationMessageBuilder().WithTopic($"owntracks/{phone.Id}/phone")
                .WithPayload($$"""{"_type":"location","lat":48.2,"lon":16.4,"tst":{{now}}}""")
                .WithQualityOfServiceLevel(MQTTnet.Protocol.MqttQualityOfServiceLevel.AtLeastOnce).Build(),
            Token);
        Assert.True(answer.IsSuccess, answer.ReasonString);
        return serial;
    }
}
