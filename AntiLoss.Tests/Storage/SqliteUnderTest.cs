using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;
using AntiLoss.Silo.Storage;
using AntiLoss.Silo.Storage.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;

namespace AntiLoss.Tests.Storage;

/// <summary>The embedded storage in a folder of its own, put together as the server does it.</summary>
internal sealed class SqliteUnderTest : IStorageUnderTest
{
    private readonly ServiceProvider _services;
    private readonly bool _ownsFolder;

    private SqliteUnderTest(string folder, bool ownsFolder, int shards, string serviceId, int checkMegabytes, string? passphraseFile)
    {
        (Folder, _ownsFolder) = (folder, ownsFolder);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AntiLoss:Storage:Folder"] = folder,
            ["AntiLoss:Storage:CheckMegabytes"] = $"{checkMegabytes}",
            ["AntiLoss:Keys:PassphraseFile"] = passphraseFile ?? PassphraseOf(folder),
        }).Build();
        _services = new ServiceCollection()
            .AddLogging()
            .AddSerializer()
            .AddSingleton(new ShardMap(shards))
            .Configure<ClusterOptions>(options => options.ServiceId = serviceId)
            .AddSqliteStorage(configuration)
            .BuildServiceProvider();
        try
        {
            Storage = _services.GetRequiredService<SqliteStorage>();
        }
        catch
        {
            _services.Dispose();
            throw;
        }
    }

    public string Folder { get; }

    public string Database => DataFolder.DatabaseIn(Folder);

    public SqliteStorage Storage { get; }

    public IServiceProvider Services => _services;

    public StorageHealth Health => _services.GetRequiredService<StorageHealth>();

    public IReportLog Log => _services.GetRequiredService<IReportLog>();

    public ITrackStore Tracks => _services.GetRequiredService<ITrackStore>();

    public IRecordStore Records => _services.GetRequiredService<IRecordStore>();

    public IGrainStorage States => _services.GetRequiredKeyedService<IGrainStorage>(SqliteStorageRegistration.GrainStorageName);

    /// <summary>A new storage in a new folder, which goes with it.</summary>
    public static SqliteUnderTest OpenNew() => new(NewFolder(), ownsFolder: true, 16, "antiloss", 1024, null);

    /// <summary>The storage in a folder that stays.</summary>
    public static SqliteUnderTest Open(string folder, int shards = 16, string serviceId = "antiloss", int checkMegabytes = 1024, string? passphraseFile = null) =>
        new(folder, ownsFolder: false, shards, serviceId, checkMegabytes, passphraseFile);

    /// <summary>Where the passphrase of a test's data folder lies.</summary>
    public static string PassphraseOf(string folder) => folder + ".passphrase";

    public static string NewFolder() => Directory.CreateTempSubdirectory("antiloss-storage-").FullName;

    public IHeldWrite? HoldBefore(int step) => Enum.IsDefined((WriteStep)step) ? new HeldWrite(Storage.Writer, (WriteStep)step) : null;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_ownsFolder)
            Delete(Folder);
    }

    /// <summary>Deletes a test's data folder and its passphrase.</summary>
    public static void Delete(string folder)
    {
        Directory.Delete(folder, recursive: true);
        File.Delete(PassphraseOf(folder));
    }

    /// <summary>Holds the writer's thread before a step, once.</summary>
    private sealed class HeldWrite : IHeldWrite
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _go = new();

        public HeldWrite(SqliteWriter writer, WriteStep step) => writer.BeforeStep = now =>
        {
            if (now != step)
                return;
            writer.BeforeStep = null;
            _reached.TrySetResult();
            _go.Wait();
        };

        public Task Reached => _reached.Task;

        public void Dispose() => _go.Set();
    }
}
