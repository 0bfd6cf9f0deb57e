using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AntiLoss.Domain.Audit;
using AntiLoss.Silo.Storage.Sqlite;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Audit;

/// <summary>The audit of a real server: read, proven, exported, verified without it, and found out when its storage was changed.</summary>
public sealed class AuditApiTests : IAsyncLifetime
{
    private ServerUnderTest _server = null!;
    private HttpClient _owner = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerUnderTest.StartAsync();
        _owner = await _server.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _owner.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_people_do_is_listed_proven_exported_and_verified_without_the_server()
    {
        var (id, other) = (await PhoneAsync("Phone"), await PhoneAsync("Other"));
        await ActAsync(id, "arm");
        await ActAsync(other, "arm");
        var kept = await GetAsync("/api/v1/audit/checkpoint");
        await ActAsync(id, "disarm");
        // Armed is a state and an act, disarmed is asked before.
        var entries = await Eventually.GetAsync(
            async () => await ItemsAsync($"/api/v1/audit?device={id}") is { Count: >= 5 } all ? all : null, "the phone's entries are there");
        Assert.Equal(["protection", "disarmed"], entries.Take(2).Select(Action).Order(StringComparer.Ordinal).Reverse());
        Assert.Contains(entries, entry => Action(entry) == "asked-disarmed" && entry.GetProperty("reason").GetString() == "because");
        Assert.All(entries, entry => Assert.True(entry.GetProperty("verified").GetBoolean()));
        Assert.All(entries, entry => Assert.Equal(id, entry.GetProperty("device").GetString()));
        var page = await GetAsync($"/api/v1/audit?device={id}&limit=2");
        Assert.Equal(Action(entries[2]), Action((await ItemsAsync($"/api/v1/audit?device={id}&cursor={page.GetProperty("next").GetString()}"))[0]));
        Assert.Equal(HttpStatusCode.BadRequest, (await _owner.GetAsync("/api/v1/audit?cursor=x", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await _owner.GetAsync("/api/v1/audit?device=x", Token)).StatusCode);

        var number = entries[^1].GetProperty("number").GetInt64();
        var proof = await GetAsync($"/api/v1/audit/proof?entry={number}");
        var over = CheckpointOf(proof.GetProperty("checkpoint"));
        Assert.True(MerkleTree.IsIncluded(MerkleTree.LeafHash(Encoding.UTF8.GetBytes(proof.GetProperty("leaf").GetString()!)), number, over.Size, PathOf(proof), over.Root));
        var first = CheckpointOf(kept);
        var growth = await GetAsync($"/api/v1/audit/growth?from={first.Size}&to={over.Size}");
        Assert.True(MerkleTree.IsConsistent(first.Size, first.Root, over.Size, over.Root, PathOf(growth)));
        Assert.Equal(HttpStatusCode.NotFound, (await _owner.GetAsync("/api/v1/audit/proof?entry=100000", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _owner.GetAsync("/api/v1/audit/growth?from=1&to=100000", Token)).StatusCode);
        Assert.Equal(kept.GetProperty("checkpoint").GetProperty("publicKey").GetString(), (await _server.Anonymous.GetFromJsonAsync<JsonElement>("/api/v1/audit/key", Token)).GetProperty("publicKey").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await _server.Anonymous.GetAsync("/api/v1/audit/export", Token)).StatusCode);
        Assert.True((await GetAsync("/api/v1/audit/verify")).GetProperty("sound").GetBoolean());
        Assert.True((await ItemsAsync("/api/v1/audit/checkpoints")).Count >= 2);

        var place = Directory.CreateTempSubdirectory("antiloss-export-");
        try
        {
            var (file, checkpoint) = (Path.Combine(place.FullName, "audit.ndjson"), Path.Combine(place.FullName, "checkpoint.json"));
            await File.WriteAllTextAsync(file, await _owner.GetStringAsync("/api/v1/audit/export", Token), Token);
            await File.WriteAllTextAsync(checkpoint, kept.GetRawText(), Token);
            await AssertVerifiesAsync(0, "continues the checkpoint", "verify", file, "--checkpoint", checkpoint);
            await AssertVerifiesAsync(0, "with --checkpoint", "verify", file);
            await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Token)).Replace("because", "becausE", StringComparison.Ordinal), Token);
            await AssertVerifiesAsync(1, "are not those that its leaf was made with", "verify", file, "--checkpoint", checkpoint);
            await AssertVerifiesAsync(1, "Could not find file", "verify", Path.Combine(place.FullName, "none"));
            await AssertVerifiesAsync(1, "is no checkpoint", "verify", file, "--checkpoint", file);
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_person_who_is_erased_takes_along_what_the_audit_says_and_the_tree_still_verifies()
    {
        using var added = await _owner.PostAsJsonAsync("/api/v1/people", new { name = "Vera" }, Token);
        var person = (await added.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!;
        var id = await PhoneAsync("Phone");
        using var assigned = await _owner.PostAsJsonAsync($"/api/v1/devices/{id}/assign", new { person }, Token);
        Assert.True(assigned.IsSuccessStatusCode);
        await ActAsync(id, "arm");
        await ActAsync(id, "disarm");
        var entry = await EntryAsync(id, "disarmed");
        Assert.Equal((person, "because"), (entry.GetProperty("person").GetString(), entry.GetProperty("reason").GetString()));
        Assert.Equal(HttpStatusCode.Conflict, (await _owner.PostAsync($"/api/v1/people/{person}/erase", null, Token)).StatusCode);

        using var back = await _owner.PostAsJsonAsync($"/api/v1/devices/{id}/assign", new { person = (string?)null }, Token);
        Assert.True(back.IsSuccessStatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _owner.DeleteAsync($"/api/v1/people/{person}", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _owner.PostAsync($"/api/v1/people/{person}/erase", null, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _owner.PostAsync("/api/v1/people/999/erase", null, Token)).StatusCode);

        entry = await EntryAsync(id, "disarmed");
        Assert.Equal((true, true, JsonValueKind.Null), (entry.GetProperty("erased").GetBoolean(), entry.GetProperty("verified").GetBoolean(), entry.GetProperty("reason").ValueKind));
        Assert.Contains(await ItemsAsync("/api/v1/audit"), all => Action(all) == "person-erased" && all.GetProperty("person").GetString() == person);
        Assert.True((await GetAsync("/api/v1/audit/verify")).GetProperty("sound").GetBoolean());

        async Task<JsonElement> EntryAsync(string device, string action) =>
            (await Eventually.GetAsync(async () => (await ItemsAsync($"/api/v1/audit?device={device}")).FindAll(all => Action(all) == action) is { Count: 1 } found ? found : null, "the entry is there"))[0];
    }

    [Fact]
    public async Task A_storage_that_was_changed_is_found_out_by_the_command_and_never_signed_again()
    {
        var id = await PhoneAsync("Phone");
        await ActAsync(id, "arm");
        await ActAsync(id, "disarm");
        await Eventually.TrueAsync(async () => (await ItemsAsync("/api/v1/audit")).Any(entry => Action(entry) == "disarmed"), "the audit has it");
        await GetAsync("/api/v1/audit/checkpoint");
        await AssertVerifiesAsync(0, "is sound", "audit", "verify");
        await AssertVerifiesAsync(0, "is sound: 0 entries", "audit", "verify", "--organization", "99");

        using (var other = SqliteSession.OpenToWrite(DataFolder.DatabaseIn(_server.Folder), TimeSpan.FromSeconds(5)))
            other.RunOnce("UPDATE record SET bytes = CAST(replace(bytes, 'asked-disarmed', 'asked-DISARMED') AS BLOB) WHERE kind = 'audit-leaf'");
        await AssertVerifiesAsync(1, "its leaf is not the one that was entered under its id", "audit", "verify");
        Assert.False((await GetAsync("/api/v1/audit/verify")).GetProperty("sound").GetBoolean());

        // The server reads its tree anew, goes on, and does not sign what contradicts its last word.
        await _server.StopAsync();
        await _server.StartAgainAsync();
        using var owner = await _server.SignedInAsync();
        using var armed = await owner.PostAsJsonAsync($"/api/v1/devices/{id}/arm", new { reason = "again" }, Token);
        Assert.Equal(HttpStatusCode.OK, armed.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await owner.GetAsync("/api/v1/audit/checkpoint", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await owner.GetAsync("/api/v1/audit/export", Token)).StatusCode);
    }

    [Fact]
    public async Task What_is_dangerous_is_not_done_while_the_audit_cannot_be_written()
    {
        var id = await PhoneAsync("Phone");
        await ActAsync(id, "arm");
        await Eventually.TrueAsync(async () => (await ItemsAsync("/api/v1/audit")).Any(entry => Action(entry) == "armed"), "the audit has it");
        Run("CREATE TRIGGER audit_gone BEFORE INSERT ON record WHEN new.kind = 'audit-leaf' BEGIN SELECT RAISE(ABORT, 'gone'); END");

        foreach (var (act, body) in ((string, object)[])
        [
            ("disarm", new { reason = "because" }), ("found", new { reason = "because" }), ("wipe/approve", new { reason = "because", requestedAt = "2026-08-10T08:00:00Z" }),
            ("agree", new { reason = "because", pending = "x" }), ("maintenance", new { reason = "because", until = DateTimeOffset.MaxValue.AddYears(-8000) }),
            ("enrol-again", new { reason = "because" }), ("retire", new { reason = "because" }), ("rotate", new { }),
            ("recovery-code", new { reason = "because", purpose = "newPin", challenge = "12345678", callerCheck = "inPerson" }),
        ])
        {
            using var refused = await _owner.PostAsJsonAsync($"/api/v1/devices/{id}/{act}", body, Token);
            Assert.Equal((act, HttpStatusCode.ServiceUnavailable), (act, refused.StatusCode));
        }
        Assert.Equal("armed", await ProtectionAsync(id));

        // To declare a loss waits for nothing, and its entry follows.
        await ActAsync(id, "lost");
        Assert.Equal("lost", await ProtectionAsync(id));
        Run("DROP TRIGGER audit_gone");
        await Eventually.TrueAsync(async () => (await ItemsAsync("/api/v1/audit")).Any(entry => Action(entry) == "loss-declared"), "the audit has it too");
        await ActAsync(id, "found");
        var actions = (await ItemsAsync("/api/v1/audit")).Select(Action).ToList();
        Assert.Contains("asked-found-declared", actions);
        Assert.DoesNotContain("asked-disarmed", actions);
        Assert.True((await GetAsync("/api/v1/audit/verify")).GetProperty("sound").GetBoolean());
    }

    private void Run(string sql)
    {
        using var other = SqliteSession.OpenToWrite(DataFolder.DatabaseIn(_server.Folder), TimeSpan.FromSeconds(5));
        other.RunOnce(sql);
    }

    private async Task AssertVerifiesAsync(int code, string words, params string[] arguments)
    {
        var (exitCode, output) = await _server.RunSecondAsync(arguments);
        Assert.True(exitCode == code && output.Contains(words, StringComparison.Ordinal), $"{exitCode}: {output}");
    }

    private async Task<string> PhoneAsync(string name)
    {
        using var made = await _owner.PostAsJsonAsync("/api/v1/devices", new { name }, Token);
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!;
    }

    private async Task ActAsync(string id, string act)
    {
        using var done = await _owner.PostAsJsonAsync($"/api/v1/devices/{id}/{act}", new { reason = "because" }, Token);
        Assert.True(done.IsSuccessStatusCode, await done.Content.ReadAsStringAsync(Token));
    }

    private async Task<string?> ProtectionAsync(string id) => (await GetAsync($"/api/v1/devices/{id}")).GetProperty("guards").GetProperty("protection").GetString();

    private Task<JsonElement> GetAsync(string path) => _owner.GetFromJsonAsync<JsonElement>(path, Token);

    private async Task<List<JsonElement>> ItemsAsync(string path) => [.. (await GetAsync(path)).GetProperty("items").EnumerateArray()];

    private static string? Action(JsonElement entry) => entry.GetProperty("action").GetString();

    private static AuditCheckpoint CheckpointOf(JsonElement view) => AuditCheckpoint.Open(AuditFile.ReadCheckpoint(view.GetRawText())!)!;

    private static TreeHash[] PathOf(JsonElement proof) => [.. proof.GetProperty("path").EnumerateArray().Select(hash => TreeHash.FromBase64(hash.GetString())!.Value)];
}
