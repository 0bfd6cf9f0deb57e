using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;

namespace AntiLoss.Web.Live;

/// <summary>The live feed, and the mirror that lists and counts are read from.</summary>
public static class LiveExtensions
{
    private const int LargestMessage = 4096;

    /// <summary>Adds the mirror, the hub and what sends its frames.</summary>
    public static IHostApplicationBuilder AddLive(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<LiveOptions>().BindConfiguration(LiveOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IPersonNames, PersonNames>();
        services.AddSingleton<FleetMirror>();
        services.AddHostedService(provider => provider.GetRequiredService<FleetMirror>());
        services.AddSingleton<Viewers>();
        services.AddHostedService<LiveLoop>();
        services.AddHostedService<ViewerPatrol>();
        services.AddSingleton<IStartupFilter, OriginGate>();
        services.AddSignalR(ConfigureHub).AddMessagePackProtocol();
        return builder;
    }

    /// <summary>Maps the hub.</summary>
    public static IEndpointRouteBuilder MapLive(this IEndpointRouteBuilder app)
    {
        app.MapHub<FleetHub>(FleetHub.Path, ConfigureConnection);
        return app;
    }

    private static void ConfigureHub(HubOptions options)
    {
        options.MaximumReceiveMessageSize = LargestMessage;
        options.KeepAliveInterval = TimeSpan.FromSeconds(10);
        options.ClientTimeoutInterval = TimeSpan.FromSeconds(30);
        options.HandshakeTimeout = TimeSpan.FromSeconds(10);
    }

    private static void ConfigureConnection(HttpConnectionDispatcherOptions options)
    {
        options.CloseOnAuthenticationExpiration = true;
        options.ApplicationMaxBufferSize = 4 * LargestMessage;
    }
}
