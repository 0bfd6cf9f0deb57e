using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Hosting;

/// <summary>Forwarded headers: believed from the proxy that the setting names, and from nobody else.</summary>
public sealed class ProxyTests
{
    private const string Proxy = "127.0.0.2";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_trusted_proxy_says_who_the_client_is_and_that_it_came_by_tls()
    {
        await using var server = await ServerUnderTest.StartAsync(new ServerSettings
        {
            Settings = ImmutableDictionary<string, string>.Empty.Add("Proxy:Trusted:0", Proxy),
        });
        using var proxy = From(Proxy, server);

        Assert.Equal("203.0.113.9", await AddressOfFirstUseAsync(server, proxy, "203.0.113.9"));
        // What the client itself wrote is left of what the proxy added, and is nobody's word.
        Assert.Equal("203.0.113.9", await AddressOfFirstUseAsync(server, proxy, "198.51.100.1, 203.0.113.9"));
        Assert.Equal("127.0.0.1", await AddressOfFirstUseAsync(server, server.Anonymous, "203.0.113.9"));

        Assert.True(await IsTlsAsync(server, proxy));
        Assert.False(await IsTlsAsync(server, server.Anonymous));
    }

    [Fact]
    public async Task A_proxy_that_is_no_address_stops_the_start_and_is_named()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ServerUnderTest.StartAsync(new ServerSettings
        {
            Settings = ImmutableDictionary<string, string>.Empty.Add("Proxy:Trusted:0", "proxy.example.com"),
        }));

        Assert.Contains("AntiLoss does not start: Proxy:Trusted has 'proxy.example.com'", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A client whose connections come from another of this machine's own addresses.</summary>
    private static HttpClient From(string address, ServerUnderTest server) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = server.Address };

    private static async Task<string?> AddressOfFirstUseAsync(ServerUnderTest server, HttpClient client, string forwardedFor)
    {
        var phone = await ReportingPhone.EnrolAsync(server);
        Assert.Equal(HttpStatusCode.OK, await phone.ReportAsync(client, ("X-Forwarded-For", forwardedFor)));
        var read = await server.Api.GetFromJsonAsync<JsonElement>($"/api/v1/devices/{phone.Id}", Token);
        return read.GetProperty("firstUse").GetProperty("address").GetString();
    }

    private static async Task<bool> IsTlsAsync(ServerUnderTest server, HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/session") { Headers = { { "X-Forwarded-Proto", "https" } } };
        request.Headers.Authorization = server.Api.DefaultRequestHeaders.Authorization;
        using var answer = await client.SendAsync(request, Token);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("tls").GetBoolean();
    }
}
