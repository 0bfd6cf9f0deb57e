using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using AntiLoss.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace AntiLoss.Tests.Api;

/// <summary>The API of a real server, from outside.</summary>
public sealed partial class ApiTests(ApiTests.Server server) : IClassFixture<ApiTests.Server>
{
    private static readonly ImmutableArray<string> _open =
    [
        "GET /api/v1/audit/key", "GET /api/v1/setup", "POST /api/v1/account/recovery", "POST /api/v1/session", "POST /api/v1/setup",
        "POST /agent/v1/enrol", "POST /agent/v1/exchange", "GET /health/live", "GET /health/ready",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>One server for all tests of the class: each makes what it needs under names of its own.</summary>
    public sealed class Server : IAsyncLifetime
    {
        public ServerUnderTest Running { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Running = await ServerUnderTest.StartAsync();

        public ValueTask DisposeAsync() => Running.DisposeAsync();
    }

    private HttpClient Api => server.Running.Api;

    [Fact]
    public async Task Every_endpoint_answers_401_to_a_stranger()
    {
        var (open, closed) = (new List<string>(), 0);
        foreach (var (method, path, isAnonymous) in Operations())
        {
            if (isAnonymous)
            {
                open.Add($"{method} {path}");
                continue;
            }
            closed++;
            using var request = new HttpRequestMessage(new HttpMethod(method), Parameter().Replace(path, "1"));
            using var answer = await server.Running.Anonymous.SendAsync(request, Stop);
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path} answered {answer.StatusCode}");
        }
        Assert.True(closed > 30, $"only {closed} endpoints are closed");
        Assert.Equal(_open.Order(StringComparer.Ordinal), open.Where(IsNoPage).Order(StringComparer.Ordinal));
        using var unknown = await server.Running.Anonymous.GetAsync("/api/v1/no-such-thing", Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
    }

    [Fact]
    public async Task Another_organizations_phone_does_not_exist()
    {
        using var device = await MadeAsync("/api/v1/devices", new { name = "Ours" });
        var id = device.RootElement.GetProperty("id").GetString()!;
        using var stranger = await OtherOrganizationAsync();
        foreach (var (method, path, _) in Operations().Where(operation => operation.Path.StartsWith("/api/v1/devices/{id}", StringComparison.Ordinal)))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path.Replace("{id}", id, StringComparison.Ordinal));
            if (method != "GET")
                request.Content = JsonContent.Create(new { reason = "mine now", name = "mine" });
            using var answer = await stranger.SendAsync(request, Stop);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{method} {path} answered {answer.StatusCode}");
        }
        Assert.Equal("Ours", (await Api.GetFromJsonAsync<JsonElement>($"/api/v1/devices/{id}", Stop)).GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_reported_place_is_in_the_history_and_is_the_latest()
    {
        using var device = await MadeAsync("/api/v1/devices", new { name = "Reporter", since = "2020-01-01T00:00:00Z" });
        var id = device.RootElement.GetProperty("id").GetString()!;
        var report = new { _type = "location", lat = 48.208176, lon = 16.373819, tst = 1_700_000_000, acc = 5 };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ingest/owntracks") { Content = JsonContent.Create(report) };
        var secret = $"{id}:{device.RootElement.GetProperty("credential").GetString()}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(secret)));
        using var sent = await server.Running.Anonymous.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);

        var latest = (await Api.GetFromJsonAsync<JsonElement>($"/api/v1/devices/{id}", Stop)).GetProperty("latest");
        Assert.Equal(48.208176, latest.GetProperty("latitude").GetDouble());
        var rows = await Api.GetStringAsync($"/api/v1/devices/{id}/positions?since=2023-11-14T22:13:20Z&until=2023-11-14T22:13:20Z&format=ndjson", Stop);
        using var row = JsonDocument.Parse(Assert.Single(rows.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal("2023-11-14T22:13:20.000Z", row.RootElement.GetProperty("time").GetString());
        Assert.True(row.RootElement.GetProperty("late").GetBoolean());
    }

    [Fact]
    public async Task A_refusal_names_the_field()
    {
        using var answer = await Api.PostAsJsonAsync("/api/v1/devices", new { name = "bad\u0007name", imei = "12", fleet = "99" }, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("errors");
        Assert.Equal(["fleet", "imei", "name"], errors.EnumerateObject().Select(error => error.Name).Order());
    }

    [Theory]
    [InlineData("POST", "/api/v1/devices", "application/json", "", HttpStatusCode.BadRequest, "body")]
    [InlineData("POST", "/api/v1/devices", "application/json", "null", HttpStatusCode.BadRequest, "body")]
    [InlineData("POST", "/api/v1/devices", "application/json", "[]", HttpStatusCode.BadRequest, "body")]
    [InlineData("POST", "/api/v1/devices", "application/json", """{"name":"\ud800"}""", HttpStatusCode.BadRequest, "name")]
    [InlineData("POST", "/api/v1/devices", "application/json", """{"name":"a","tags":[1]}""", HttpStatusCode.BadRequest, "tags[0]")]
    [InlineData("POST", "/api/v1/devices", "application/json", """{"name":"a","since":"9999-01-01T00:00:00Z"}""", HttpStatusCode.BadRequest, "since")]
    [InlineData("POST", "/api/v1/devices", "application/x-www-form-urlencoded", """{"name":"a"}""", HttpStatusCode.UnsupportedMediaType, null)]
    [InlineData("PUT", "/api/v1/devices", "application/json", "{}", HttpStatusCode.MethodNotAllowed, null)]
    [InlineData("GET", "/api/v1/devices?limit=99999999999", null, null, HttpStatusCode.BadRequest, "limit")]
    [InlineData("GET", "/api/v1/devices?cursor=nonsense", null, null, HttpStatusCode.BadRequest, "cursor")]
    [InlineData("GET", "/api/v1/people?cursor=nonsense", null, null, HttpStatusCode.BadRequest, "cursor")]
    [InlineData("GET", "/api/v1/devices/{id}/positions?limit=ten", null, null, HttpStatusCode.BadRequest, "limit")]
    [InlineData("GET", "/api/v1/devices/{id}/positions?since=2026-02-01&until=2026-01-01", null, null, HttpStatusCode.BadRequest, "until")]
    [InlineData("GET", "/api/v1/devices/{id}/positions?since=yesterday", null, null, HttpStatusCode.BadRequest, "since")]
    [InlineData("GET", "/api/v1/devices/{id}/positions?timeZone=../etc/passwd", null, null, HttpStatusCode.BadRequest, "timeZone")]
    [InlineData("GET", "/api/v1/devices/{id}/positions?format=xml", null, null, HttpStatusCode.BadRequest, "format")]
    [InlineData("GET", "/api/v1/devices/1%7C{id}", null, null, HttpStatusCode.NotFound, null)]
    [InlineData("GET", "/api/v1/devices/%2e%2e%2f{id}", null, null, HttpStatusCode.NotFound, null)]
    public async Task What_cannot_be_read_is_refused_by_its_name(string method, string path, string? type, string? body, HttpStatusCode status, string? field)
    {
        using var device = await MadeAsync("/api/v1/devices", new { name = "Attacked" });
        using var request = new HttpRequestMessage(new HttpMethod(method), path.Replace("{id}", device.RootElement.GetProperty("id").GetString(), StringComparison.Ordinal));
        if (body is not null)
            request.Content = new StringContent(body, new MediaTypeHeaderValue(type!));
        using var answer = await Api.SendAsync(request, Stop);
        Assert.Equal(status, answer.StatusCode);
        if (field is not null)
            Assert.Equal(field, Assert.Single((await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("errors").EnumerateObject()).Name);
    }

    [Fact]
    public async Task A_file_of_another_code_page_makes_no_phone()
    {
        using var content = new ByteArrayContent([.. "name\n"u8, 0xd5, 0xc5, 0xc8, 0xfd, (byte)'\n']) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        using var answer = await Api.PostAsync("/api/v1/devices/import", content, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("errors")[0];
        Assert.Equal(("name", 2), (error.GetProperty("field").GetString(), error.GetProperty("line").GetInt32()));
    }

    [Fact]
    public async Task What_was_exported_can_be_imported()
    {
        using (await MadeAsync("/api/v1/devices", new { name = "=cmd()", tags = ImmutableArray.Create("a", "b") }))
        {
        }
        var file = await Api.GetStringAsync("/api/v1/devices/export", Stop);
        Assert.Contains("'=cmd()", file, StringComparison.Ordinal);
        using var content = new StringContent(file, new MediaTypeHeaderValue("text/csv"));
        using var answer = await Api.PostAsync("/api/v1/devices/import?dryRun=true", content, Stop);
        var result = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal(0, result.GetProperty("errors").GetArrayLength());
        Assert.True(result.GetProperty("rows").GetInt32() > 0);
    }

    [Fact]
    public async Task A_page_of_another_site_cannot_use_the_session()
    {
        using var browser = await server.Running.SignedInAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/fleets") { Content = JsonContent.Create(new { name = "Forged" }) };
        request.Headers.Add("Origin", "https://evil.example");
        using var answer = await browser.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_for_whoever_has_its_cookie()
    {
        using var client = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = server.Running.Address };
        using var signedIn = await client.PostAsJsonAsync("/api/v1/session", new { email = ServerUnderTest.OwnerEmail, password = ServerUnderTest.OwnerPassword }, Stop);
        var cookies = string.Join("; ", signedIn.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
        client.DefaultRequestHeaders.Add("Cookie", cookies);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/session", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync("/api/v1/session", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/session", Stop)).StatusCode);
    }

    /// <summary>Every endpoint that answers a method, whether or not the API's description has it.</summary>
    private static List<(string Method, string Path, bool IsAnonymous)> Operations()
    {
        var place = Directory.CreateTempSubdirectory("antiloss-endpoints-");
        try
        {
            string[] settings = [$"--AntiLoss:Storage:Folder={place.FullName}/data", $"--AntiLoss:Keys:PassphraseFile={place.FullName}/passphrase"];
            using var app = (IDisposable)Web.Program.Build(Web.Hosting.ServerCommand.Parse(settings, out _)!);
            return OperationsOf((IEndpointRouteBuilder)app);
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    /// <summary>Fallbacks, which answer what no endpoint does, are left out.</summary>
    private static List<(string Method, string Path, bool IsAnonymous)> OperationsOf(IEndpointRouteBuilder app) =>
        [.. app.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => !endpoint.RoutePattern.RawText!.Contains("{*", StringComparison.Ordinal))
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
                .Where(method => method is not ("OPTIONS" or "HEAD"))
                .Select(method => (method, "/" + endpoint.RoutePattern.RawText!.Trim('/'), endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)))];

    private static bool IsNoPage(string operation) =>
        ((string[])["/api", "/health", "/hubs", "/openapi", "/basemaps", "/ingest", "/agent"]).Any(start => operation.Split(' ')[1].StartsWith(start, StringComparison.Ordinal));

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    private async Task<JsonDocument> MadeAsync(string path, object body)
    {
        using var answer = await Api.PostAsJsonAsync(path, body, Stop);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));
    }

    private async Task<HttpClient> OtherOrganizationAsync()
    {
        using var owner = await server.Running.SignedInAsync();
        var other = new { name = "Other", email = "other@example.com", password = "another long passphrase" };
        using var made = await owner.PostAsJsonAsync("/api/v1/organizations", other, Stop);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return await server.Running.SignedInAsync(other.email, other.password);
    }
}
