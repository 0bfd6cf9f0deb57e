using System.Net;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Hosting;

/// <summary>The server itself: settings, ports, proxies, headers, city maps, the console's page.</summary>
internal static class HostingExtensions
{
    /// <summary>A service manager waits 10 s: what cannot be finished by then is left to the log.</summary>
    private static readonly TimeSpan _stopWithin = TimeSpan.FromSeconds(9);

    public static WebApplicationBuilder AddHosting(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<ServerOptions>(ServerOptions.Section);
        services.AddSettings<MqttOptions>(MqttOptions.Section);
        services.AddSettings<OsmandOptions>(OsmandOptions.Section);
        services.AddSettings<TlsOptions>(TlsOptions.Section);
        services.AddSettings<ProxyOptions>(ProxyOptions.Section);
        services.AddSettings<MapOptions>(MapOptions.Section);
        services.Configure<HostOptions>(options => options.ShutdownTimeout = _stopWithin);

        services.AddSingleton<ListenAddresses>();
        services.AddSingleton<TlsCertificate>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, Listeners>();
        services.AddSingleton(provider => new PublicUrl(new Uri(
            provider.GetRequiredService<IOptions<ServerOptions>>().Value.PublicUrl is { Length: > 0 } url
                ? url
                : provider.GetRequiredService<ListenAddresses>().Main)));
        services.AddSingleton<SecurityHeaders>();
        services.AddSingleton<Basemaps>();
        services.AddSingleton<StopSignals>();
        services.AddSingleton<IHostLifetime>(provider => provider.GetRequiredService<StopSignals>());
        services.AddHostedService<StartPage>();
        if (builder.Configuration.GetValue<bool>($"{ServerOptions.Section}:{nameof(ServerOptions.Demo)}"))
            services.AddHostedService<DemoHost>();

        builder.WebHost.UseStaticWebAssets();
        return builder;
    }

    /// <summary>What every request passes first.</summary>
    public static void UseHosting(this WebApplication app)
    {
        var trusted = app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value.Trusted;
        if (trusted.Count > 0)
            app.UseForwardedHeaders(ForwardedHeadersOf(trusted));
        app.Use(next => context => app.Services.GetRequiredService<SecurityHeaders>().AddAsync(context, next));
    }

    /// <summary>Maps the city maps and the console.</summary>
    public static void MapHosting(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/v1/basemaps", (Basemaps maps) => TypedResults.Ok(maps.List())).RequireAuthorization(Access.SignedIn)
            .WithSummary("City maps in the server's folder, and the customer's own tile source");
        endpoints.MapGet("/basemaps/{name}", Results<PhysicalFileHttpResult, NotFound> (string name, Basemaps maps) =>
            maps.PathOf(name) is { } path
                ? TypedResults.PhysicalFile(path, "application/vnd.pmtiles", lastModified: File.GetLastWriteTimeUtc(path), enableRangeProcessing: true)
                : TypedResults.NotFound())
            .RequireAuthorization(Access.SignedIn).ExcludeFromDescription();
        endpoints.MapGet(DemoStreets.Path, Results<Ok<StreetCollection>, NotFound> (IOptions<ServerOptions> server) =>
            server.Value.Demo ? TypedResults.Ok(DemoStreets.Streets) : TypedResults.NotFound())
            .RequireAuthorization(Access.SignedIn).ExcludeFromDescription();
        endpoints.MapConsole();
    }

    private static ForwardedHeadersOptions ForwardedHeadersOf(IEnumerable<string> trusted)
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            // Each hop that is trusted may name the one before it.
            ForwardLimit = null,
        };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var entry in trusted)
        {
            if (IPAddress.TryParse(entry, out var address))
                options.KnownProxies.Add(address);
            else if (System.Net.IPNetwork.TryParse(entry, out var network))
                options.KnownIPNetworks.Add(network);
            else
                throw new OptionsValidationException(ProxyOptions.Section, typeof(ProxyOptions), [$"Proxy:Trusted has '{entry}'; it takes addresses (10.0.0.5) and networks (10.0.0.0/8)."]);
        }
        return options;
    }

    private static void AddSettings<T>(this IServiceCollection services, string section)
        where T : class =>
        services.AddOptions<T>().BindConfiguration(section).ValidateDataAnnotations().ValidateOnStart();
}
