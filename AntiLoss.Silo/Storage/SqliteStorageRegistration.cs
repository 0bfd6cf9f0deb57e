using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;
using AntiLoss.Silo.Keys;
using AntiLoss.Silo.Storage.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace AntiLoss.Silo.Storage;

/// <summary>Embedded storage: one SQLite file in the data folder behind all four seams.</summary>
public static class SqliteStorageRegistration
{
    /// <summary>Orleans' name of the grain storage that a grain gets when it names none.</summary>
    public const string GrainStorageName = "Default";

    /// <summary>Registers the storage seams and the master keys; needs <see cref="ShardMap"/> and Orleans' cluster options beside it.</summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection(StorageOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        services.AddMetrics();
        services.AddSingleton<StorageInstruments>();
        services.AddSingleton<StorageHealth>();
        services.AddSingleton(OpenStorage);
        services.AddMasterKeys(configuration);
        services.AddHostedService<StorageStart>();
        services.AddSingleton<IReportLog, SqliteReportLog>();
        services.AddSingleton<ITrackStore, SqliteTrackStore>();
        services.AddSingleton<IRecordStore, SqliteRecordStore>();
        services.AddSingleton<IErasure>(provider => provider.GetRequiredService<SqliteStorage>());
        services.AddGrainStorage(GrainStorageName, (provider, _) => new SqliteGrainStorage(
            provider.GetRequiredService<SqliteStorage>(),
            new OrleansGrainStorageSerializer(provider.GetRequiredService<Serializer>()),
            provider.GetRequiredService<IActivatorProvider>()));
        return services;
    }

    private static SqliteStorage OpenStorage(IServiceProvider provider) => SqliteStorage.Open(
        provider.GetRequiredService<IOptions<StorageOptions>>().Value,
        new StorageManifest(
            provider.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId,
            provider.GetRequiredService<ShardMap>().Count),
        provider.GetRequiredService<StorageHealth>(),
        provider.GetRequiredService<StorageInstruments>(),
        provider.GetRequiredService<ILoggerFactory>().CreateLogger("AntiLoss.Storage"));
}
