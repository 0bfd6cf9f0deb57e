using System.Net.Sockets;
using System.Net;
using AntiLoss.Grains.Shards;
using AntiLoss.Silo.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace AntiLoss.Silo.Hosting;

/// <summary>The silo: phones, shards and organizations live in it; embedded in the same process by default.</summary>
public static class SiloHosting
{
    /// <summary>
    /// Adds the silo with its shards, storage and keys. Clustering is localhost's: its port is free and on loopback only, and it has no gateway: nobody but
    /// this process can call a grain, and several servers run side by side.
    /// </summary>
    public static IHostApplicationBuilder AddAntiLossSilo(this IHostApplicationBuilder builder)
    {
        var count = builder.Configuration.GetSection(ShardCountOptions.Section).Get<ShardCountOptions>() ?? new ShardCountOptions();
        builder.Services.AddOptions<ShardCountOptions>().BindConfiguration(ShardCountOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<SiloReadiness>();
        QuietWatchdogAtStart(builder.Logging);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort: FreeLoopbackPort(), gatewayPort: 0, serviceId: "antiloss", clusterId: "antiloss");
            silo.Configure<GrainDirectoryOptions>(options => options.CacheSize = 1_000);
            silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromMinutes(10));
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(30));
            silo.Services.AddShards(builder.Configuration, count.Shards);
            silo.Services.AddSqliteStorage(builder.Configuration);
        });
        return builder;
    }

    /// <summary>
    /// Orleans' watchdog measures from the machine's start until its second thread has run once, and reports a stall of
    /// hours. After a minute it is believed.
    /// </summary>
    private static void QuietWatchdogAtStart(ILoggingBuilder logging)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        logging.AddFilter("Orleans.Runtime.Watchdog", level => level >= LogLevel.Warning && TimeProvider.System.GetElapsedTime(startedAt) > TimeSpan.FromMinutes(1));
    }

    private static int FreeLoopbackPort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
