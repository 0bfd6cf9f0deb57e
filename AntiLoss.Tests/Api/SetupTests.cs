using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Api;

public sealed partial class SetupTests
{
    [Fact]
    public async Task The_printed_link_makes_the_owner_once()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var server = await ServerUnderTest.StartAsync(new ServerSettings { SetUp = false });
        await Eventually.TrueAsync(() => Task.FromResult(Link().IsMatch(server.Output)), "the link is printed");
        var token = Link().Match(server.Output).Groups[1].Value;
        var request = new { token, organization = "Acme", email = "Owner@Example.com", password = "a long enough passphrase", name = "Olga" };

        using var wrong = await server.Anonymous.PostAsJsonAsync("/api/v1/setup", request with { token = "wrong" }, stop);
        Assert.Equal(HttpStatusCode.Forbidden, wrong.StatusCode);
        using var made = await server.Anonymous.PostAsJsonAsync("/api/v1/setup", request, stop);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var again = await server.Anonymous.PostAsJsonAsync("/api/v1/setup", request, stop);
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);

        var session = await server.Anonymous.GetFromJsonAsync<JsonElement>("/api/v1/session", stop);
        Assert.True(session.GetProperty("installationOwner").GetBoolean());
        Assert.Equal("owner@example.com", session.GetProperty("account").GetProperty("email").GetString());
        Assert.False((await server.Anonymous.GetFromJsonAsync<JsonElement>("/api/v1/setup", stop)).GetProperty("needed").GetBoolean());
    }

    [GeneratedRegex(@"/setup\?token=([0-9A-Z]+)")]
    private static partial Regex Link();
}
