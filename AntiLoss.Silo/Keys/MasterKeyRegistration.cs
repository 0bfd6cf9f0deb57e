using AntiLoss.Domain.Identity;
using AntiLoss.Silo.Storage;
using AntiLoss.Silo.Storage.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AntiLoss.Silo.Keys;

/// <summary>The master keys of the data folder, opened once at start.</summary>
internal static partial class MasterKeyRegistration
{
    public static IServiceCollection AddMasterKeys(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<KeyOptions>().Bind(configuration.GetSection(KeyOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(OpenKeys);
        services.AddSingleton(provider => provider.GetRequiredService<KeyRing>().Unseal());
        return services;
    }

    /// <summary>
    /// The database knows which keys its phones' credentials were made from: without one of them those phones would be
    /// refused, so the server does not start.
    /// </summary>
    private static KeyRing OpenKeys(IServiceProvider provider)
    {
        var storage = provider.GetRequiredService<SqliteStorage>();
        var options = provider.GetRequiredService<IOptions<KeyOptions>>().Value;
        var known = storage.Readers.Read(StorageManifest.ReadKeys);
        var isNew = !File.Exists(storage.Keys);
        if (isNew && !known.IsEmpty)
            throw new StorageRefusedException($"The master keys {storage.Keys} are missing: put them back from a backup. New ones would refuse every phone that is set up.");
        var ring = isNew
            ? KeyRing.Create(storage.Keys, options, provider.GetRequiredService<TimeProvider>())
            : KeyRing.Open(storage.Keys, options);
        if (known.Except(ring.Numbers).ToArray() is [var missing, ..])
            throw new StorageRefusedException($"{storage.Keys} is older than the database: it lacks master key {missing}. Put the newer one back.");
        if (isNew)
        {
            var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger("AntiLoss.Keys");
            var file = ring.Passphrase.File;
            LogMade(logger, file);
        }
        storage.RememberKeys(ring.Numbers);
        return ring;
    }
}
