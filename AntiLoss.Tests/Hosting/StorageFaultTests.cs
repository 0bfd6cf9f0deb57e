using System.Net;
using AntiLoss.Silo.Storage.Sqlite;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Hosting;

/// <summary>
/// What can happen to the data folder of the real server, while it runs and when it starts: no acknowledgement, a
/// sentence that names the cause, and it goes on by itself once the cause is gone.
/// </summary>
public sealed class StorageFaultTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_acknowledges_nothing_that_it_loses_and_goes_on_when_there_is_room()
    {
        using var disk = SmallDisk.Mount(megabytes: 32);
        await using var server = await ServerUnderTest.StartAsync(new ServerSettings { Place = disk.Path });
        var phone = await ReportingPhone.EnrolAsync(server);
        Assert.Equal(HttpStatusCode.OK, await phone.ReportAsync(server.Anonymous));

        // What SQLite holds already can take some more reports: those are durable.
        await Eventually.TrueAsync(
            async () =>
            {
                disk.Fill();
                return await phone.ReportAsync(server.Anonymous) == HttpStatusCode.ServiceUnavailable;
            },
            "the disk is full");
        await AssertRefusesAsync(server, phone, "is full: free some space");

        disk.MakeRoom();
        await AssertGoesOnAsync(server, phone);
    }

    [Fact]
    public async Task A_locked_and_then_read_only_database_acknowledges_nothing_and_goes_on_afterwards()
    {
        await using var server = await ServerUnderTest.StartAsync(WithoutOverride());
        var phone = await ReportingPhone.EnrolAsync(server);
        Assert.Equal(HttpStatusCode.OK, await phone.ReportAsync(server.Anonymous));
        var database = DataFolder.DatabaseIn(server.Folder);

        using (var other = SqliteSession.OpenToWrite(database, TimeSpan.FromSeconds(5)))
        {
            other.Run("BEGIN EXCLUSIVE");
            await AssertRefusesAsync(server, phone, "Another program holds");
            // An open file could still be written; the server opens it again, since it is locked.
            MakeWritable(server, false);
            await AssertRefusesAsync(server, phone, "is read-only: make");
            other.Run("ROLLBACK");
        }
        await AssertRefusesAsync(server, phone, "is read-only: make");

        MakeWritable(server, true);
        await AssertGoesOnAsync(server, phone);
    }

    [Fact]
    public async Task A_start_on_data_that_is_damaged_newer_locked_or_read_only_is_refused_and_leaves_it()
    {
        await using var server = await ServerUnderTest.StartAsync(WithoutOverride());
        await server.StopAsync();
        var database = DataFolder.DatabaseIn(server.Folder);
        var good = await File.ReadAllBytesAsync(database, Token);

        await AssertStartRefusedAsync(server, bytes => bytes.AsSpan(4096, 8192).Fill(0xEE), "is damaged");
        await AssertStartRefusedAsync(server, bytes => bytes[63] = 99, "was written by a newer AntiLoss");

        await File.WriteAllBytesAsync(database, good, Token);
        using (var other = SqliteSession.OpenToWrite(database, TimeSpan.Zero))
        {
            other.Run("BEGIN EXCLUSIVE");
            await AssertStartRefusedAsync(server, null, "Another program holds");
        }
        MakeWritable(server, false);
        await AssertStartRefusedAsync(server, null, "read-only");
        MakeWritable(server, true);
        await server.StartAgainAsync();
    }

    [Fact]
    public async Task A_start_on_a_full_disk_is_refused()
    {
        using var disk = SmallDisk.Mount(megabytes: 2);
        disk.Fill();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ServerUnderTest.StartAsync(new ServerSettings { Place = disk.Path }));

        Assert.True(refused.Message.Contains("is full: free some space", StringComparison.Ordinal), refused.Message);
        Assert.Contains("exited with 1:", refused.Message, StringComparison.Ordinal);
    }

    private static async Task AssertRefusesAsync(ServerUnderTest server, ReportingPhone phone, string sentence)
    {
        await Eventually.TrueAsync(async () => await phone.ReportAsync(server.Anonymous) == HttpStatusCode.ServiceUnavailable, "reports are refused");
        await Eventually.TrueAsync(
            async () =>
            {
                using var ready = await server.Anonymous.GetAsync("/health/ready", Token);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
                return (await ready.Content.ReadAsStringAsync(Token)).Contains(sentence, StringComparison.Ordinal);
            },
            $"readiness says '{sentence}'");
        for (var report = 0; report < 5; report++)
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await phone.ReportAsync(server.Anonymous));
    }

    private static async Task AssertGoesOnAsync(ServerUnderTest server, ReportingPhone phone)
    {
        await server.ReadyAsync();
        await Eventually.TrueAsync(async () => await phone.ReportAsync(server.Anonymous) == HttpStatusCode.OK, "reports are taken again");
        Assert.Empty(await phone.MissingAsync(server, phone.Acknowledged));
        await server.KillAsync();
        await server.StartAgainAsync();
        Assert.Empty(await phone.MissingAsync(server, phone.Acknowledged));
    }

    /// <param name="change">What is done to the database first, on a copy; null to leave it as it is.</param>
    private static async Task AssertStartRefusedAsync(ServerUnderTest server, Action<byte[]>? change, string sentence)
    {
        var database = DataFolder.DatabaseIn(server.Folder);
        var before = await File.ReadAllBytesAsync(database, Token);
        var changed = (byte[])before.Clone();
        change?.Invoke(changed);
        if (change is not null)
            await File.WriteAllBytesAsync(database, changed, Token);

        var (exitCode, output) = await server.RunSecondAsync("--urls", server.Address.ToString());

        Assert.True(exitCode == 1, output);
        Assert.Contains("AntiLoss does not start: ", output, StringComparison.Ordinal);
        Assert.Contains(sentence, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Equal(changed, await File.ReadAllBytesAsync(database, Token));
        if (change is not null)
            await File.WriteAllBytesAsync(database, before, Token);
    }

    /// <summary>Root writes what is read-only; the server is started without that right.</summary>
    private static ServerSettings WithoutOverride()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A read-only folder is another thing on Windows.");
        return new ServerSettings
        {
            Launcher = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] : [],
        };
    }

    private static void MakeWritable(ServerUnderTest server, bool writable)
    {
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode Read = UnixFileMode.UserRead;
        var write = writable ? UnixFileMode.UserWrite : UnixFileMode.None;
        foreach (var file in Directory.GetFiles(server.Folder, "antiloss.*"))
            File.SetUnixFileMode(file, Read | write);
        File.SetUnixFileMode(server.Folder, Read | UnixFileMode.UserExecute | write);
    }
}
