using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Api;

/// <summary>A fleet's policy over the API of a real server.</summary>
public sealed class FleetPolicyTests(ApiTests.Server server) : IClassFixture<ApiTests.Server>, IAsyncLifetime
{
    private HttpClient _owner = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _owner = await server.Running.SignedInAsync();

    public ValueTask DisposeAsync()
    {
        _owner.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_put_is_in_force_and_what_is_left_out_is_as_by_default()
    {
        var path = await FleetAsync("Couriers");
        var usual = await ReadAsync(path);
        Assert.Equal((1, 86_400, "warn"), ((int)usual["version"]!, (int)usual["offlineLockAfter"]!, (string)usual["ownSimInOtherPhone"]!));
        Assert.True(JsonNode.DeepEquals(usual, await ReadAsync("/api/v1/policy-defaults")));

        var put = await PutAsync(path, new
        {
            version = 1,
            escalateAfter = 1800,
            reporting = new { moving = 10 },
            hours = new { timeZone = "Europe/Vienna", shifts = new[] { new { day = "friday", from = "22:00", until = "06:00" } } },
        });
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);

        var policy = await ReadAsync(path);
        Assert.True(JsonNode.DeepEquals(policy, await put.Content.ReadFromJsonAsync<JsonNode>(Stop)));
        Assert.Equal((1800, 10, 900, "22:00"),
            ((int)policy["escalateAfter"]!, (int)policy["reporting"]!["moving"]!, (int)policy["reporting"]!["still"]!, (string)policy["hours"]!["shifts"]![0]!["from"]!));
        var version = (int)policy["version"]!;
        Assert.True(version > 1);

        // As it is written it is read again, and changes nothing; without what was set it is the default, in a new version.
        Assert.Equal(version, (int)(await (await PutAsync(path, policy)).Content.ReadFromJsonAsync<JsonNode>(Stop))!["version"]!);
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(path, new { })).StatusCode);
        var last = await ReadAsync(path);
        Assert.Null(last["escalateAfter"]);
        Assert.True((int)last["version"]! > version);
    }

    [Fact]
    public async Task Whoever_read_an_older_policy_overwrites_nothing()
    {
        var path = await FleetAsync("Depot");
        var read = (int)(await ReadAsync(path))["version"]!;
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(path, new { version = read, foreignSimTries = 3 })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await PutAsync(path, new { version = read, foreignSimTries = 4 })).StatusCode);
        Assert.Equal(3, (int)(await ReadAsync(path))["foreignSimTries"]!);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_named_at_once_and_nothing_is_changed()
    {
        var path = await FleetAsync("Field");
        var before = await ReadAsync(path);

        var refused = await PutAsync(path, new
        {
            escalateAfter = 5,
            pinFailuresToTamper = 200,
            reporting = new { still = -1 },
            ownSimInOtherPhone = "explode",
            hours = new { timeZone = "Mars/Olympus", shifts = new[] { new { day = "someday", from = "25:00", until = "06:00" } } },
        });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var fields = (await refused.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("errors").EnumerateObject().Select(field => field.Name);
        Assert.Equal(
            ["escalateAfter", "hours.shifts[0].day", "hours.shifts[0].from", "hours.timeZone", "ownSimInOtherPhone", "pinFailuresToTamper", "reporting.still"],
            fields.Order(StringComparer.Ordinal));

        var mistyped = await PutAsync(path, new { escalateAfterr = 1800 });
        Assert.Equal(HttpStatusCode.BadRequest, mistyped.StatusCode);
        Assert.Contains("escalateAfterr", await mistyped.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(before, await ReadAsync(path)));
    }

    [Fact]
    public async Task A_program_reads_it_and_does_not_change_it()
    {
        var path = await FleetAsync("Programs");
        Assert.Equal(HttpStatusCode.OK, (await server.Running.Api.GetAsync(path, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.Running.Api.PutAsJsonAsync(path, new { }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _owner.GetAsync("/api/v1/fleets/999/policy", Stop)).StatusCode);
    }

    private async Task<string> FleetAsync(string name)
    {
        using var made = await _owner.PostAsJsonAsync("/api/v1/fleets", new { name }, Stop);
        return $"{made.Headers.Location}/policy";
    }

    private async Task<JsonNode> ReadAsync(string path) => (await _owner.GetFromJsonAsync<JsonNode>(path, Stop))!;

    private Task<HttpResponseMessage> PutAsync(string path, object policy) => _owner.PutAsJsonAsync(path, policy, Stop);
}
