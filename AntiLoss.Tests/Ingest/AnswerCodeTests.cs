using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AntiLoss.Domain.Identity;
using AntiLoss.Silo.Keys;
using AntiLoss.Silo.Storage.Sqlite;

namespace AntiLoss.Tests.Ingest;

/// <summary>The table of answers: every situation, told to every app as its app can bear it.</summary>
[Collection(IngestTests.Name)]
public sealed class AnswerCodeTests(IngestServer server)
{
    private const string Android = "Owntracks-Android/gms/420000000";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_cannot_be_read_is_taken_and_shown_to_the_operator()
    {
        var phone = await server.EnrolAsync();
        string[] unreadable =
        [
            "no json", "[[[[", """{"_type":"location","lat":NaN,"lon":2,"tst":1790000000}""", """{"_type":"location","lat":1e400,"lon":2,"tst":1790000000}""",
            """{"_type":"no such type"}""", "[" + new string(' ', 2 << 20) + "]", "[" + new string(' ', 40 << 20) + "]",
        ];
        foreach (var message in unreadable)
            Assert.Equal((HttpStatusCode.OK, "[]"), Told(await server.OwnTracksAsync(phone, message)));
        Assert.Equal((HttpStatusCode.OK, ""), Told(await server.OsmAndAsync($"id={phone.Id}.{phone.Credential}&lat=north&lon=2&timestamp=1790000000")));

        var letters = await server.Running.Api.GetFromJsonAsync<JsonElement>("/api/v1/dead-letters?limit=200", Stop);
        var own = letters.GetProperty("items").EnumerateArray().Where(letter => letter.GetProperty("device").GetString() == phone.Id).ToList();
        Assert.Equal(unreadable.Length + 1, own.Count);
        Assert.Equal("no json", Encoding.UTF8.GetString(own[^1].GetProperty("bytes").GetBytesFromBase64()));
        var longest = own.MaxBy(letter => letter.GetProperty("length").GetInt64());
        Assert.Equal(((40 << 20) + 2, 1 << 20), (longest.GetProperty("length").GetInt32(), longest.GetProperty("kept").GetInt32()));
    }

    [Fact]
    public async Task All_of_a_batch_that_broke_off_is_kept()
    {
        var phone = await server.EnrolAsync();
        var broken = "[" + string.Join(',', Enumerable.Range(0, 200).Select(second => IngestServer.Location(second))) + """,{"_type":"loca""";
        Assert.Equal((HttpStatusCode.OK, "[]"), Told(await server.OwnTracksAsync(phone, broken)));

        var letters = await server.Running.Api.GetFromJsonAsync<JsonElement>("/api/v1/dead-letters?limit=200", Stop);
        var letter = letters.GetProperty("items").EnumerateArray().Single(letter => letter.GetProperty("device").GetString() == phone.Id);
        var bytes = await server.Running.Api.GetByteArrayAsync($"/api/v1/dead-letters/{letter.GetProperty("id").GetString()}/bytes", Stop);
        Assert.Equal(broken, Encoding.UTF8.GetString(bytes));
        Assert.Equal((broken.Length, broken.Length), (letter.GetProperty("length").GetInt32(), letter.GetProperty("kept").GetInt32()));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), letter.GetProperty("sha256").GetString());
        Assert.Equal(bytes[..4096], letter.GetProperty("bytes").GetBytesFromBase64());
        using var unknown = await server.Running.Api.GetAsync($"/api/v1/dead-letters/{phone.Id}/bytes", Stop);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task A_stranger_is_set_aside_until_the_owner_blocks_it()
    {
        Assert.Equal(HttpStatusCode.OK, (await server.OwnTracksAsync("a stranger", "guess", IngestServer.Location(0))).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.OsmAndAsync("id=48241179&lat=1&lon=2&timestamp=1790000000")).Status);
        using var owner = await server.Running.SignedInAsync();
        var quarantine = await owner.GetFromJsonAsync<JsonElement>("/api/v1/quarantine", Stop);
        var stranger = quarantine.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("sender").GetString() == "a stranger");
        Assert.Equal(IngestServer.Location(0).Length, stranger.GetProperty("messages")[0].GetProperty("length").GetInt32());

        foreach (var (blocked, told) in new[] { (true, HttpStatusCode.NotFound), (false, HttpStatusCode.OK) })
        {
            using var answer = await owner.PostAsJsonAsync("/api/v1/quarantine/a%20stranger/block", new { blocked }, Stop);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            Assert.Equal(told, (await server.OwnTracksAsync("a stranger", "guess", IngestServer.Location(0))).Status);
        }
    }

    [Fact]
    public async Task A_stranger_without_a_name_goes_by_its_address()
    {
        Assert.Equal(HttpStatusCode.OK, (await server.OsmAndAsync("lat=1&lon=2&timestamp=1790000000")).Status);
        using var owner = await server.Running.SignedInAsync();
        using (var blocked = await owner.PostAsJsonAsync("/api/v1/quarantine/127.0.0.1/block", new { blocked = true }, Stop))
            Assert.Equal(HttpStatusCode.NoContent, blocked.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.OsmAndAsync("lat=1&lon=2&timestamp=1790000000")).Status);
        using var freed = await owner.PostAsJsonAsync("/api/v1/quarantine/127.0.0.1/block", new { blocked = false }, Stop);
        var quarantine = await owner.GetFromJsonAsync<JsonElement>("/api/v1/quarantine", Stop);
        Assert.DoesNotContain(quarantine.GetProperty("items").EnumerateArray(), item => item.GetProperty("sender").GetString() == "");
    }

    [Fact]
    public async Task A_wrong_password_is_refused_but_to_the_app_that_would_delete_its_reports()
    {
        var (phone, other) = (await server.EnrolAsync(), await server.EnrolAsync());
        var message = IngestServer.Location(0);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.OwnTracksAsync(phone.Id, other.Credential, message, device: "phone", app: Android)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.OsmAndAsync($"id={phone.Id}.{other.Credential}&lat=1&lon=2&timestamp=1790000000")).Status);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), Later(await server.OwnTracksAsync(phone.Id, other.Credential, message, device: "phone", app: "OwnTracks/18.4")));

        // A rotated credential is as wrong as another's.
        Assert.Equal(HttpStatusCode.OK, (await server.OwnTracksAsync(phone, message)).Status);
        await server.OperateAsync(phone.Id, "rotate", new { });
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.OwnTracksAsync(phone, message, Android)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.OsmAndAsync($"id={phone.Id}.{phone.Credential}&lat=1&lon=2&timestamp=1790000000")).Status);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), Later(await server.OwnTracksAsync(phone.Id, phone.Credential, message, device: phone.Id)));

        using var owner = await server.Running.SignedInAsync();
        var marks = (await owner.GetFromJsonAsync<JsonElement>("/api/v1/quarantine", Stop)).GetProperty("wrongPasswords");
        Assert.Equal(6, marks.EnumerateArray().Single(mark => mark.GetProperty("device").GetString() == phone.Id).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task A_retired_phone_is_told_that_it_is_gone()
    {
        var phone = await server.EnrolAsync();
        await server.OperateAsync(phone.Id, "retire", new { reason = "sold" });
        Assert.Equal(HttpStatusCode.Gone, (await server.OwnTracksAsync(phone, IngestServer.Location(0))).Status);
        Assert.Equal(HttpStatusCode.Gone, (await server.OsmAndAsync($"id={phone.Id}.{phone.Credential}&lat=1&lon=2&timestamp=1790000000")).Status);
    }

    [Fact]
    public async Task A_backlog_is_taken_whole_and_what_comes_too_fast_after_it_later()
    {
        var phone = await server.EnrolAsync();
        var backlog = "[" + string.Join(",", Enumerable.Range(0, 3_000).Select(second => IngestServer.Location(second))) + "]";
        Assert.Equal((HttpStatusCode.OK, "[]"), Told(await server.OwnTracksAsync(phone, backlog)));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), Later(await server.OwnTracksAsync(phone, IngestServer.Location(3_000))));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), Later(await server.OsmAndAsync($"id={phone.Id}.{phone.Credential}&lat=1&lon=2&timestamp=1790000000")));
        Assert.Equal(HttpStatusCode.OK, (await server.OwnTracksAsync(await server.EnrolAsync(), IngestServer.Location(0))).Status);
    }

    [Fact]
    public async Task A_phone_that_an_older_backup_does_not_know_keeps_its_reports()
    {
        var known = await server.EnrolAsync();
        var folder = server.Running.Folder;
        var keys = KeyRing.Open(DataFolder.KeysIn(folder), new KeyOptions { PassphraseFile = server.Running.PassphraseFile }).Unseal();
        Assert.True(DeviceId.TryParse(known.Id, out var id));
        Assert.True(Credential.TryVerify(keys, id, known.Credential, out var credential));
        var lost = credential.Device with { Device = new DeviceId(id.High, id.Low ^ 1) };
        var phone = new EnrolledPhone(lost.Device.ToString(), Credential.For(keys, lost, 1).ToText(keys), "");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), Later(await server.OwnTracksAsync(phone, IngestServer.Location(0))));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), Later(await server.OsmAndAsync($"id={phone.Id}.{phone.Credential}&lat=1&lon=2&timestamp=1790000000")));
        using var owner = await server.Running.SignedInAsync();
        using var answer = await owner.PostAsJsonAsync($"/api/v1/quarantine/{phone.Id}/block", new { blocked = true }, Stop);
        Assert.Equal(HttpStatusCode.NotFound, (await server.OwnTracksAsync(phone, IngestServer.Location(0))).Status);
    }

    [Fact]
    public async Task A_body_that_breaks_off_the_protocol_is_asked_for_again()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, server.Running.HttpPort, Stop);
        var stream = socket.GetStream();
        await stream.WriteAsync("POST /ingest/owntracks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n"u8.ToArray(), Stop);
        using var reader = new StreamReader(stream);
        Assert.Contains(" 503 ", await reader.ReadLineAsync(Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/ingest/owntracks")]
    [InlineData("PUT", "/pub")]
    [InlineData("DELETE", "/ingest/osmand")]
    public async Task Another_method_is_none(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await server.Running.Anonymous.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.NotEmpty(answer.Content.Headers.Allow);
    }

    private static (HttpStatusCode Status, string Body) Told(PhoneReply reply) => (reply.Status, reply.Body);

    private static (HttpStatusCode Status, bool HasRetryAfter) Later(PhoneReply reply) => (reply.Status, reply.HasRetryAfter);
}
