using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AntiLoss.Tests.Support;
using AntiLoss.Web.Hosting;

namespace AntiLoss.Tests.Hosting;

/// <summary>The program's commands beside running: backup, restore, rotation of the keys.</summary>
public sealed class DataCommandTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_acknowledged_before_a_backup_under_load_is_there_where_it_is_restored()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var phones = new List<(string Id, string Credential)>();
        for (var phone = 0; phone < 4; phone++)
            phones.Add(await EnrolAsync(server));
        var place = Directory.CreateTempSubdirectory("antiloss-backup-");
        try
        {
            var backup = Path.Combine(place.FullName, "backup");
            var elsewhere = "--AntiLoss:Storage:Folder=" + Path.Combine(place.FullName, "elsewhere");
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var acknowledged = new ConcurrentQueue<(string Phone, long Time)>();
            var load = Task.WhenAll(phones.Select(phone => ReportAsync(server, phone, acknowledged, stop.Token)));
            await Eventually.TrueAsync(() => acknowledged.Count >= 200, "200 reports are acknowledged");

            var before = acknowledged.ToArray();
            var (exitCode, output) = await server.RunSecondAsync("backup", backup);
            var during = acknowledged.Count - before.Length;
            await stop.CancelAsync();
            await load;
            Assert.True(exitCode == 0, output);
            Assert.Contains(server.PassphraseFile, output, StringComparison.Ordinal);
            Assert.True(during > 0, "no report was acknowledged while the backup was made");

            (exitCode, output) = await server.RunSecondAsync("restore", backup, elsewhere);
            Assert.True(exitCode == 0, output);
            Assert.Contains("the server can start", output, StringComparison.Ordinal);
            await using var restored = await ServerUnderTest.StartAsync(new ServerSettings
            {
                SetUp = false,
                Flags = [elsewhere, "--AntiLoss:Keys:PassphraseFile=" + server.PassphraseFile],
            });
            restored.Api.DefaultRequestHeaders.Authorization = server.Api.DefaultRequestHeaders.Authorization;
            foreach (var (id, _) in phones)
                Assert.Empty(before.Where(report => report.Phone == id).Select(report => report.Time).Except(await StoredAsync(restored, id)));
            Assert.Equal(HttpStatusCode.OK, await SendAsync(restored, phones[0], Now()));
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_rotation_serves_new_phones_and_keeps_the_old_ones()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var old = await EnrolAsync(server);

        var (exitCode, output) = await server.RunSecondAsync("rotate-keys");
        Assert.Equal(1, exitCode);
        Assert.Contains("in use by another AntiLoss process", output, StringComparison.Ordinal);
        await server.StopAsync();
        (exitCode, output) = await server.RunSecondAsync("rotate-keys");
        Assert.True(exitCode == 0, output);
        Assert.Contains("Master key 2", output, StringComparison.Ordinal);
        await server.StartAgainAsync();

        var young = await EnrolAsync(server);
        Assert.NotEqual(old.Credential[..2], young.Credential[..2]);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(server, old, Now()));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(server, young, Now()));
    }

    [Theory]
    [InlineData("'bakup' is no command; there are backup", "bakup", "x")]
    [InlineData("backup needs the backup's folder", "backup")]
    [InlineData("restore needs the backup's folder", "restore", "--replace")]
    [InlineData("'--replace' is not known here", "backup", "x", "--replace")]
    [InlineData("'--lann' is not known here", "--lann")]
    [InlineData("'y' is not known here", "restore", "x", "y")]
    public void What_is_not_there_is_named(string complaint, params string[] arguments)
    {
        Assert.Null(ServerCommand.Parse(arguments, out var wrong));
        Assert.Contains(complaint, wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_are_taken_as_configuration_takes_them()
    {
        var command = ServerCommand.Parse(["restore", "x", "--AntiLoss:Storage:Folder", "y", "--replace", "--AntiLoss:Shards=4"], out _)!;

        Assert.Equal((Verb.Restore, "x", true), (command.Verb, command.Folder, command.Replace));
        Assert.Equal(["--AntiLoss:Storage:Folder", "y", "--AntiLoss:Shards=4"], command.Settings);
        Assert.Equal(Verb.Help, ServerCommand.Parse(["backup", "--help"], out _)!.Verb);
    }

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private static async Task<(string Id, string Credential)> EnrolAsync(ServerUnderTest server)
    {
        var made = await server.Api.PostAsJsonAsync("/api/v1/devices", new { name = "Phone" }, Token);
        var device = await made.Content.ReadFromJsonAsync<JsonElement>(Token);
        return (device.GetProperty("id").GetString()!, device.GetProperty("credential").GetString()!);
    }

    /// <summary>Sends one report after the other, each with a time of its own.</summary>
    private static async Task ReportAsync(
        ServerUnderTest server, (string Id, string Credential) phone, ConcurrentQueue<(string Phone, long Time)> acknowledged, CancellationToken stop)
    {
        for (var time = Now() - 3_600_000; !stop.IsCancellationRequested; time++)
        {
            var answer = await SendAsync(server, phone, time);
            if (answer == HttpStatusCode.OK)
                acknowledged.Enqueue((phone.Id, time));
        }
    }

    private static async Task<HttpStatusCode> SendAsync(ServerUnderTest server, (string Id, string Credential) phone, long time)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"lat=52.5&lon={13 + time % 1000 * 1e-6}&timestamp={time}");
        using var answer = await server.Anonymous.PostAsync($"/ingest/osmand?id={phone.Id}.{phone.Credential}&{place}", content: null, Token);
        return answer.StatusCode;
    }

    private static async Task<List<long>> StoredAsync(ServerUnderTest server, string id)
    {
        var rows = await server.Api.GetStringAsync($"/api/v1/devices/{id}/positions?since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00Z&format=ndjson", Token);
        return [.. rows.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => JsonDocument.Parse(row).RootElement.GetProperty("time").GetDateTimeOffset().ToUnixTimeMilliseconds())];
    }
}
