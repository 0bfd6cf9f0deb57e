using System.Net;
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
        var phones = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ReportingPhone.EnrolAsync(server)));
        var place = Directory.CreateTempSubdirectory("antiloss-backup-");
        try
        {
            var backup = Path.Combine(place.FullName, "backup");
            var elsewhere = "--AntiLoss:Storage:Folder=" + Path.Combine(place.FullName, "elsewhere");
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var load = Task.WhenAll(phones.Select(phone => phone.ReportUntilAsync(server.Anonymous, stop.Token)));
            await Eventually.TrueAsync(() => phones.Sum(phone => phone.Acknowledged.Count) >= 200, "200 reports are acknowledged");

            var before = phones.Select(phone => phone.Acknowledged.ToArray()).ToArray();
            var (exitCode, output) = await server.RunSecondAsync("backup", backup);
            var during = phones.Sum(phone => phone.Acknowledged.Count) - before.Sum(times => times.Length);
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
            foreach (var (phone, times) in phones.Zip(before))
                Assert.Empty(await phone.MissingAsync(restored, times));
            Assert.Equal(HttpStatusCode.OK, await phones[0].ReportAsync(restored.Anonymous));
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
        var old = await ReportingPhone.EnrolAsync(server);

        var (exitCode, output) = await server.RunSecondAsync("rotate-keys");
        Assert.Equal(1, exitCode);
        Assert.Contains("in use by another AntiLoss process", output, StringComparison.Ordinal);
        await server.StopAsync();
        (exitCode, output) = await server.RunSecondAsync("rotate-keys");
        Assert.True(exitCode == 0, output);
        Assert.Contains("Master key 2", output, StringComparison.Ordinal);
        await server.StartAgainAsync();

        var young = await ReportingPhone.EnrolAsync(server);
        Assert.NotEqual(old.Credential[..2], young.Credential[..2]);
        Assert.Equal(HttpStatusCode.OK, await old.ReportAsync(server.Anonymous));
        Assert.Equal(HttpStatusCode.OK, await young.ReportAsync(server.Anonymous));
    }

    [Theory]
    [InlineData("'bakup' is no command; there are backup", "bakup", "x")]
    [InlineData("backup needs a folder", "backup")]
    [InlineData("restore needs a folder", "restore", "--replace")]
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

        Assert.Equal((Verb.Restore, "x", true), (command.Verb, command.Object, command.Replace));
        Assert.Equal(["--AntiLoss:Storage:Folder=y", "--AntiLoss:Shards=4"], command.Settings);
        Assert.Equal(Verb.Help, ServerCommand.Parse(["backup", "--help"], out _)!.Verb);
    }
}
