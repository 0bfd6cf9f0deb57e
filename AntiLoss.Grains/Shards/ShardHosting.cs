using AntiLoss.Domain.Audit;
using AntiLoss.Grains.Alerts;
using AntiLoss.Grains.Audit;
using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Retention;
using AntiLoss.Grains.Sims;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AntiLoss.Grains.Shards;

/// <summary>Registers what shards and phones need beside the storage seams.</summary>
public static class ShardHosting
{
    /// <summary>Adds shards to a silo. The storage seams, <c>MasterKeys</c> and the grain storage come from the storage's own registration.</summary>
    /// <param name="shards">How many; fixed while running.</param>
    public static IServiceCollection AddShards(this IServiceCollection services, IConfiguration configuration, int shards)
    {
        services.AddSingleton(new ShardMap(shards));
        services.AddSingleton<DeadLetters>();
        services.AddSingleton<AuditKeys>();
        services.AddSingleton<AuditVerifier>();
        services.AddSingleton<AuditExport>();
        services.AddOptions<AuditOptions>().Bind(configuration.GetSection(AuditOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuditOptions>, AuditOptionsValidator>();
        services.AddSingleton<PolicyBook>();
        services.TryAddSingleton<IWakeDesk, NoWakeDesk>();
        services.AddOptions<ShardOptions>().Bind(configuration.GetSection(ShardOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ShardOptions>, ShardOptionsValidator>();
        services.AddHostedService<ShardStarter>();
        services.AddOptions<RetentionOptions>().Bind(configuration.GetSection(RetentionOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>();
        services.AddSingleton<RetentionPass>();
        services.AddHostedService(provider => provider.GetRequiredService<RetentionPass>());
        services.AddOptions<SimOptions>().Bind(configuration.GetSection(SimOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SimOptions>, SimOptionsValidator>();
        services.TryAddSingleton<ICarrierConnector, RecordingCarrier>();
        services.AddSingleton<LapseBook>();
        services.AddHostedService<SimStarter>();
        services.AddOptions<IncidentOptions>().Bind(configuration.GetSection(IncidentOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IncidentOptions>, IncidentOptionsValidator>();
        services.AddHostedService<IncidentStarter>();
        return services;
    }
}
