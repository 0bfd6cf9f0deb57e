using AntiLoss.Silo.Storage;
using AntiLoss.Silo.Storage.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AntiLoss.Silo.Keys;

/// <summary>Registers the installation's master keys.</summary>
public static class KeyRegistration
{
    /// <summary>Adds <see cref="Domain.Identity.MasterKeys"/>, opened under the data folder's lock so that two servers never make two first keys.</summary>
    public static IServiceCollection AddMasterKeys(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<KeyOptions>(configuration.GetSection(KeyOptions.Section));
        services.AddSingleton(provider =>
        {
            provider.GetRequiredService<SqliteStorage>();
            return SealedKeys.Open(
                provider.GetRequiredService<IOptions<StorageOptions>>().Value.Folder,
                provider.GetRequiredService<IOptions<KeyOptions>>().Value);
        });
        return services;
    }
}
